import type { MigrationInterface, QueryRunner } from 'typeorm';

export class TellRequestsApart1795697499167 implements MigrationInterface {
  readonly name = 'TellRequestsApart1795697499167';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "request_allowances" ADD "resets_at" TIMESTAMP WITH TIME ZONE`);
    await runner.query(`ALTER TABLE "request_spendings" ADD "priority" text`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "request_spendings" DROP COLUMN "priority"`);
    await runner.query(`ALTER TABLE "request_allowances" DROP COLUMN "resets_at"`);
  }
}
