import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AddLlmAnswers1795685703790 implements MigrationInterface {
  readonly name = 'AddLlmAnswers1795685703790';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE "llm_answers" ("model" text NOT NULL, "prompt_version" text NOT NULL, "text_hash" text NOT NULL, "answer" text NOT NULL, "created_at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(), CONSTRAINT "llm_answers_pkey" PRIMARY KEY ("model", "prompt_version", "text_hash"))`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE "llm_answers"`);
  }
}
