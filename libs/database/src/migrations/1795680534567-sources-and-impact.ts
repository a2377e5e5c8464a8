import type { MigrationInterface, QueryRunner } from 'typeorm';

export class SourcesAndImpact1795680534567 implements MigrationInterface {
  readonly name = 'SourcesAndImpact1795680534567';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX "public"."posts_x_account_id_idx"`);
    await runner.query(
      `CREATE TABLE "call_outcomes" ("id" uuid NOT NULL DEFAULT uuidv7(), "classification_id" uuid NOT NULL, "x_account_id" uuid, "institute_id" uuid, "symbol" text NOT NULL, "side" text NOT NULL, "called_at" TIMESTAMP WITH TIME ZONE NOT NULL, "reference_price" numeric(38,18) NOT NULL, "gain1h" numeric(38,18), "gain24h" numeric(38,18), "gain7d" numeric(38,18), "market_gain1h" numeric(38,18), "market_gain24h" numeric(38,18), "market_gain7d" numeric(38,18), "best_excursion" numeric(38,18) NOT NULL, "worst_excursion" numeric(38,18) NOT NULL, "result" text, "hit" boolean, "decided_at" TIMESTAMP WITH TIME ZONE, CONSTRAINT "call_outcomes_classification_id_symbol_key" UNIQUE ("classification_id", "symbol"), CONSTRAINT "call_outcomes_decided_check" CHECK (("result" IS NULL) = ("decided_at" IS NULL) AND ("result" IS NULL) = ("hit" IS NULL)), CONSTRAINT "call_outcomes_result_check" CHECK ("result" IN ('target', 'stop', 'expired')), CONSTRAINT "call_outcomes_side_check" CHECK ("side" IN ('long', 'short')), CONSTRAINT "call_outcomes_source_check" CHECK (("x_account_id" IS NULL) <> ("institute_id" IS NULL)), CONSTRAINT "call_outcomes_pkey" PRIMARY KEY ("id"))`,
    );
    await runner.query(`CREATE INDEX "call_outcomes_institute_id_idx" ON "call_outcomes"  ("institute_id", "decided_at") `);
    await runner.query(`CREATE INDEX "call_outcomes_x_account_id_idx" ON "call_outcomes"  ("x_account_id", "decided_at") `);
    await runner.query(
      `CREATE TABLE "market_prices" ("id" uuid NOT NULL DEFAULT uuidv7(), "symbol" text NOT NULL, "source" text NOT NULL, "at" TIMESTAMP WITH TIME ZONE NOT NULL, "open" numeric(38,18) NOT NULL, "high" numeric(38,18) NOT NULL, "low" numeric(38,18) NOT NULL, "close" numeric(38,18) NOT NULL, CONSTRAINT "market_prices_symbol_at_key" UNIQUE ("symbol", "at"), CONSTRAINT "market_prices_order_check" CHECK ("low" > 0 AND "low" <= "open" AND "low" <= "close" AND "high" >= "open" AND "high" >= "close"), CONSTRAINT "market_prices_pkey" PRIMARY KEY ("id"))`,
    );
    await runner.query(
      `CREATE TABLE "social_lists" ("id" uuid NOT NULL DEFAULT uuidv7(), "source" text NOT NULL, "next_read_at" TIMESTAMP WITH TIME ZONE NOT NULL, "read_at" TIMESTAMP WITH TIME ZONE, "coins" jsonb, "previous_coins" jsonb, CONSTRAINT "social_lists_source_key" UNIQUE ("source"), CONSTRAINT "social_lists_pkey" PRIMARY KEY ("id"))`,
    );
    await runner.query(
      `CREATE TABLE "source_budgets" ("id" uuid NOT NULL DEFAULT uuidv7(), "source" text NOT NULL, "day" date NOT NULL, "day_usd" numeric(38,18) NOT NULL DEFAULT '0', "month_usd" numeric(38,18) NOT NULL DEFAULT '0', "month_reads" integer NOT NULL DEFAULT '0', "paused_until" TIMESTAMP WITH TIME ZONE, CONSTRAINT "source_budgets_source_key" UNIQUE ("source"), CONSTRAINT "source_budgets_spent_check" CHECK ("day_usd" >= 0 AND "month_usd" >= 0 AND "month_reads" >= 0), CONSTRAINT "source_budgets_pkey" PRIMARY KEY ("id"))`,
    );
    await runner.query(`ALTER TABLE "x_accounts" ADD "x_user_id" text`);
    await runner.query(`ALTER TABLE "research_institutes" ADD "etag" text`);
    await runner.query(`ALTER TABLE "research_institutes" ADD "last_modified" text`);
    await runner.query(`ALTER TABLE "research_institutes" ADD "webhook_secret_version" integer NOT NULL DEFAULT '1'`);
    await runner.query(`ALTER TABLE "posts" ADD "kind" text NOT NULL DEFAULT 'post'`);
    await runner.query(`ALTER TABLE "posts" ADD "edited_at" TIMESTAMP WITH TIME ZONE`);
    await runner.query(`ALTER TABLE "posts" ADD "edited_text" text`);
    await runner.query(`ALTER TABLE "posts" ADD "deleted_at" TIMESTAMP WITH TIME ZONE`);
    await runner.query(`CREATE INDEX "posts_x_account_id_published_at_idx" ON "posts"  ("x_account_id", "published_at") `);
    await runner.query(`CREATE INDEX "reports_institute_id_published_at_idx" ON "reports"  ("institute_id", "published_at") `);
    await runner.query(
      `ALTER TABLE "posts" ADD CONSTRAINT "posts_kind_check" CHECK ("kind" IN ('post', 'thread', 'quote', 'reply', 'retweet'))`,
    );
    await runner.query(
      `ALTER TABLE "call_outcomes" ADD CONSTRAINT "call_outcomes_classification_id_fkey" FOREIGN KEY ("classification_id") REFERENCES "classifications"("id") ON DELETE NO ACTION ON UPDATE NO ACTION`,
    );
    await runner.query(
      `ALTER TABLE "call_outcomes" ADD CONSTRAINT "call_outcomes_x_account_id_fkey" FOREIGN KEY ("x_account_id") REFERENCES "x_accounts"("id") ON DELETE NO ACTION ON UPDATE NO ACTION`,
    );
    await runner.query(
      `ALTER TABLE "call_outcomes" ADD CONSTRAINT "call_outcomes_institute_id_fkey" FOREIGN KEY ("institute_id") REFERENCES "research_institutes"("id") ON DELETE NO ACTION ON UPDATE NO ACTION`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "call_outcomes" DROP CONSTRAINT "call_outcomes_institute_id_fkey"`);
    await runner.query(`ALTER TABLE "call_outcomes" DROP CONSTRAINT "call_outcomes_x_account_id_fkey"`);
    await runner.query(`ALTER TABLE "call_outcomes" DROP CONSTRAINT "call_outcomes_classification_id_fkey"`);
    await runner.query(`ALTER TABLE "posts" DROP CONSTRAINT "posts_kind_check"`);
    await runner.query(`DROP INDEX "public"."reports_institute_id_published_at_idx"`);
    await runner.query(`DROP INDEX "public"."posts_x_account_id_published_at_idx"`);
    await runner.query(`ALTER TABLE "posts" DROP COLUMN "deleted_at"`);
    await runner.query(`ALTER TABLE "posts" DROP COLUMN "edited_text"`);
    await runner.query(`ALTER TABLE "posts" DROP COLUMN "edited_at"`);
    await runner.query(`ALTER TABLE "posts" DROP COLUMN "kind"`);
    await runner.query(`ALTER TABLE "research_institutes" DROP COLUMN "webhook_secret_version"`);
    await runner.query(`ALTER TABLE "research_institutes" DROP COLUMN "last_modified"`);
    await runner.query(`ALTER TABLE "research_institutes" DROP COLUMN "etag"`);
    await runner.query(`ALTER TABLE "x_accounts" DROP COLUMN "x_user_id"`);
    await runner.query(`DROP TABLE "source_budgets"`);
    await runner.query(`DROP TABLE "social_lists"`);
    await runner.query(`DROP TABLE "market_prices"`);
    await runner.query(`DROP INDEX "public"."call_outcomes_x_account_id_idx"`);
    await runner.query(`DROP INDEX "public"."call_outcomes_institute_id_idx"`);
    await runner.query(`DROP TABLE "call_outcomes"`);
    await runner.query(`CREATE INDEX "posts_x_account_id_idx" ON "posts" USING btree ("x_account_id") `);
  }
}
