import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AddRoutingInputsAndMarkets1795680327407 implements MigrationInterface {
  readonly name = 'AddRoutingInputsAndMarkets1795680327407';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE "venue_markets" ("id" uuid NOT NULL DEFAULT uuidv7(), "venue" text NOT NULL, "symbol" text NOT NULL, "venue_symbol" text NOT NULL, "size_decimals" integer NOT NULL, "max_leverage" numeric(38,18) NOT NULL, "min_notional_usd" numeric(38,18) NOT NULL, "taker_fee" numeric(38,18) NOT NULL, "fee_on_close" boolean NOT NULL, "half_spread" numeric(38,18) NOT NULL, "long_funding_per_hour" numeric(38,18) NOT NULL, "gas_usd" numeric(38,18) NOT NULL, "oracle_fee_usd" numeric(38,18) NOT NULL, "listed_at" TIMESTAMP WITH TIME ZONE NOT NULL, "seen_at" TIMESTAMP WITH TIME ZONE NOT NULL, "delisted_at" TIMESTAMP WITH TIME ZONE, CONSTRAINT "venue_markets_venue_symbol_key" UNIQUE ("venue", "symbol"), CONSTRAINT "venue_markets_delisted_check" CHECK ("delisted_at" IS NULL OR "delisted_at" >= "seen_at"), CONSTRAINT "venue_markets_venue_check" CHECK ("venue" IN ('hyperliquid', 'ostium', 'gmx', 'spot', 'paper')), CONSTRAINT "venue_markets_pkey" PRIMARY KEY ("id"))`,
    );
    await runner.query(`ALTER TABLE "routing_decisions" ADD "inputs" jsonb`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "routing_decisions" DROP COLUMN "inputs"`);
    await runner.query(`DROP TABLE "venue_markets"`);
  }
}
