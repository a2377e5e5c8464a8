import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AddIdempotencyAndRateLimits1795685583191 implements MigrationInterface {
  readonly name = 'AddIdempotencyAndRateLimits1795685583191';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE "idempotency_keys" ("id" text NOT NULL, "fingerprint" text NOT NULL, "attempt" uuid NOT NULL, "leased_until" TIMESTAMP WITH TIME ZONE NOT NULL, "expires_at" TIMESTAMP WITH TIME ZONE NOT NULL, "status" integer, "body" text, "is_kept" boolean NOT NULL DEFAULT true, CONSTRAINT "idempotency_keys_pkey" PRIMARY KEY ("id"))`,
    );
    await runner.query(`CREATE INDEX "idempotency_keys_expires_at_idx" ON "idempotency_keys"  ("expires_at") `);
    await runner.query(
      `CREATE TABLE "rate_limits" ("key" text NOT NULL, "hits" integer NOT NULL, "resets_at" TIMESTAMP WITH TIME ZONE NOT NULL, CONSTRAINT "rate_limits_pkey" PRIMARY KEY ("key"))`,
    );
    await runner.query(`CREATE INDEX "rate_limits_resets_at_idx" ON "rate_limits"  ("resets_at") `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX "public"."rate_limits_resets_at_idx"`);
    await runner.query(`DROP TABLE "rate_limits"`);
    await runner.query(`DROP INDEX "public"."idempotency_keys_expires_at_idx"`);
    await runner.query(`DROP TABLE "idempotency_keys"`);
  }
}
