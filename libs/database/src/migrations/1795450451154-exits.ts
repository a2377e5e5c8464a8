import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The take-profit ladder and the time stop of a position, fixed at its entry, and the rungs that a closing order takes. */
export class Exits1795450451154 implements MigrationInterface {
  readonly name = 'Exits1795450451154';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "positions" ADD "later_target_prices" jsonb NOT NULL DEFAULT '[]'`);
    await runner.query(`ALTER TABLE "positions" ADD "targets_taken" integer NOT NULL DEFAULT '0'`);
    await runner.query(`ALTER TABLE "positions" ADD "size_decimals" integer NOT NULL DEFAULT '0'`);
    await runner.query(`ALTER TABLE "positions" ADD "min_notional_usd" numeric(38,18) NOT NULL DEFAULT '0'`);
    await runner.query(`ALTER TABLE "positions" ADD "time_stop_at" TIMESTAMP WITH TIME ZONE`);
    await runner.query(
      `ALTER TABLE "positions" ADD CONSTRAINT "positions_targets_taken_check" CHECK ("targets_taken" BETWEEN 0 AND 1 + jsonb_array_length("later_target_prices"))`,
    );
    await runner.query(`ALTER TABLE "orders" ADD "targets_taken" integer`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "orders" DROP COLUMN "targets_taken"`);
    await runner.query(`ALTER TABLE "positions" DROP CONSTRAINT "positions_targets_taken_check"`);
    await runner.query(`ALTER TABLE "positions" DROP COLUMN "time_stop_at"`);
    await runner.query(`ALTER TABLE "positions" DROP COLUMN "min_notional_usd"`);
    await runner.query(`ALTER TABLE "positions" DROP COLUMN "size_decimals"`);
    await runner.query(`ALTER TABLE "positions" DROP COLUMN "targets_taken"`);
    await runner.query(`ALTER TABLE "positions" DROP COLUMN "later_target_prices"`);
  }
}
