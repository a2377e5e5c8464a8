import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AddPublishedAt1795695300000 implements MigrationInterface {
  readonly name = 'AddPublishedAt1795695300000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "agents" ADD "published_at" TIMESTAMP WITH TIME ZONE`);
    // Of an archived agent it can only be told by what came of it whether it was ever more than a draft.
    await runner.query(
      `UPDATE "agents" SET "published_at" = "updated_at"
        WHERE "state" IN ('active', 'paused')
           OR "state" = 'archived' AND (EXISTS (SELECT FROM "deployments" d WHERE d."agent_id" = "agents"."id")
                                        OR EXISTS (SELECT FROM "signals" s WHERE s."agent_id" = "agents"."id"))`,
    );
    await runner.query(
      `ALTER TABLE "agents" ADD CONSTRAINT "agents_published_check" CHECK ("published_at" IS NOT NULL OR "state" NOT IN ('active', 'paused'))`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "agents" DROP CONSTRAINT "agents_published_check"`);
    await runner.query(`ALTER TABLE "agents" DROP COLUMN "published_at"`);
  }
}
