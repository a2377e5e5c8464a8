import type { MigrationInterface, QueryRunner } from 'typeorm';

const OWNED_FUNCTION = 'LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp';

/** Of a row of a deployment: whose it is. */
const OWNER = '(SELECT user_id FROM deployments WHERE id = NEW.deployment_id)';

const EVENT_FUNCTIONS = [
  `CREATE FUNCTION record_event(owner uuid, kind text, subject uuid, data jsonb) RETURNS void ${OWNED_FUNCTION} AS $$ BEGIN
     INSERT INTO events (xid, user_id, kind, subject_id, data) VALUES (pg_current_xact_id()::text::bigint, owner, kind, subject, data);
     PERFORM pg_notify('user_event', owner::text);
   END $$`,
  `CREATE FUNCTION event_of_deployments() RETURNS trigger ${OWNED_FUNCTION} AS $$ BEGIN
     PERFORM record_event(NEW.user_id, 'deployment', NEW.id, jsonb_build_object(
       'agentId', NEW.agent_id, 'state', NEW.state, 'pausedReason', NEW.paused_reason, 'revision', NEW.revision));
     RETURN NULL;
   END $$`,
  `CREATE FUNCTION event_of_signals() RETURNS trigger ${OWNED_FUNCTION} AS $$ BEGIN
     PERFORM record_event(follower.user_id, 'signal', NEW.id, jsonb_build_object(
       'agentId', NEW.agent_id, 'symbol', NEW.symbol, 'side', NEW.side, 'state', NEW.state))
       FROM (SELECT DISTINCT user_id FROM deployments
              WHERE agent_id = NEW.agent_id AND state IN ('active', 'paused', 'winding_down')) AS follower;
     RETURN NULL;
   END $$`,
  `CREATE FUNCTION event_of_orders() RETURNS trigger ${OWNED_FUNCTION} AS $$ BEGIN
     PERFORM record_event(${OWNER}, 'order', NEW.id, jsonb_build_object(
       'deploymentId', NEW.deployment_id, 'signalId', NEW.signal_id, 'positionId', NEW.position_id, 'purpose', NEW.purpose,
       'symbol', NEW.symbol, 'side', NEW.side, 'state', NEW.state, 'code', NEW.code, 'venue', NEW.venue));
     RETURN NULL;
   END $$`,
  `CREATE FUNCTION event_of_fills() RETURNS trigger ${OWNED_FUNCTION} AS $$
   DECLARE deployment deployments%ROWTYPE;
   BEGIN
     SELECT d.* INTO deployment FROM positions p JOIN deployments d ON d.id = p.deployment_id WHERE p.id = NEW.position_id;
     PERFORM record_event(deployment.user_id, 'fill', NEW.id, jsonb_build_object(
       'deploymentId', deployment.id, 'positionId', NEW.position_id, 'orderId', NEW.order_id, 'venue', NEW.venue, 'side', NEW.side,
       'price', trim_scale(NEW.price)::text, 'size', trim_scale(NEW.size)::text, 'feeUsd', trim_scale(NEW.fee_usd)::text));
     RETURN NULL;
   END $$`,
  `CREATE FUNCTION event_of_positions() RETURNS trigger ${OWNED_FUNCTION} AS $$ BEGIN
     PERFORM record_event(${OWNER}, 'position', NEW.id, jsonb_build_object(
       'deploymentId', NEW.deployment_id, 'signalId', NEW.signal_id, 'venue', NEW.venue, 'symbol', NEW.symbol, 'side', NEW.side,
       'state', NEW.state, 'size', trim_scale(NEW.size)::text, 'entryPrice', trim_scale(NEW.entry_price)::text,
       'stopPrice', trim_scale(NEW.stop_price)::text, 'targetPrice', trim_scale(NEW.target_price)::text,
       'realisedPnlUsd', trim_scale(NEW.realised_pnl_usd)::text, 'exitReason', NEW.exit_reason));
     RETURN NULL;
   END $$`,
  `CREATE FUNCTION deliver_event() RETURNS trigger ${OWNED_FUNCTION} AS $$ BEGIN
     INSERT INTO webhook_deliveries (webhook_id, kind, subject_id, data, happened_at)
       SELECT id, NEW.kind, NEW.subject_id, NEW.data, NEW.created_at FROM webhooks
        WHERE user_id = NEW.user_id AND deleted_at IS NULL AND NEW.kind = ANY (kinds);
     IF FOUND THEN PERFORM pg_notify('webhook_delivery', ''); END IF;
     RETURN NULL;
   END $$`,
];

/** Marks of positions change all the time and concern nobody but their watcher. */
const WATCHED: Readonly<Record<string, readonly string[] | 'nothing'>> = {
  deployments: ['revision'],
  signals: ['state'],
  orders: ['state'],
  fills: 'nothing',
  positions: ['state', 'size', 'entry_price', 'stop_price', 'target_price', 'realised_pnl_usd', 'exit_reason'],
};

const EVENT_TRIGGERS = [
  ...Object.entries(WATCHED).flatMap(([table, columns]) => [
    `CREATE TRIGGER "${table}_event_on_insert" AFTER INSERT ON "${table}" FOR EACH ROW EXECUTE FUNCTION event_of_${table}()`,
    ...(columns === 'nothing'
      ? []
      : [
          `CREATE TRIGGER "${table}_event_on_update" AFTER UPDATE ON "${table}" FOR EACH ROW WHEN (${columns
            .map((column) => `OLD.${column} IS DISTINCT FROM NEW.${column}`)
            .join(' OR ')}) EXECUTE FUNCTION event_of_${table}()`,
        ]),
  ]),
  `CREATE TRIGGER "events_deliver" AFTER INSERT ON "events" FOR EACH ROW EXECUTE FUNCTION deliver_event()`,
];

export class AddEventsAndWebhooks1795686499499 implements MigrationInterface {
  readonly name = 'AddEventsAndWebhooks1795686499499';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE "events" ("id" BIGSERIAL NOT NULL, "xid" bigint NOT NULL, "user_id" uuid NOT NULL, "kind" text NOT NULL, "subject_id" uuid NOT NULL, "data" jsonb NOT NULL, "created_at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(), CONSTRAINT "events_kind_check" CHECK ("kind" IN ('deployment', 'signal', 'order', 'fill', 'position')), CONSTRAINT "events_pkey" PRIMARY KEY ("id"))`,
    );
    await runner.query(`CREATE INDEX "events_created_at_idx" ON "events"  ("created_at") `);
    await runner.query(`CREATE INDEX "events_user_id_idx" ON "events"  ("user_id", "xid", "id") `);
    await runner.query(
      `CREATE TABLE "webhooks" ("id" uuid NOT NULL DEFAULT uuidv7(), "user_id" uuid NOT NULL, "url" text NOT NULL, "kinds" text array NOT NULL, "version" integer NOT NULL DEFAULT '1', "master_key_id" text NOT NULL, "wrapped_data_key" bytea NOT NULL, "ciphertext" bytea NOT NULL, "created_at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(), "deleted_at" TIMESTAMP WITH TIME ZONE, CONSTRAINT "webhooks_pkey" PRIMARY KEY ("id"))`,
    );
    await runner.query(`CREATE INDEX "webhooks_user_id_idx" ON "webhooks"  ("user_id") `);
    await runner.query(
      `CREATE TABLE "webhook_deliveries" ("id" uuid NOT NULL DEFAULT uuidv7(), "webhook_id" uuid NOT NULL, "kind" text NOT NULL, "subject_id" uuid NOT NULL, "data" jsonb NOT NULL, "happened_at" TIMESTAMP WITH TIME ZONE NOT NULL, "state" text NOT NULL DEFAULT 'pending', "attempts" integer NOT NULL DEFAULT '0', "next_attempt_at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(), "last_status" integer, "last_error" text, "created_at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(), "delivered_at" TIMESTAMP WITH TIME ZONE, CONSTRAINT "webhook_deliveries_state_check" CHECK ("state" IN ('pending', 'delivered', 'dead')), CONSTRAINT "webhook_deliveries_pkey" PRIMARY KEY ("id"))`,
    );
    await runner.query(`CREATE INDEX "webhook_deliveries_webhook_id_idx" ON "webhook_deliveries"  ("webhook_id", "id") `);
    await runner.query(`CREATE INDEX "webhook_deliveries_due_idx" ON "webhook_deliveries"  ("next_attempt_at") WHERE "state" = 'pending'`);
    await runner.query(
      `ALTER TABLE "events" ADD CONSTRAINT "events_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE NO ACTION ON UPDATE NO ACTION`,
    );
    await runner.query(
      `ALTER TABLE "webhooks" ADD CONSTRAINT "webhooks_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE NO ACTION ON UPDATE NO ACTION`,
    );
    await runner.query(
      `ALTER TABLE "webhook_deliveries" ADD CONSTRAINT "webhook_deliveries_webhook_id_fkey" FOREIGN KEY ("webhook_id") REFERENCES "webhooks"("id") ON DELETE NO ACTION ON UPDATE NO ACTION`,
    );
    // They write what no service has to be allowed to write.
    for (const statement of EVENT_FUNCTIONS) await runner.query(statement);
    for (const statement of EVENT_TRIGGERS) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['deployments', 'signals', 'orders', 'fills', 'positions']) {
      for (const when of ['insert', 'update']) await runner.query(`DROP TRIGGER IF EXISTS "${table}_event_on_${when}" ON "${table}"`);
      await runner.query(`DROP FUNCTION event_of_${table}()`);
    }
    await runner.query(`DROP TRIGGER "events_deliver" ON "events"`);
    await runner.query(`DROP FUNCTION deliver_event()`);
    await runner.query(`DROP FUNCTION record_event(uuid, text, uuid, jsonb)`);
    await runner.query(`ALTER TABLE "webhook_deliveries" DROP CONSTRAINT "webhook_deliveries_webhook_id_fkey"`);
    await runner.query(`ALTER TABLE "webhooks" DROP CONSTRAINT "webhooks_user_id_fkey"`);
    await runner.query(`ALTER TABLE "events" DROP CONSTRAINT "events_user_id_fkey"`);
    await runner.query(`DROP INDEX "public"."webhook_deliveries_due_idx"`);
    await runner.query(`DROP INDEX "public"."webhook_deliveries_webhook_id_idx"`);
    await runner.query(`DROP TABLE "webhook_deliveries"`);
    await runner.query(`DROP INDEX "public"."webhooks_user_id_idx"`);
    await runner.query(`DROP TABLE "webhooks"`);
    await runner.query(`DROP INDEX "public"."events_user_id_idx"`);
    await runner.query(`DROP INDEX "public"."events_created_at_idx"`);
    await runner.query(`DROP TABLE "events"`);
  }
}
