import type { MigrationInterface, QueryRunner } from 'typeorm';

export class SignIn1795680978675 implements MigrationInterface {
  readonly name = 'SignIn1795680978675';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE "api_keys" ("id" uuid NOT NULL DEFAULT uuidv7(), "user_id" uuid NOT NULL, "name" text NOT NULL, "prefix" text NOT NULL, "key_hash" text NOT NULL, "scopes" text array NOT NULL, "created_at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(), "expires_at" TIMESTAMP WITH TIME ZONE NOT NULL, "revoked_at" TIMESTAMP WITH TIME ZONE, "last_used_at" TIMESTAMP WITH TIME ZONE, CONSTRAINT "api_keys_key_hash_key" UNIQUE ("key_hash"), CONSTRAINT "api_keys_scopes_check" CHECK (cardinality("scopes") > 0), CONSTRAINT "api_keys_pkey" PRIMARY KEY ("id"))`,
    );
    await runner.query(`CREATE INDEX "api_keys_user_id_idx" ON "api_keys"  ("user_id") `);
    await runner.query(
      `CREATE TABLE "sessions" ("id" uuid NOT NULL DEFAULT uuidv7(), "user_id" uuid NOT NULL, "created_at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(), "expires_at" TIMESTAMP WITH TIME ZONE NOT NULL, "ended_at" TIMESTAMP WITH TIME ZONE, "end_reason" text, CONSTRAINT "sessions_ended_check" CHECK (("ended_at" IS NULL) = ("end_reason" IS NULL)), CONSTRAINT "sessions_pkey" PRIMARY KEY ("id"))`,
    );
    await runner.query(`CREATE INDEX "sessions_user_id_idx" ON "sessions"  ("user_id") `);
    await runner.query(
      `CREATE TABLE "refresh_tokens" ("token_hash" text NOT NULL, "session_id" uuid NOT NULL, "created_at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(), "expires_at" TIMESTAMP WITH TIME ZONE NOT NULL, "used_at" TIMESTAMP WITH TIME ZONE, CONSTRAINT "refresh_tokens_pkey" PRIMARY KEY ("token_hash"))`,
    );
    await runner.query(`CREATE INDEX "refresh_tokens_session_id_idx" ON "refresh_tokens"  ("session_id") `);
    await runner.query(
      `CREATE TABLE "sign_in_nonces" ("nonce" text NOT NULL, "expires_at" TIMESTAMP WITH TIME ZONE NOT NULL, CONSTRAINT "sign_in_nonces_pkey" PRIMARY KEY ("nonce"))`,
    );
    await runner.query(`CREATE INDEX "sign_in_nonces_expires_at_idx" ON "sign_in_nonces"  ("expires_at") `);
    await runner.query(
      `CREATE TABLE "token_keys" ("id" text NOT NULL, "kind" text NOT NULL, "service" text, "public_key" text NOT NULL, "created_at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(), "signs_until" TIMESTAMP WITH TIME ZONE NOT NULL, "valid_until" TIMESTAMP WITH TIME ZONE NOT NULL, CONSTRAINT "token_keys_service_check" CHECK (("kind" = 'service') = ("service" IS NOT NULL)), CONSTRAINT "token_keys_kind_check" CHECK ("kind" IN ('user', 'service')), CONSTRAINT "token_keys_pkey" PRIMARY KEY ("id"))`,
    );
    await runner.query(
      `CREATE TABLE "token_signing_keys" ("id" text NOT NULL, "master_key_id" text NOT NULL, "wrapped_data_key" bytea NOT NULL, "ciphertext" bytea NOT NULL, CONSTRAINT "token_signing_keys_pkey" PRIMARY KEY ("id"))`,
    );
    await runner.query(`ALTER TABLE "users" ADD "role" text NOT NULL DEFAULT 'user'`);
    await runner.query(`ALTER TABLE "users" ADD CONSTRAINT "users_role_check" CHECK ("role" IN ('user', 'admin'))`);
    await runner.query(
      `ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE NO ACTION ON UPDATE NO ACTION`,
    );
    await runner.query(
      `ALTER TABLE "sessions" ADD CONSTRAINT "sessions_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE NO ACTION ON UPDATE NO ACTION`,
    );
    await runner.query(
      `ALTER TABLE "refresh_tokens" ADD CONSTRAINT "refresh_tokens_session_id_fkey" FOREIGN KEY ("session_id") REFERENCES "sessions"("id") ON DELETE NO ACTION ON UPDATE NO ACTION`,
    );
    await runner.query(
      `ALTER TABLE "token_signing_keys" ADD CONSTRAINT "token_signing_keys_id_fkey" FOREIGN KEY ("id") REFERENCES "token_keys"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "token_signing_keys" DROP CONSTRAINT "token_signing_keys_id_fkey"`);
    await runner.query(`ALTER TABLE "refresh_tokens" DROP CONSTRAINT "refresh_tokens_session_id_fkey"`);
    await runner.query(`ALTER TABLE "sessions" DROP CONSTRAINT "sessions_user_id_fkey"`);
    await runner.query(`ALTER TABLE "api_keys" DROP CONSTRAINT "api_keys_user_id_fkey"`);
    await runner.query(`ALTER TABLE "users" DROP CONSTRAINT "users_role_check"`);
    await runner.query(`ALTER TABLE "users" DROP COLUMN "role"`);
    await runner.query(`DROP TABLE "token_signing_keys"`);
    await runner.query(`DROP TABLE "token_keys"`);
    await runner.query(`DROP INDEX "public"."sign_in_nonces_expires_at_idx"`);
    await runner.query(`DROP TABLE "sign_in_nonces"`);
    await runner.query(`DROP INDEX "public"."refresh_tokens_session_id_idx"`);
    await runner.query(`DROP TABLE "refresh_tokens"`);
    await runner.query(`DROP INDEX "public"."sessions_user_id_idx"`);
    await runner.query(`DROP TABLE "sessions"`);
    await runner.query(`DROP INDEX "public"."api_keys_user_id_idx"`);
    await runner.query(`DROP TABLE "api_keys"`);
  }
}
