import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AddJoinedVenues1795687036788 implements MigrationInterface {
  readonly name = 'AddJoinedVenues1795687036788';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "deployment_venues" ADD "joined_at" TIMESTAMP WITH TIME ZONE`);
    // Until now all venues of a deployment took part from its activation on.
    await runner.query(
      `UPDATE "deployment_venues" v SET "joined_at" = d."activated_at" FROM "deployments" d WHERE d."id" = v."deployment_id"`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "deployment_venues" DROP COLUMN "joined_at"`);
  }
}
