import type { MigrationInterface, QueryRunner } from 'typeorm';

export class RestingStopsAndNonces1795681055644 implements MigrationInterface {
  readonly name = 'RestingStopsAndNonces1795681055644';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE "protective_orders" ("id" uuid NOT NULL DEFAULT uuidv7(), "position_id" uuid NOT NULL, "kind" text NOT NULL, "revision" integer NOT NULL, "client_order_id" text NOT NULL, "size" numeric(38,18) NOT NULL, "trigger_price" numeric(38,18) NOT NULL, "exit_reason" text NOT NULL, "state" text NOT NULL DEFAULT 'placing', "order_id" uuid, "created_at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(), "seen_at" TIMESTAMP WITH TIME ZONE, "ended_at" TIMESTAMP WITH TIME ZONE, CONSTRAINT "protective_orders_position_kind_revision_key" UNIQUE ("position_id", "kind", "revision"), CONSTRAINT "protective_orders_client_order_id_key" UNIQUE ("client_order_id"), CONSTRAINT "protective_orders_size_check" CHECK ("size" > 0 AND "trigger_price" > 0), CONSTRAINT "protective_orders_client_order_id_check" CHECK ("client_order_id" ~ '^0x[0-9a-f]{32}$'), CONSTRAINT "protective_orders_state_check" CHECK ("state" IN ('placing', 'resting', 'cancelling', 'ended')), CONSTRAINT "protective_orders_kind_check" CHECK ("kind" IN ('stop', 'take_profit')), CONSTRAINT "protective_orders_pkey" PRIMARY KEY ("id"))`,
    );
    await runner.query(`CREATE INDEX "protective_orders_alive_idx" ON "protective_orders"  ("position_id") WHERE "state" <> 'ended'`);
    await runner.query(
      `CREATE TABLE "signer_nonces" ("signer" text NOT NULL, "last_nonce" bigint NOT NULL, CONSTRAINT "signer_nonces_signer_check" CHECK ("signer" ~ '^0x[0-9a-f]{40}$'), CONSTRAINT "signer_nonces_pkey" PRIMARY KEY ("signer"))`,
    );
    await runner.query(`ALTER TABLE "venue_keys" ADD "expiry_warned_days" integer`);
    await runner.query(`ALTER TABLE "positions" ADD "crossed_at" TIMESTAMP WITH TIME ZONE`);
    await runner.query(`ALTER TABLE "venue_fills" ADD "client_order_id" text`);
    await runner.query(`ALTER TABLE "venue_fills" ADD "trigger" text`);
    await runner.query(`ALTER TABLE "venue_fills" ADD CONSTRAINT "venue_fills_trigger_check" CHECK ("trigger" IN ('stop', 'take_profit'))`);
    await runner.query(
      `ALTER TABLE "protective_orders" ADD CONSTRAINT "protective_orders_position_id_fkey" FOREIGN KEY ("position_id") REFERENCES "positions"("id") ON DELETE NO ACTION ON UPDATE NO ACTION`,
    );
    await runner.query(
      `ALTER TABLE "protective_orders" ADD CONSTRAINT "protective_orders_order_id_fkey" FOREIGN KEY ("order_id") REFERENCES "orders"("id") ON DELETE NO ACTION ON UPDATE NO ACTION`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "protective_orders" DROP CONSTRAINT "protective_orders_order_id_fkey"`);
    await runner.query(`ALTER TABLE "protective_orders" DROP CONSTRAINT "protective_orders_position_id_fkey"`);
    await runner.query(`ALTER TABLE "venue_fills" DROP CONSTRAINT "venue_fills_trigger_check"`);
    await runner.query(`ALTER TABLE "venue_fills" DROP COLUMN "trigger"`);
    await runner.query(`ALTER TABLE "venue_fills" DROP COLUMN "client_order_id"`);
    await runner.query(`ALTER TABLE "positions" DROP COLUMN "crossed_at"`);
    await runner.query(`ALTER TABLE "venue_keys" DROP COLUMN "expiry_warned_days"`);
    await runner.query(`DROP TABLE "signer_nonces"`);
    await runner.query(`DROP INDEX "public"."protective_orders_alive_idx"`);
    await runner.query(`DROP TABLE "protective_orders"`);
  }
}
