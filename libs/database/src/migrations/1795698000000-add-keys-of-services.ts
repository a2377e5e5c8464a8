import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AddKeysOfServices1795698000000 implements MigrationInterface {
  readonly name = 'AddKeysOfServices1795698000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "api_keys" ADD "service" text`);
    await runner.query(`ALTER TABLE "api_keys" ALTER COLUMN "user_id" DROP NOT NULL`);
    await runner.query(`ALTER TABLE "api_keys" DROP CONSTRAINT "api_keys_scopes_check"`);
    await runner.query(
      `ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_scopes_check" CHECK (cardinality("scopes") > 0 OR "service" IS NOT NULL)`,
    );
    await runner.query(`ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_holder_check" CHECK (("user_id" IS NULL) <> ("service" IS NULL))`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DELETE FROM "api_keys" WHERE "user_id" IS NULL`);
    await runner.query(`ALTER TABLE "api_keys" DROP CONSTRAINT "api_keys_holder_check"`);
    await runner.query(`ALTER TABLE "api_keys" DROP CONSTRAINT "api_keys_scopes_check"`);
    await runner.query(`ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_scopes_check" CHECK (cardinality("scopes") > 0)`);
    await runner.query(`ALTER TABLE "api_keys" ALTER COLUMN "user_id" SET NOT NULL`);
    await runner.query(`ALTER TABLE "api_keys" DROP COLUMN "service"`);
  }
}
