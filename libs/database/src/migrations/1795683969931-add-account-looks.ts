import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AddAccountLooks1795683969931 implements MigrationInterface {
  readonly name = 'AddAccountLooks1795683969931';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "venue_ledgers" ADD "seen" text`);
    await runner.query(`ALTER TABLE "venue_ledgers" ADD "looked_at" TIMESTAMP WITH TIME ZONE`);
    await runner.query(`ALTER TABLE "venue_ledgers" ADD "looking_until" TIMESTAMP WITH TIME ZONE`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "venue_ledgers" DROP COLUMN "looking_until"`);
    await runner.query(`ALTER TABLE "venue_ledgers" DROP COLUMN "looked_at"`);
    await runner.query(`ALTER TABLE "venue_ledgers" DROP COLUMN "seen"`);
  }
}
