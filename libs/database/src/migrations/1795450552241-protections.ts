import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Protections1795450552241 implements MigrationInterface {
  name = 'Protections1795450552241';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE "deployments" ADD "stop_guard_stops" integer NOT NULL DEFAULT 4`);
    await queryRunner.query(`ALTER TABLE "deployments" ADD "stop_guard_minutes" integer NOT NULL DEFAULT 1440`);
    await queryRunner.query(`ALTER TABLE "deployments" ADD "low_profit_count" integer NOT NULL DEFAULT 3`);
    await queryRunner.query(`ALTER TABLE "deployments" ADD "low_profit_minutes" integer NOT NULL DEFAULT 4320`);
    await queryRunner.query(`ALTER TABLE "deployments" ADD "low_profit_fraction" numeric(38,18) NOT NULL DEFAULT (-0.02)`);
    await queryRunner.query(
      `ALTER TABLE "deployments" ADD CONSTRAINT "deployments_protections_check" CHECK ("stop_guard_stops" > 0 AND "stop_guard_minutes" >= 0 AND "low_profit_count" > 0 AND "low_profit_minutes" >= 0 AND "low_profit_fraction" > -1 AND "low_profit_fraction" < 1)`,
    );
    await queryRunner.query(
      `CREATE UNIQUE INDEX "orders_one_opening_per_deployment_and_signal" ON "orders" ("deployment_id", "signal_id") WHERE "purpose" = 'open' AND "state" NOT IN ('rejected', 'denied', 'expired', 'cancelled')`,
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP INDEX "public"."orders_one_opening_per_deployment_and_signal"`);
    await queryRunner.query(`ALTER TABLE "deployments" DROP CONSTRAINT "deployments_protections_check"`);
    await queryRunner.query(`ALTER TABLE "deployments" DROP COLUMN "low_profit_fraction"`);
    await queryRunner.query(`ALTER TABLE "deployments" DROP COLUMN "low_profit_minutes"`);
    await queryRunner.query(`ALTER TABLE "deployments" DROP COLUMN "low_profit_count"`);
    await queryRunner.query(`ALTER TABLE "deployments" DROP COLUMN "stop_guard_minutes"`);
    await queryRunner.query(`ALTER TABLE "deployments" DROP COLUMN "stop_guard_stops"`);
  }
}
