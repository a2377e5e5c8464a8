import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AddAgentVersions1795680190590 implements MigrationInterface {
  readonly name = 'AddAgentVersions1795680190590';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE "agent_versions" ("id" uuid NOT NULL DEFAULT uuidv7(), "agent_id" uuid NOT NULL, "version" integer NOT NULL, "manifest" jsonb NOT NULL, "digest" text NOT NULL, "signer" text NOT NULL, "signature_hash" text NOT NULL, "signed_at" TIMESTAMP WITH TIME ZONE NOT NULL, CONSTRAINT "agent_versions_agent_id_version_key" UNIQUE ("agent_id", "version"), CONSTRAINT "agent_versions_hashes_check" CHECK ("digest" ~ '^0x[0-9a-f]{64}$' AND "signature_hash" ~ '^0x[0-9a-f]{64}$'), CONSTRAINT "agent_versions_signer_check" CHECK ("signer" ~ '^0x[0-9a-f]{40}$'), CONSTRAINT "agent_versions_pkey" PRIMARY KEY ("id"))`,
    );
    await runner.query(`ALTER TABLE "agents" ADD "version" integer NOT NULL DEFAULT '0'`);
    await runner.query(`ALTER TABLE "agents" ADD "revision" integer NOT NULL DEFAULT '1'`);
    await runner.query(`ALTER TABLE "deployments" ADD "revision" integer NOT NULL DEFAULT '1'`);
    await runner.query(
      `ALTER TABLE "agent_versions" ADD CONSTRAINT "agent_versions_agent_id_fkey" FOREIGN KEY ("agent_id") REFERENCES "agents"("id") ON DELETE NO ACTION ON UPDATE NO ACTION`,
    );
    await runner.query(
      `CREATE FUNCTION count_revision() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.revision := OLD.revision + 1; RETURN NEW; END $$`,
    );
    for (const table of ['agents', 'deployments']) {
      await runner.query(
        `CREATE TRIGGER "${table}_count_revision" BEFORE UPDATE ON "${table}" FOR EACH ROW EXECUTE FUNCTION count_revision()`,
      );
    }
    await runner.query(
      `CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'rows of % are never changed', TG_TABLE_NAME; END $$`,
    );
    await runner.query(
      `CREATE TRIGGER "agent_versions_never_change" BEFORE UPDATE OR DELETE ON "agent_versions" FOR EACH ROW EXECUTE FUNCTION refuse_change()`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TRIGGER "agent_versions_never_change" ON "agent_versions"`);
    await runner.query(`DROP FUNCTION refuse_change()`);
    for (const table of ['agents', 'deployments']) await runner.query(`DROP TRIGGER "${table}_count_revision" ON "${table}"`);
    await runner.query(`DROP FUNCTION count_revision()`);
    await runner.query(`ALTER TABLE "agent_versions" DROP CONSTRAINT "agent_versions_agent_id_fkey"`);
    await runner.query(`ALTER TABLE "deployments" DROP COLUMN "revision"`);
    await runner.query(`ALTER TABLE "agents" DROP COLUMN "revision"`);
    await runner.query(`ALTER TABLE "agents" DROP COLUMN "version"`);
    await runner.query(`DROP TABLE "agent_versions"`);
  }
}
