import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AddRequestTurns1795701000000 implements MigrationInterface {
  readonly name = 'AddRequestTurns1795701000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE "request_turns" ("id" uuid NOT NULL DEFAULT uuidv7(), "scope" text NOT NULL, "rank" smallint NOT NULL, "paced" boolean NOT NULL, "since" TIMESTAMP WITH TIME ZONE NOT NULL, "until" TIMESTAMP WITH TIME ZONE NOT NULL, CONSTRAINT "request_turns_rank_check" CHECK ("rank" >= 0), CONSTRAINT "request_turns_pkey" PRIMARY KEY ("id"))`,
    );
    await runner.query(`CREATE INDEX "request_turns_scope_idx" ON "request_turns"  ("scope") `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX "public"."request_turns_scope_idx"`);
    await runner.query(`DROP TABLE "request_turns"`);
  }
}
