import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AddReconciliation1795451052394 implements MigrationInterface {
  readonly name = 'AddReconciliation1795451052394';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE "equity_proofs" ("id" uuid NOT NULL DEFAULT uuidv7(), "venue_account_id" uuid NOT NULL, "at" TIMESTAMP WITH TIME ZONE NOT NULL, "state" text NOT NULL, "reason" text, "baseline_usd" numeric(38,18) NOT NULL, "deposits_usd" numeric(38,18) NOT NULL, "funding_usd" numeric(38,18) NOT NULL, "trading_usd" numeric(38,18) NOT NULL, "fees_usd" numeric(38,18) NOT NULL, "expected_usd" numeric(38,18) NOT NULL, "venue_usd" numeric(38,18) NOT NULL, "difference_usd" numeric(38,18) NOT NULL, CONSTRAINT "equity_proofs_state_check" CHECK ("state" IN ('proved', 'mismatch', 'unprovable')), CONSTRAINT "equity_proofs_pkey" PRIMARY KEY ("id"))`,
    );
    await runner.query(`CREATE INDEX "equity_proofs_account_at_idx" ON "equity_proofs"  ("venue_account_id", "at") `);
    await runner.query(
      `CREATE TABLE "reconciliation_gaps" ("id" uuid NOT NULL DEFAULT uuidv7(), "venue_account_id" uuid NOT NULL, "subject" text NOT NULL, "symbol" text, "ours_size" numeric(38,18), "users_size" numeric(38,18), "venue_size" numeric(38,18), "reason" text NOT NULL, "since" TIMESTAMP WITH TIME ZONE NOT NULL, "alarmed_at" TIMESTAMP WITH TIME ZONE, "resolved_at" TIMESTAMP WITH TIME ZONE, CONSTRAINT "reconciliation_gaps_pkey" PRIMARY KEY ("id"))`,
    );
    await runner.query(
      `CREATE UNIQUE INDEX "reconciliation_gaps_one_per_subject" ON "reconciliation_gaps"  ("venue_account_id", "subject") WHERE "resolved_at" IS NULL`,
    );
    await runner.query(
      `CREATE TABLE "venue_cash_flows" ("id" uuid NOT NULL DEFAULT uuidv7(), "venue_account_id" uuid NOT NULL, "venue_flow_id" text NOT NULL, "kind" text NOT NULL, "amount_usd" numeric(38,18) NOT NULL, "at" TIMESTAMP WITH TIME ZONE NOT NULL, "in_baseline" boolean NOT NULL, "created_at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(), CONSTRAINT "venue_cash_flows_account_flow_key" UNIQUE ("venue_account_id", "venue_flow_id"), CONSTRAINT "venue_cash_flows_kind_check" CHECK ("kind" IN ('deposit', 'withdrawal', 'funding', 'unknown')), CONSTRAINT "venue_cash_flows_pkey" PRIMARY KEY ("id"))`,
    );
    await runner.query(
      `CREATE TABLE "venue_fills" ("id" uuid NOT NULL DEFAULT uuidv7(), "venue_account_id" uuid NOT NULL, "venue_fill_id" text NOT NULL, "venue_order_id" text NOT NULL, "order_id" uuid, "symbol" text NOT NULL, "side" text NOT NULL, "price" numeric(38,18) NOT NULL, "size" numeric(38,18) NOT NULL, "fee_usd" numeric(38,18) NOT NULL, "realised_pnl_usd" numeric(38,18), "liquidation" boolean NOT NULL, "venue_position_id" text, "filled_at" TIMESTAMP WITH TIME ZONE NOT NULL, "in_baseline" boolean NOT NULL, "closed_ours_size" numeric(38,18) NOT NULL DEFAULT '0', "closed_ours_parts" integer NOT NULL DEFAULT '0', "folded" boolean NOT NULL DEFAULT false, "created_at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(), CONSTRAINT "venue_fills_account_fill_key" UNIQUE ("venue_account_id", "venue_fill_id"), CONSTRAINT "venue_fills_size_check" CHECK ("size" > 0 AND "price" > 0), CONSTRAINT "venue_fills_side_check" CHECK ("side" IN ('buy', 'sell')), CONSTRAINT "venue_fills_pkey" PRIMARY KEY ("id"))`,
    );
    await runner.query(`CREATE INDEX "venue_fills_unfolded_idx" ON "venue_fills"  ("venue_account_id", "symbol") WHERE NOT "folded"`);
    await runner.query(`CREATE INDEX "venue_fills_account_filled_at_idx" ON "venue_fills"  ("venue_account_id", "filled_at") `);
    await runner.query(
      `CREATE TABLE "venue_ledgers" ("venue_account_id" uuid NOT NULL, "version" integer NOT NULL DEFAULT '1', "baseline_at" TIMESTAMP WITH TIME ZONE, "baseline_equity_usd" numeric(38,18) NOT NULL DEFAULT '0', "baseline_positions_usd" numeric(38,18) NOT NULL DEFAULT '0', "users_before" jsonb NOT NULL DEFAULT '{}', "users_now" jsonb NOT NULL DEFAULT '{}', "fills_until" TIMESTAMP WITH TIME ZONE NOT NULL, "flows_until" TIMESTAMP WITH TIME ZONE NOT NULL, "reconciled_at" TIMESTAMP WITH TIME ZONE NOT NULL, CONSTRAINT "venue_ledgers_pkey" PRIMARY KEY ("venue_account_id"))`,
    );
    await runner.query(
      `ALTER TABLE "equity_proofs" ADD CONSTRAINT "equity_proofs_venue_account_id_fkey" FOREIGN KEY ("venue_account_id") REFERENCES "venue_accounts"("id") ON DELETE NO ACTION ON UPDATE NO ACTION`,
    );
    await runner.query(
      `ALTER TABLE "reconciliation_gaps" ADD CONSTRAINT "reconciliation_gaps_venue_account_id_fkey" FOREIGN KEY ("venue_account_id") REFERENCES "venue_accounts"("id") ON DELETE NO ACTION ON UPDATE NO ACTION`,
    );
    await runner.query(
      `ALTER TABLE "venue_cash_flows" ADD CONSTRAINT "venue_cash_flows_venue_account_id_fkey" FOREIGN KEY ("venue_account_id") REFERENCES "venue_accounts"("id") ON DELETE NO ACTION ON UPDATE NO ACTION`,
    );
    await runner.query(
      `ALTER TABLE "venue_fills" ADD CONSTRAINT "venue_fills_venue_account_id_fkey" FOREIGN KEY ("venue_account_id") REFERENCES "venue_accounts"("id") ON DELETE NO ACTION ON UPDATE NO ACTION`,
    );
    await runner.query(
      `ALTER TABLE "venue_fills" ADD CONSTRAINT "venue_fills_order_id_fkey" FOREIGN KEY ("order_id") REFERENCES "orders"("id") ON DELETE NO ACTION ON UPDATE NO ACTION`,
    );
    await runner.query(
      `ALTER TABLE "venue_ledgers" ADD CONSTRAINT "venue_ledgers_venue_account_id_fkey" FOREIGN KEY ("venue_account_id") REFERENCES "venue_accounts"("id") ON DELETE NO ACTION ON UPDATE NO ACTION`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "venue_ledgers" DROP CONSTRAINT "venue_ledgers_venue_account_id_fkey"`);
    await runner.query(`ALTER TABLE "venue_fills" DROP CONSTRAINT "venue_fills_order_id_fkey"`);
    await runner.query(`ALTER TABLE "venue_fills" DROP CONSTRAINT "venue_fills_venue_account_id_fkey"`);
    await runner.query(`ALTER TABLE "venue_cash_flows" DROP CONSTRAINT "venue_cash_flows_venue_account_id_fkey"`);
    await runner.query(`ALTER TABLE "reconciliation_gaps" DROP CONSTRAINT "reconciliation_gaps_venue_account_id_fkey"`);
    await runner.query(`ALTER TABLE "equity_proofs" DROP CONSTRAINT "equity_proofs_venue_account_id_fkey"`);
    await runner.query(`DROP TABLE "venue_ledgers"`);
    await runner.query(`DROP INDEX "public"."venue_fills_account_filled_at_idx"`);
    await runner.query(`DROP INDEX "public"."venue_fills_unfolded_idx"`);
    await runner.query(`DROP TABLE "venue_fills"`);
    await runner.query(`DROP TABLE "venue_cash_flows"`);
    await runner.query(`DROP INDEX "public"."reconciliation_gaps_one_per_subject"`);
    await runner.query(`DROP TABLE "reconciliation_gaps"`);
    await runner.query(`DROP INDEX "public"."equity_proofs_account_at_idx"`);
    await runner.query(`DROP TABLE "equity_proofs"`);
  }
}
