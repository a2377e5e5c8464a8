import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Marks our stand-in for the function that PostgreSQL has from version 18 on. */
const SHIM_COMMENT = 'maxxit: stands in for uuidv7() of PostgreSQL 18';

/** A UUIDv7: 48 bits of milliseconds, the version, random bits. Within one millisecond its ids are not ordered, as those of 18 are. */
export const UUIDV7_SHIM = `
  CREATE FUNCTION uuidv7() RETURNS uuid LANGUAGE sql VOLATILE PARALLEL SAFE AS $$
    SELECT encode(
      set_bit(set_bit(
        overlay(uuid_send(gen_random_uuid())
          PLACING substring(int8send(floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3) FROM 1 FOR 6),
        52, 1), 53, 1),
      'hex')::uuid
  $$
`;

/** All tables of the path from a post to a closed, measured trade. */
export class Initial1795446000000 implements MigrationInterface {
  readonly name = 'Initial1795446000000';

  async up(runner: QueryRunner): Promise<void> {
    const [existing] = await runner.manager.query<{ found: boolean }[]>(`SELECT to_regprocedure('uuidv7()') IS NOT NULL AS "found"`);
    if (!existing?.found) {
      await runner.query(UUIDV7_SHIM);
      await runner.query(`COMMENT ON FUNCTION uuidv7() IS '${SHIM_COMMENT}'`);
    }

    await runner.query(`
      CREATE TABLE "agents" (
        "id" uuid NOT NULL DEFAULT uuidv7(),
        "name" text NOT NULL,
        "description" text NOT NULL DEFAULT '',
        "creator_address" text NOT NULL,
        "state" text NOT NULL DEFAULT 'draft',
        "venues" text[] NOT NULL,
        "risk_preset" text NOT NULL DEFAULT 'moderate',
        "max_leverage" numeric(38,18) NOT NULL DEFAULT '5',
        "min_score" numeric(38,18) NOT NULL DEFAULT '-0.25',
        "profit_share" numeric(38,18) NOT NULL DEFAULT '0',
        "created_at" timestamptz NOT NULL DEFAULT now(),
        "updated_at" timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT "agents_pkey" PRIMARY KEY ("id"),
        CONSTRAINT "agents_profit_share_check" CHECK ("profit_share" >= 0 AND "profit_share" <= 0.5),
        CONSTRAINT "agents_venues_check" CHECK ("venues" <@ ARRAY['hyperliquid', 'ostium', 'gmx', 'spot', 'paper']::text[] AND cardinality("venues") > 0),
        CONSTRAINT "agents_creator_address_check" CHECK ("creator_address" ~ '^0x[0-9a-f]{40}$'),
        CONSTRAINT "agents_risk_preset_check" CHECK ("risk_preset" IN ('conservative', 'moderate', 'aggressive')),
        CONSTRAINT "agents_state_check" CHECK ("state" IN ('draft', 'active', 'paused', 'archived'))
      )
    `);
    await runner.query(`CREATE INDEX "agents_state_idx" ON "agents" ("state")`);

    await runner.query(`
      CREATE TABLE "x_accounts" (
        "id" uuid NOT NULL DEFAULT uuidv7(),
        "username" text NOT NULL,
        "since_id" bigint,
        "polled_at" timestamptz,
        "failures" integer NOT NULL DEFAULT 0,
        "next_poll_at" timestamptz NOT NULL DEFAULT now(),
        "gap_at" timestamptz,
        "created_at" timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT "x_accounts_pkey" PRIMARY KEY ("id"),
        CONSTRAINT "x_accounts_username_key" UNIQUE ("username"),
        CONSTRAINT "x_accounts_username_check" CHECK ("username" ~ '^[a-z0-9_]{1,15}$')
      )
    `);

    await runner.query(`
      CREATE TABLE "agent_accounts" (
        "id" uuid NOT NULL DEFAULT uuidv7(),
        "agent_id" uuid NOT NULL,
        "x_account_id" uuid NOT NULL,
        "weight" numeric(38,18) NOT NULL DEFAULT '1',
        "created_at" timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT "agent_accounts_pkey" PRIMARY KEY ("id"),
        CONSTRAINT "agent_accounts_agent_id_x_account_id_key" UNIQUE ("agent_id", "x_account_id"),
        CONSTRAINT "agent_accounts_agent_id_fkey" FOREIGN KEY ("agent_id") REFERENCES "agents"("id"),
        CONSTRAINT "agent_accounts_x_account_id_fkey" FOREIGN KEY ("x_account_id") REFERENCES "x_accounts"("id"),
        CONSTRAINT "agent_accounts_weight_check" CHECK ("weight" >= 0 AND "weight" <= 1)
      )
    `);
    await runner.query(`CREATE INDEX "agent_accounts_x_account_id_idx" ON "agent_accounts" ("x_account_id")`);

    await runner.query(`
      CREATE TABLE "agent_metrics" (
        "agent_id" uuid NOT NULL,
        "apr30d" numeric(38,18),
        "apr90d" numeric(38,18),
        "apr_since_inception" numeric(38,18),
        "sharpe30d" numeric(38,18),
        "sharpe90d" numeric(38,18),
        "sharpe_since_inception" numeric(38,18),
        "sharpe_standard_error" numeric(38,18),
        "max_drawdown" numeric(38,18),
        "total_return" numeric(38,18),
        "closed_positions" integer NOT NULL DEFAULT 0,
        "win_rate" numeric(38,18),
        "profit_factor" numeric(38,18),
        "expectancy_usd" numeric(38,18),
        "average_hold_seconds" numeric(38,18),
        "realised_pnl_usd" numeric(38,18) NOT NULL DEFAULT '0',
        "fees_usd" numeric(38,18) NOT NULL DEFAULT '0',
        "reasons" jsonb NOT NULL,
        "equity_marks" integer NOT NULL,
        "computed_at" timestamptz NOT NULL,
        CONSTRAINT "agent_metrics_pkey" PRIMARY KEY ("agent_id"),
        CONSTRAINT "agent_metrics_agent_id_fkey" FOREIGN KEY ("agent_id") REFERENCES "agents"("id")
      )
    `);

    await runner.query(`
      CREATE TABLE "research_institutes" (
        "id" uuid NOT NULL DEFAULT uuidv7(),
        "name" text NOT NULL,
        "feed_url" text NOT NULL,
        "polled_at" timestamptz,
        "failures" integer NOT NULL DEFAULT 0,
        "next_poll_at" timestamptz NOT NULL DEFAULT now(),
        "created_at" timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT "research_institutes_pkey" PRIMARY KEY ("id"),
        CONSTRAINT "research_institutes_name_key" UNIQUE ("name")
      )
    `);

    await runner.query(`
      CREATE TABLE "agent_research_institutes" (
        "id" uuid NOT NULL DEFAULT uuidv7(),
        "agent_id" uuid NOT NULL,
        "institute_id" uuid NOT NULL,
        "weight" numeric(38,18) NOT NULL DEFAULT '1',
        "created_at" timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT "agent_research_institutes_pkey" PRIMARY KEY ("id"),
        CONSTRAINT "agent_research_institutes_agent_id_institute_id_key" UNIQUE ("agent_id", "institute_id"),
        CONSTRAINT "agent_research_institutes_agent_id_fkey" FOREIGN KEY ("agent_id") REFERENCES "agents"("id"),
        CONSTRAINT "agent_research_institutes_institute_id_fkey" FOREIGN KEY ("institute_id") REFERENCES "research_institutes"("id"),
        CONSTRAINT "agent_research_institutes_weight_check" CHECK ("weight" >= 0 AND "weight" <= 1)
      )
    `);
    await runner.query(`CREATE INDEX "agent_research_institutes_institute_id_idx" ON "agent_research_institutes" ("institute_id")`);

    await runner.query(`
      CREATE TABLE "posts" (
        "id" uuid NOT NULL DEFAULT uuidv7(),
        "x_account_id" uuid NOT NULL,
        "source_id" bigint NOT NULL,
        "text" text NOT NULL,
        "published_at" timestamptz NOT NULL,
        "stored_at" timestamptz NOT NULL DEFAULT now(),
        "read_at" timestamptz,
        CONSTRAINT "posts_pkey" PRIMARY KEY ("id"),
        CONSTRAINT "posts_source_id_key" UNIQUE ("source_id"),
        CONSTRAINT "posts_x_account_id_fkey" FOREIGN KEY ("x_account_id") REFERENCES "x_accounts"("id")
      )
    `);
    await runner.query(`CREATE INDEX "posts_x_account_id_idx" ON "posts" ("x_account_id")`);
    await runner.query(`CREATE INDEX "posts_unread_idx" ON "posts" ("source_id") WHERE "read_at" IS NULL`);

    await runner.query(`
      CREATE TABLE "reports" (
        "id" uuid NOT NULL DEFAULT uuidv7(),
        "institute_id" uuid NOT NULL,
        "source_id" text NOT NULL,
        "title" text NOT NULL,
        "text" text NOT NULL,
        "published_at" timestamptz NOT NULL,
        "stored_at" timestamptz NOT NULL DEFAULT now(),
        "read_at" timestamptz,
        CONSTRAINT "reports_pkey" PRIMARY KEY ("id"),
        CONSTRAINT "reports_institute_id_source_id_key" UNIQUE ("institute_id", "source_id"),
        CONSTRAINT "reports_institute_id_fkey" FOREIGN KEY ("institute_id") REFERENCES "research_institutes"("id")
      )
    `);
    await runner.query(`CREATE INDEX "reports_unread_idx" ON "reports" ("published_at") WHERE "read_at" IS NULL`);

    await runner.query(`
      CREATE TABLE "classifications" (
        "id" uuid NOT NULL DEFAULT uuidv7(),
        "post_id" uuid,
        "report_id" uuid,
        "model" text NOT NULL,
        "prompt_version" text,
        "raw_hash" text NOT NULL,
        "calls" jsonb NOT NULL,
        "refused" jsonb NOT NULL,
        "decisions" jsonb NOT NULL,
        "created_at" timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT "classifications_pkey" PRIMARY KEY ("id"),
        CONSTRAINT "classifications_report_id_key" UNIQUE ("report_id"),
        CONSTRAINT "classifications_post_id_key" UNIQUE ("post_id"),
        CONSTRAINT "classifications_post_id_fkey" FOREIGN KEY ("post_id") REFERENCES "posts"("id"),
        CONSTRAINT "classifications_report_id_fkey" FOREIGN KEY ("report_id") REFERENCES "reports"("id"),
        CONSTRAINT "classifications_source_check" CHECK (("post_id" IS NULL) <> ("report_id" IS NULL))
      )
    `);

    await runner.query(`
      CREATE TABLE "users" (
        "id" uuid NOT NULL DEFAULT uuidv7(),
        "wallet_address" text NOT NULL,
        "created_at" timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT "users_pkey" PRIMARY KEY ("id"),
        CONSTRAINT "users_wallet_address_key" UNIQUE ("wallet_address"),
        CONSTRAINT "users_wallet_address_check" CHECK ("wallet_address" ~ '^0x[0-9a-f]{40}$')
      )
    `);

    await runner.query(`
      CREATE TABLE "deployments" (
        "id" uuid NOT NULL DEFAULT uuidv7(),
        "agent_id" uuid NOT NULL,
        "user_id" uuid NOT NULL,
        "state" text NOT NULL DEFAULT 'draft',
        "paused_reason" text,
        "max_notional_usd" numeric(38,18) NOT NULL,
        "max_leverage" numeric(38,18) NOT NULL,
        "max_daily_loss_usd" numeric(38,18) NOT NULL,
        "max_open_positions" integer NOT NULL DEFAULT 5,
        "max_drawdown" numeric(38,18) NOT NULL DEFAULT 0.25,
        "cooldown_minutes" integer NOT NULL DEFAULT 60,
        "mandate_valid_until" timestamptz NOT NULL,
        "starting_equity_usd" numeric(38,18),
        "activated_at" timestamptz,
        "created_at" timestamptz NOT NULL DEFAULT now(),
        "updated_at" timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT "deployments_pkey" PRIMARY KEY ("id"),
        CONSTRAINT "deployments_agent_id_fkey" FOREIGN KEY ("agent_id") REFERENCES "agents"("id"),
        CONSTRAINT "deployments_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id"),
        CONSTRAINT "deployments_limits_check" CHECK ("max_notional_usd" > 0 AND "max_leverage" >= 1 AND "max_daily_loss_usd" > 0 AND "max_open_positions" > 0 AND "max_drawdown" > 0 AND "max_drawdown" <= 1),
        CONSTRAINT "deployments_state_check" CHECK ("state" IN ('draft', 'awaiting_authorisation', 'active', 'paused', 'winding_down', 'closed'))
      )
    `);
    await runner.query(`CREATE INDEX "deployments_user_id_idx" ON "deployments" ("user_id")`);
    await runner.query(`CREATE INDEX "deployments_active_idx" ON "deployments" ("agent_id") WHERE "state" = 'active'`);

    await runner.query(`
      CREATE TABLE "venue_accounts" (
        "id" uuid NOT NULL DEFAULT uuidv7(),
        "user_id" uuid NOT NULL,
        "venue" text NOT NULL,
        "address" text NOT NULL,
        "created_at" timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT "venue_accounts_pkey" PRIMARY KEY ("id"),
        CONSTRAINT "venue_accounts_venue_address_key" UNIQUE ("venue", "address"),
        CONSTRAINT "venue_accounts_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id"),
        CONSTRAINT "venue_accounts_address_check" CHECK ("address" ~ '^0x[0-9a-f]{40}$'),
        CONSTRAINT "venue_accounts_venue_check" CHECK ("venue" IN ('hyperliquid', 'ostium', 'gmx', 'spot', 'paper'))
      )
    `);

    await runner.query(`
      CREATE TABLE "venue_keys" (
        "id" uuid NOT NULL DEFAULT uuidv7(),
        "venue_account_id" uuid NOT NULL,
        "address" text NOT NULL,
        "state" text NOT NULL DEFAULT 'generated',
        "version" integer NOT NULL DEFAULT 1,
        "master_key_id" text NOT NULL,
        "wrapped_data_key" bytea NOT NULL,
        "ciphertext" bytea NOT NULL,
        "valid_until" timestamptz,
        "created_at" timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT "venue_keys_pkey" PRIMARY KEY ("id"),
        CONSTRAINT "venue_keys_address_key" UNIQUE ("address"),
        CONSTRAINT "venue_keys_venue_account_id_fkey" FOREIGN KEY ("venue_account_id") REFERENCES "venue_accounts"("id"),
        CONSTRAINT "venue_keys_address_check" CHECK ("address" ~ '^0x[0-9a-f]{40}$'),
        CONSTRAINT "venue_keys_state_check" CHECK ("state" IN ('generated', 'approved', 'rotating', 'revoked'))
      )
    `);
    await runner.query(`CREATE INDEX "venue_keys_venue_account_id_idx" ON "venue_keys" ("venue_account_id")`);

    await runner.query(`
      CREATE TABLE "deployment_venues" (
        "deployment_id" uuid NOT NULL,
        "venue" text NOT NULL,
        "venue_account_id" uuid NOT NULL,
        "venue_key_id" uuid NOT NULL,
        CONSTRAINT "deployment_venues_pkey" PRIMARY KEY ("deployment_id", "venue"),
        CONSTRAINT "deployment_venues_deployment_id_fkey" FOREIGN KEY ("deployment_id") REFERENCES "deployments"("id"),
        CONSTRAINT "deployment_venues_venue_account_id_fkey" FOREIGN KEY ("venue_account_id") REFERENCES "venue_accounts"("id"),
        CONSTRAINT "deployment_venues_venue_key_id_fkey" FOREIGN KEY ("venue_key_id") REFERENCES "venue_keys"("id"),
        CONSTRAINT "deployment_venues_venue_check" CHECK ("venue" IN ('hyperliquid', 'ostium', 'gmx', 'spot', 'paper'))
      )
    `);

    await runner.query(`
      CREATE TABLE "signals" (
        "id" uuid NOT NULL DEFAULT uuidv7(),
        "agent_id" uuid NOT NULL,
        "source_kind" text NOT NULL,
        "source_id" text NOT NULL,
        "symbol" text NOT NULL,
        "side" text NOT NULL,
        "state" text NOT NULL DEFAULT 'live',
        "reference_price" numeric(38,18) NOT NULL,
        "reference_venue" text NOT NULL,
        "stop_fraction" numeric(38,18) NOT NULL,
        "target_fraction" numeric(38,18) NOT NULL,
        "later_target_fractions" jsonb NOT NULL DEFAULT '[]',
        "leverage" numeric(38,18) NOT NULL,
        "score" numeric(38,18),
        "score_inputs" jsonb NOT NULL DEFAULT '[]',
        "confidence" numeric(38,18) NOT NULL,
        "explanation" text NOT NULL,
        "published_at" timestamptz NOT NULL,
        "created_at" timestamptz NOT NULL DEFAULT now(),
        "expires_at" timestamptz NOT NULL,
        CONSTRAINT "signals_pkey" PRIMARY KEY ("id"),
        CONSTRAINT "signals_agent_source_symbol_key" UNIQUE ("agent_id", "source_kind", "source_id", "symbol"),
        CONSTRAINT "signals_agent_id_fkey" FOREIGN KEY ("agent_id") REFERENCES "agents"("id"),
        CONSTRAINT "signals_fractions_check" CHECK ("stop_fraction" > 0 AND "stop_fraction" < 1 AND "target_fraction" > 0),
        CONSTRAINT "signals_reference_price_check" CHECK ("reference_price" > 0),
        CONSTRAINT "signals_source_kind_check" CHECK ("source_kind" IN ('post', 'report', 'manual')),
        CONSTRAINT "signals_state_check" CHECK ("state" IN ('live', 'expired', 'superseded', 'exhausted')),
        CONSTRAINT "signals_side_check" CHECK ("side" IN ('long', 'short'))
      )
    `);
    await runner.query(`CREATE INDEX "signals_created_at_idx" ON "signals" ("created_at")`);
    await runner.query(`CREATE INDEX "signals_live_idx" ON "signals" ("agent_id", "symbol") WHERE "state" = 'live'`);

    await runner.query(`
      CREATE TABLE "positions" (
        "id" uuid NOT NULL DEFAULT uuidv7(),
        "deployment_id" uuid NOT NULL,
        "signal_id" uuid NOT NULL,
        "venue_account_id" uuid NOT NULL,
        "venue" text NOT NULL,
        "symbol" text NOT NULL,
        "side" text NOT NULL,
        "state" text NOT NULL DEFAULT 'opening',
        "size" numeric(38,18) NOT NULL DEFAULT '0',
        "opened_size" numeric(38,18) NOT NULL DEFAULT '0',
        "reserved_notional_usd" numeric(38,18) NOT NULL,
        "leverage" numeric(38,18) NOT NULL,
        "entry_price" numeric(38,18),
        "exit_price" numeric(38,18),
        "stop_price" numeric(38,18),
        "target_price" numeric(38,18),
        "best_price" numeric(38,18),
        "mark_price" numeric(38,18),
        "marked_at" timestamptz,
        "fees_usd" numeric(38,18) NOT NULL DEFAULT '0',
        "realised_pnl_usd" numeric(38,18) NOT NULL DEFAULT '0',
        "exit_reason" text,
        "venue_position_id" text,
        "created_at" timestamptz NOT NULL DEFAULT now(),
        "opened_at" timestamptz,
        "closed_at" timestamptz,
        CONSTRAINT "positions_pkey" PRIMARY KEY ("id"),
        CONSTRAINT "positions_deployment_id_fkey" FOREIGN KEY ("deployment_id") REFERENCES "deployments"("id"),
        CONSTRAINT "positions_signal_id_fkey" FOREIGN KEY ("signal_id") REFERENCES "signals"("id"),
        CONSTRAINT "positions_venue_account_id_fkey" FOREIGN KEY ("venue_account_id") REFERENCES "venue_accounts"("id"),
        CONSTRAINT "positions_open_is_complete_check" CHECK ("state" IN ('opening', 'rejected') OR ("entry_price" IS NOT NULL AND "entry_price" > 0 AND "opened_at" IS NOT NULL)),
        CONSTRAINT "positions_size_check" CHECK ("size" >= 0 AND "reserved_notional_usd" >= 0),
        CONSTRAINT "positions_venue_check" CHECK ("venue" IN ('hyperliquid', 'ostium', 'gmx', 'spot', 'paper')),
        CONSTRAINT "positions_side_check" CHECK ("side" IN ('long', 'short')),
        CONSTRAINT "positions_state_check" CHECK ("state" IN ('opening', 'open', 'closing', 'closed', 'rejected', 'liquidated', 'closed_externally'))
      )
    `);
    await runner.query(`CREATE INDEX "positions_signal_id_idx" ON "positions" ("signal_id")`);
    await runner.query(`CREATE INDEX "positions_deployment_id_idx" ON "positions" ("deployment_id")`);
    await runner.query(
      `CREATE UNIQUE INDEX "positions_one_per_deployment_and_symbol" ON "positions" ("deployment_id", "symbol") WHERE "state" IN ('opening', 'open', 'closing')`,
    );
    await runner.query(
      `CREATE INDEX "positions_live_idx" ON "positions" ("venue", "symbol") WHERE "state" IN ('opening', 'open', 'closing')`,
    );

    await runner.query(`
      CREATE TABLE "equity_snapshots" (
        "id" uuid NOT NULL DEFAULT uuidv7(),
        "deployment_id" uuid NOT NULL,
        "kind" text NOT NULL,
        "position_id" uuid,
        "marked_at" timestamptz NOT NULL,
        "equity_usd" numeric(38,18) NOT NULL,
        "net_flow_usd" numeric(38,18) NOT NULL DEFAULT '0',
        "created_at" timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT "equity_snapshots_pkey" PRIMARY KEY ("id"),
        CONSTRAINT "equity_snapshots_deployment_id_fkey" FOREIGN KEY ("deployment_id") REFERENCES "deployments"("id"),
        CONSTRAINT "equity_snapshots_position_id_fkey" FOREIGN KEY ("position_id") REFERENCES "positions"("id"),
        CONSTRAINT "equity_snapshots_kind_check" CHECK ("kind" IN ('start', 'daily', 'close'))
      )
    `);
    await runner.query(
      `CREATE UNIQUE INDEX "equity_snapshots_position_id_key" ON "equity_snapshots" ("position_id") WHERE "position_id" IS NOT NULL`,
    );
    await runner.query(
      `CREATE UNIQUE INDEX "equity_snapshots_daily_key" ON "equity_snapshots" ("deployment_id", "marked_at") WHERE "kind" = 'daily'`,
    );
    await runner.query(`CREATE INDEX "equity_snapshots_deployment_id_marked_at_idx" ON "equity_snapshots" ("deployment_id", "marked_at")`);

    await runner.query(`
      CREATE TABLE "orders" (
        "id" uuid NOT NULL DEFAULT uuidv7(),
        "client_order_id" text NOT NULL,
        "deployment_id" uuid NOT NULL,
        "signal_id" uuid NOT NULL,
        "purpose" text NOT NULL,
        "leg" integer NOT NULL DEFAULT 0,
        "symbol" text NOT NULL,
        "side" text NOT NULL,
        "state" text NOT NULL DEFAULT 'pending',
        "code" text,
        "reason" text,
        "exit_reason" text,
        "venue" text,
        "venue_account_id" uuid,
        "position_id" uuid,
        "size" numeric(38,18),
        "leverage" numeric(38,18),
        "decision_price" numeric(38,18),
        "checks" jsonb,
        "sizing" jsonb,
        "venue_order_id" text,
        "filled_size" numeric(38,18),
        "average_price" numeric(38,18),
        "fee_usd" numeric(38,18),
        "leased_by" text,
        "next_attempt_at" timestamptz NOT NULL DEFAULT now(),
        "attempts" integer NOT NULL DEFAULT 0,
        "created_at" timestamptz NOT NULL DEFAULT now(),
        "sent_at" timestamptz,
        "settled_at" timestamptz,
        CONSTRAINT "orders_pkey" PRIMARY KEY ("id"),
        CONSTRAINT "orders_deployment_signal_purpose_leg_key" UNIQUE ("deployment_id", "signal_id", "purpose", "leg"),
        CONSTRAINT "orders_client_order_id_key" UNIQUE ("client_order_id"),
        CONSTRAINT "orders_deployment_id_fkey" FOREIGN KEY ("deployment_id") REFERENCES "deployments"("id"),
        CONSTRAINT "orders_signal_id_fkey" FOREIGN KEY ("signal_id") REFERENCES "signals"("id"),
        CONSTRAINT "orders_venue_account_id_fkey" FOREIGN KEY ("venue_account_id") REFERENCES "venue_accounts"("id"),
        CONSTRAINT "orders_position_id_fkey" FOREIGN KEY ("position_id") REFERENCES "positions"("id"),
        CONSTRAINT "orders_sent_is_complete_check" CHECK ("state" IN ('pending', 'denied', 'expired', 'cancelled') OR ("venue" IS NOT NULL AND "size" IS NOT NULL AND "size" > 0 AND "sent_at" IS NOT NULL)),
        CONSTRAINT "orders_denied_has_code_check" CHECK ("state" NOT IN ('denied', 'rejected') OR "code" IS NOT NULL),
        CONSTRAINT "orders_client_order_id_check" CHECK ("client_order_id" ~ '^0x[0-9a-f]{32}$'),
        CONSTRAINT "orders_venue_check" CHECK ("venue" IN ('hyperliquid', 'ostium', 'gmx', 'spot', 'paper')),
        CONSTRAINT "orders_side_check" CHECK ("side" IN ('long', 'short')),
        CONSTRAINT "orders_purpose_check" CHECK ("purpose" IN ('open', 'close')),
        CONSTRAINT "orders_state_check" CHECK ("state" IN ('pending', 'submitting', 'filled', 'partially_filled', 'rejected', 'unknown', 'denied', 'expired', 'cancelled'))
      )
    `);
    await runner.query(`CREATE INDEX "orders_signal_id_idx" ON "orders" ("signal_id")`);
    await runner.query(`CREATE INDEX "orders_position_id_idx" ON "orders" ("position_id")`);
    await runner.query(
      `CREATE INDEX "orders_due_idx" ON "orders" ("next_attempt_at") WHERE "state" IN ('pending', 'submitting', 'unknown')`,
    );

    await runner.query(`
      CREATE TABLE "fills" (
        "id" uuid NOT NULL DEFAULT uuidv7(),
        "venue" text NOT NULL,
        "venue_fill_id" text NOT NULL,
        "venue_order_id" text NOT NULL,
        "order_id" uuid,
        "position_id" uuid NOT NULL,
        "side" text NOT NULL,
        "price" numeric(38,18) NOT NULL,
        "size" numeric(38,18) NOT NULL,
        "fee_usd" numeric(38,18) NOT NULL,
        "realised_pnl_usd" numeric(38,18),
        "filled_at" timestamptz NOT NULL,
        "created_at" timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT "fills_pkey" PRIMARY KEY ("id"),
        CONSTRAINT "fills_venue_venue_fill_id_key" UNIQUE ("venue", "venue_fill_id"),
        CONSTRAINT "fills_order_id_fkey" FOREIGN KEY ("order_id") REFERENCES "orders"("id"),
        CONSTRAINT "fills_position_id_fkey" FOREIGN KEY ("position_id") REFERENCES "positions"("id"),
        CONSTRAINT "fills_size_check" CHECK ("size" > 0 AND "price" > 0),
        CONSTRAINT "fills_side_check" CHECK ("side" IN ('buy', 'sell')),
        CONSTRAINT "fills_venue_check" CHECK ("venue" IN ('hyperliquid', 'ostium', 'gmx', 'spot', 'paper'))
      )
    `);
    await runner.query(`CREATE INDEX "fills_position_id_idx" ON "fills" ("position_id")`);
    await runner.query(`CREATE INDEX "fills_order_id_idx" ON "fills" ("order_id")`);

    await runner.query(`
      CREATE TABLE "routing_decisions" (
        "id" uuid NOT NULL DEFAULT uuidv7(),
        "order_id" uuid NOT NULL,
        "venue" text,
        "candidates" jsonb NOT NULL,
        "created_at" timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT "routing_decisions_pkey" PRIMARY KEY ("id"),
        CONSTRAINT "routing_decisions_order_id_key" UNIQUE ("order_id"),
        CONSTRAINT "routing_decisions_order_id_fkey" FOREIGN KEY ("order_id") REFERENCES "orders"("id"),
        CONSTRAINT "routing_decisions_venue_check" CHECK ("venue" IN ('hyperliquid', 'ostium', 'gmx', 'spot', 'paper'))
      )
    `);
    await runner.query(`CREATE INDEX "routing_decisions_venue_idx" ON "routing_decisions" ("venue")`);

    await runner.query(`
      CREATE TABLE "signal_sources" (
        "id" uuid NOT NULL DEFAULT uuidv7(),
        "signal_id" uuid NOT NULL,
        "source_kind" text NOT NULL,
        "source_id" text NOT NULL,
        "classification_id" uuid,
        "confidence" numeric(38,18) NOT NULL,
        "created_at" timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT "signal_sources_pkey" PRIMARY KEY ("id"),
        CONSTRAINT "signal_sources_signal_id_source_key" UNIQUE ("signal_id", "source_kind", "source_id"),
        CONSTRAINT "signal_sources_signal_id_fkey" FOREIGN KEY ("signal_id") REFERENCES "signals"("id"),
        CONSTRAINT "signal_sources_classification_id_fkey" FOREIGN KEY ("classification_id") REFERENCES "classifications"("id"),
        CONSTRAINT "signal_sources_source_kind_check" CHECK ("source_kind" IN ('post', 'report', 'manual'))
      )
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE "signal_sources"`);
    await runner.query(`DROP TABLE "routing_decisions"`);
    await runner.query(`DROP TABLE "fills"`);
    await runner.query(`DROP TABLE "orders"`);
    await runner.query(`DROP TABLE "equity_snapshots"`);
    await runner.query(`DROP TABLE "positions"`);
    await runner.query(`DROP TABLE "signals"`);
    await runner.query(`DROP TABLE "deployment_venues"`);
    await runner.query(`DROP TABLE "venue_keys"`);
    await runner.query(`DROP TABLE "venue_accounts"`);
    await runner.query(`DROP TABLE "deployments"`);
    await runner.query(`DROP TABLE "users"`);
    await runner.query(`DROP TABLE "classifications"`);
    await runner.query(`DROP TABLE "reports"`);
    await runner.query(`DROP TABLE "posts"`);
    await runner.query(`DROP TABLE "agent_research_institutes"`);
    await runner.query(`DROP TABLE "research_institutes"`);
    await runner.query(`DROP TABLE "agent_metrics"`);
    await runner.query(`DROP TABLE "agent_accounts"`);
    await runner.query(`DROP TABLE "x_accounts"`);
    await runner.query(`DROP TABLE "agents"`);
    const [shim] = await runner.manager.query<{ name: string }[]>(
      `SELECT oid::regprocedure::text AS "name" FROM pg_proc WHERE obj_description(oid, 'pg_proc') = $1`,
      [SHIM_COMMENT],
    );
    if (shim) await runner.query(`DROP FUNCTION ${shim.name}`);
  }
}
