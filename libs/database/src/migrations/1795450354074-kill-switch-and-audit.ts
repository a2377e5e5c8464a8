import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What the schema builder knows nothing of: rows of the audit log are only ever added. */
const APPEND_ONLY = `
  CREATE FUNCTION audit_log_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    RAISE EXCEPTION 'the audit log is append-only: % is refused', TG_OP USING ERRCODE = 'insufficient_privilege';
  END
  $$
`;

/** Kill switches, the audit log, and the request to close a position. */
export class KillSwitchAndAudit1795450354074 implements MigrationInterface {
  readonly name = 'KillSwitchAndAudit1795450354074';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE "audit_log" ("seq" bigint NOT NULL, "at" TIMESTAMP WITH TIME ZONE NOT NULL, "actor" text NOT NULL, "action" text NOT NULL, "subject_kind" text NOT NULL, "subject_id" text NOT NULL, "details" jsonb NOT NULL, "previous_hash" text NOT NULL, "hash" text NOT NULL, CONSTRAINT "audit_log_hash_check" CHECK ("hash" ~ '^[0-9a-f]{64}$' AND "previous_hash" ~ '^[0-9a-f]{64}$'), CONSTRAINT "audit_log_pkey" PRIMARY KEY ("seq"))`,
    );
    await runner.query(`CREATE INDEX "audit_log_subject_idx" ON "audit_log"  ("subject_kind", "subject_id") `);
    await runner.query(APPEND_ONLY);
    await runner.query(
      `CREATE TRIGGER audit_log_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON "audit_log" FOR EACH STATEMENT EXECUTE FUNCTION audit_log_append_only()`,
    );
    await runner.query(
      `CREATE TABLE "kill_switches" ("id" uuid NOT NULL DEFAULT uuidv7(), "scope" text NOT NULL, "target" text, "reason" text NOT NULL, "flatten" boolean NOT NULL DEFAULT false, "set_by" text NOT NULL, "set_at" TIMESTAMP WITH TIME ZONE NOT NULL, "flat_at" TIMESTAMP WITH TIME ZONE, "lifted_by" text, "lifted_at" TIMESTAMP WITH TIME ZONE, CONSTRAINT "kill_switches_flat_check" CHECK ("flat_at" IS NULL OR "flatten"), CONSTRAINT "kill_switches_lifted_check" CHECK (("lifted_at" IS NULL) = ("lifted_by" IS NULL)), CONSTRAINT "kill_switches_target_check" CHECK (("scope" = 'global') = ("target" IS NULL)), CONSTRAINT "kill_switches_scope_check" CHECK ("scope" IN ('global', 'venue', 'agent', 'deployment', 'source')), CONSTRAINT "kill_switches_pkey" PRIMARY KEY ("id"))`,
    );
    await runner.query(
      `CREATE UNIQUE INDEX "kill_switches_in_force_key" ON "kill_switches"  ("scope", "target") WHERE "lifted_at" IS NULL`,
    );
    await runner.query(
      `CREATE UNIQUE INDEX "kill_switches_global_in_force_key" ON "kill_switches"  ("scope") WHERE "scope" = 'global' AND "lifted_at" IS NULL`,
    );
    await runner.query(`ALTER TABLE "positions" ADD "close_requested_at" TIMESTAMP WITH TIME ZONE`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "positions" DROP COLUMN "close_requested_at"`);
    await runner.query(`DROP INDEX "public"."kill_switches_global_in_force_key"`);
    await runner.query(`DROP INDEX "public"."kill_switches_in_force_key"`);
    await runner.query(`DROP TABLE "kill_switches"`);
    await runner.query(`DROP INDEX "public"."audit_log_subject_idx"`);
    await runner.query(`DROP TABLE "audit_log"`);
    await runner.query(`DROP FUNCTION audit_log_append_only()`);
  }
}
