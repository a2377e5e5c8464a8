import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AddVersionOfSignals1795697300000 implements MigrationInterface {
  readonly name = 'AddVersionOfSignals1795697300000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "signals" ADD "agent_version" integer`);
    await runner.query(`UPDATE "signals" SET "agent_version" = a."version" FROM "agents" a WHERE a."id" = "signals"."agent_id"`);
    await runner.query(`ALTER TABLE "signals" ALTER COLUMN "agent_version" SET NOT NULL`);
    await runner.query(`ALTER TABLE "signals" DROP CONSTRAINT "signals_agent_source_symbol_key"`);
    await runner.query(
      `ALTER TABLE "signals" ADD CONSTRAINT "signals_agent_source_symbol_key" UNIQUE ("agent_id", "agent_version", "source_kind", "source_id", "symbol")`,
    );
  }

  /** Fails where one source made signals by several versions: these can't be told apart without the column. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "signals" DROP CONSTRAINT "signals_agent_source_symbol_key"`);
    await runner.query(
      `ALTER TABLE "signals" ADD CONSTRAINT "signals_agent_source_symbol_key" UNIQUE ("agent_id", "source_kind", "source_id", "symbol")`,
    );
    await runner.query(`ALTER TABLE "signals" DROP COLUMN "agent_version"`);
  }
}
