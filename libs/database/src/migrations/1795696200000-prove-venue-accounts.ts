import type { MigrationInterface, QueryRunner } from 'typeorm';

export class ProveVenueAccounts1795696200000 implements MigrationInterface {
  readonly name = 'ProveVenueAccounts1795696200000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "deployments" ADD "closed_reason" text`);
    await runner.query(`ALTER TABLE "venue_accounts" ADD "proven_at" TIMESTAMP WITH TIME ZONE`);
    await runner.query(`ALTER TABLE "venue_accounts" ADD "is_own_wallet" boolean NOT NULL DEFAULT false`);
    await runner.query(
      `UPDATE "venue_accounts" a SET "is_own_wallet" = true FROM "users" u WHERE u."id" = a."user_id" AND u."wallet_address" = a."address"`,
    );
    // Until now whoever named an address first had it. Theirs alone stay the users' own wallets, and what a venue has said is approved.
    await runner.query(
      `UPDATE "venue_accounts" a SET "proven_at" = now()
        WHERE EXISTS (SELECT FROM "deployment_venues" v JOIN "deployments" d ON d."id" = v."deployment_id"
                       WHERE v."venue_account_id" = a."id" AND d."state" <> 'closed'
                         AND (v."joined_at" IS NOT NULL OR a."is_own_wallet"))`,
    );
    await runner.query(`ALTER TABLE "venue_accounts" DROP CONSTRAINT "venue_accounts_venue_address_key"`);
    await runner.query(
      `ALTER TABLE "venue_accounts" ADD CONSTRAINT "venue_accounts_user_id_venue_address_key" UNIQUE ("user_id", "venue", "address")`,
    );
    await runner.query(
      `CREATE UNIQUE INDEX "venue_accounts_proven_key" ON "venue_accounts" ("venue", "address") WHERE "proven_at" IS NOT NULL`,
    );
  }

  /** Fails where several users have named one address: that is for a person to decide. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX "venue_accounts_proven_key"`);
    await runner.query(`ALTER TABLE "venue_accounts" DROP CONSTRAINT "venue_accounts_user_id_venue_address_key"`);
    await runner.query(`ALTER TABLE "venue_accounts" ADD CONSTRAINT "venue_accounts_venue_address_key" UNIQUE ("venue", "address")`);
    await runner.query(`ALTER TABLE "venue_accounts" DROP COLUMN "is_own_wallet"`);
    await runner.query(`ALTER TABLE "venue_accounts" DROP COLUMN "proven_at"`);
    await runner.query(`ALTER TABLE "deployments" DROP COLUMN "closed_reason"`);
  }
}
