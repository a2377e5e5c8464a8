import type { MigrationInterface, QueryRunner } from 'typeorm';

export class MarketSyncs1795686206240 implements MigrationInterface {
  readonly name = 'MarketSyncs1795686206240';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE "market_syncs" ("venue" text NOT NULL, "due_at" TIMESTAMP WITH TIME ZONE NOT NULL, "synced_at" TIMESTAMP WITH TIME ZONE, "problem" text, CONSTRAINT "market_syncs_venue_check" CHECK ("venue" IN ('hyperliquid', 'ostium', 'gmx', 'spot', 'paper')), CONSTRAINT "market_syncs_pkey" PRIMARY KEY ("venue"))`,
    );
    await runner.query(`ALTER TABLE "venue_markets" ADD "rollover_per_hour" numeric(38,18)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "venue_markets" DROP COLUMN "rollover_per_hour"`);
    await runner.query(`DROP TABLE "market_syncs"`);
  }
}
