import type { MigrationInterface, QueryRunner } from 'typeorm';

export class PreferencesAndWeights1795680185237 implements MigrationInterface {
  readonly name = 'PreferencesAndWeights1795680185237';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "agents" ADD "weights" integer array NOT NULL DEFAULT '{50,50,50,50,50,50,50,50}'`);
    await runner.query(`ALTER TABLE "deployments" ADD "risk_tolerance" integer NOT NULL DEFAULT '50'`);
    await runner.query(`ALTER TABLE "deployments" ADD "trade_frequency" integer NOT NULL DEFAULT '50'`);
    await runner.query(`ALTER TABLE "deployments" ADD "social_weight" integer NOT NULL DEFAULT '50'`);
    await runner.query(`ALTER TABLE "deployments" ADD "momentum_focus" integer NOT NULL DEFAULT '50'`);
    await runner.query(`ALTER TABLE "deployments" ADD "top_markets_only" integer NOT NULL DEFAULT '50'`);
    await runner.query(`ALTER TABLE "signals" ADD "market_rank" integer`);
    await runner.query(`ALTER TABLE "signals" ADD "received_at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now()`);
    await runner.query(
      `ALTER TABLE "agents" ADD CONSTRAINT "agents_weights_check" CHECK (cardinality("weights") = 8 AND 0 <= ALL ("weights") AND 100 >= ALL ("weights") AND array_position("weights", NULL) IS NULL)`,
    );
    await runner.query(
      `ALTER TABLE "deployments" ADD CONSTRAINT "deployments_preferences_check" CHECK ("risk_tolerance" >= 0 AND "risk_tolerance" <= 100 AND "trade_frequency" >= 0 AND "trade_frequency" <= 100 AND "social_weight" >= 0 AND "social_weight" <= 100 AND "momentum_focus" >= 0 AND "momentum_focus" <= 100 AND "top_markets_only" >= 0 AND "top_markets_only" <= 100)`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "deployments" DROP CONSTRAINT "deployments_preferences_check"`);
    await runner.query(`ALTER TABLE "agents" DROP CONSTRAINT "agents_weights_check"`);
    await runner.query(`ALTER TABLE "signals" DROP COLUMN "received_at"`);
    await runner.query(`ALTER TABLE "signals" DROP COLUMN "market_rank"`);
    await runner.query(`ALTER TABLE "deployments" DROP COLUMN "top_markets_only"`);
    await runner.query(`ALTER TABLE "deployments" DROP COLUMN "momentum_focus"`);
    await runner.query(`ALTER TABLE "deployments" DROP COLUMN "social_weight"`);
    await runner.query(`ALTER TABLE "deployments" DROP COLUMN "trade_frequency"`);
    await runner.query(`ALTER TABLE "deployments" DROP COLUMN "risk_tolerance"`);
    await runner.query(`ALTER TABLE "agents" DROP COLUMN "weights"`);
  }
}
