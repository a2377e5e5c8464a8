import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AddRequestBudget1795681310971 implements MigrationInterface {
  readonly name = 'AddRequestBudget1795681310971';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE "request_allowances" ("scope" text NOT NULL, "used" bigint NOT NULL, "cap" bigint NOT NULL, "overdrawn_at" TIMESTAMP WITH TIME ZONE, CONSTRAINT "request_allowances_used_check" CHECK ("used" >= 0), CONSTRAINT "request_allowances_pkey" PRIMARY KEY ("scope"))`,
    );
    await runner.query(
      `CREATE TABLE "request_spendings" ("id" uuid NOT NULL DEFAULT uuidv7(), "scope" text NOT NULL, "weight" integer NOT NULL, "at" TIMESTAMP WITH TIME ZONE NOT NULL, CONSTRAINT "request_spendings_weight_check" CHECK ("weight" > 0), CONSTRAINT "request_spendings_pkey" PRIMARY KEY ("id"))`,
    );
    await runner.query(`CREATE INDEX "request_spendings_scope_at_idx" ON "request_spendings"  ("scope", "at") `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX "public"."request_spendings_scope_at_idx"`);
    await runner.query(`DROP TABLE "request_spendings"`);
    await runner.query(`DROP TABLE "request_allowances"`);
  }
}
