import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AddMandatesAndWalletPool1795681228160 implements MigrationInterface {
  readonly name = 'AddMandatesAndWalletPool1795681228160';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE "authorisation_steps" ("deployment_id" uuid NOT NULL, "venue" text NOT NULL, "step" text NOT NULL, "state" text NOT NULL DEFAULT 'waiting', "checked_at" TIMESTAMP WITH TIME ZONE, "done_at" TIMESTAMP WITH TIME ZONE, "valid_until" TIMESTAMP WITH TIME ZONE, CONSTRAINT "authorisation_steps_step_check" CHECK ("step" IN ('deposit', 'approve_agent', 'approve_builder_fee', 'set_delegate', 'approve_allowance')), CONSTRAINT "authorisation_steps_venue_check" CHECK ("venue" IN ('hyperliquid', 'ostium', 'gmx', 'spot', 'paper')), CONSTRAINT "authorisation_steps_state_check" CHECK ("state" IN ('waiting', 'done', 'not_shown')), CONSTRAINT "authorisation_steps_pkey" PRIMARY KEY ("deployment_id", "venue", "step"))`,
    );
    await runner.query(
      `CREATE TABLE "mandates" ("id" uuid NOT NULL DEFAULT uuidv7(), "deployment_id" uuid NOT NULL, "user_id" uuid NOT NULL, "agent_version_id" uuid NOT NULL, "nonce" text NOT NULL, "mandate" jsonb NOT NULL, "digest" text NOT NULL, "signer" text NOT NULL, "signature_hash" text NOT NULL, "version" integer NOT NULL DEFAULT '1', "master_key_id" text NOT NULL, "wrapped_data_key" bytea NOT NULL, "ciphertext" bytea NOT NULL, "signed_at" TIMESTAMP WITH TIME ZONE NOT NULL, "superseded_at" TIMESTAMP WITH TIME ZONE, CONSTRAINT "mandates_user_id_nonce_key" UNIQUE ("user_id", "nonce"), CONSTRAINT "mandates_hashes_check" CHECK ("digest" ~ '^0x[0-9a-f]{64}$' AND "signature_hash" ~ '^0x[0-9a-f]{64}$' AND "nonce" ~ '^0x[0-9a-f]{64}$'), CONSTRAINT "mandates_signer_check" CHECK ("signer" ~ '^0x[0-9a-f]{40}$'), CONSTRAINT "mandates_pkey" PRIMARY KEY ("id"))`,
    );
    await runner.query(`CREATE UNIQUE INDEX "mandates_one_in_force" ON "mandates"  ("deployment_id") WHERE "superseded_at" IS NULL`);
    await runner.query(
      `CREATE TABLE "pool_wallets" ("id" uuid NOT NULL DEFAULT uuidv7(), "address" text NOT NULL, "version" integer NOT NULL DEFAULT '1', "master_key_id" text NOT NULL, "wrapped_data_key" bytea NOT NULL, "ciphertext" bytea NOT NULL, "created_at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(), CONSTRAINT "pool_wallets_address_key" UNIQUE ("address"), CONSTRAINT "pool_wallets_address_check" CHECK ("address" ~ '^0x[0-9a-f]{40}$'), CONSTRAINT "pool_wallets_pkey" PRIMARY KEY ("id"))`,
    );
    await runner.query(`ALTER TABLE "deployment_venues" ADD "enabled" boolean NOT NULL DEFAULT true`);
    await runner.query(`ALTER TABLE "deployments" ADD "flattens" boolean NOT NULL DEFAULT true`);
    await runner.query(
      `ALTER TABLE "authorisation_steps" ADD CONSTRAINT "authorisation_steps_deployment_id_fkey" FOREIGN KEY ("deployment_id") REFERENCES "deployments"("id") ON DELETE NO ACTION ON UPDATE NO ACTION`,
    );
    await runner.query(
      `ALTER TABLE "mandates" ADD CONSTRAINT "mandates_deployment_id_fkey" FOREIGN KEY ("deployment_id") REFERENCES "deployments"("id") ON DELETE NO ACTION ON UPDATE NO ACTION`,
    );
    await runner.query(
      `ALTER TABLE "mandates" ADD CONSTRAINT "mandates_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE NO ACTION ON UPDATE NO ACTION`,
    );
    await runner.query(
      `ALTER TABLE "mandates" ADD CONSTRAINT "mandates_agent_version_id_fkey" FOREIGN KEY ("agent_version_id") REFERENCES "agent_versions"("id") ON DELETE NO ACTION ON UPDATE NO ACTION`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "mandates" DROP CONSTRAINT "mandates_agent_version_id_fkey"`);
    await runner.query(`ALTER TABLE "mandates" DROP CONSTRAINT "mandates_user_id_fkey"`);
    await runner.query(`ALTER TABLE "mandates" DROP CONSTRAINT "mandates_deployment_id_fkey"`);
    await runner.query(`ALTER TABLE "authorisation_steps" DROP CONSTRAINT "authorisation_steps_deployment_id_fkey"`);
    await runner.query(`ALTER TABLE "deployments" DROP COLUMN "flattens"`);
    await runner.query(`ALTER TABLE "deployment_venues" DROP COLUMN "enabled"`);
    await runner.query(`DROP TABLE "pool_wallets"`);
    await runner.query(`DROP INDEX "public"."mandates_one_in_force"`);
    await runner.query(`DROP TABLE "mandates"`);
    await runner.query(`DROP TABLE "authorisation_steps"`);
  }
}
