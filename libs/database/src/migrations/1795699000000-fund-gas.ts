import type { MigrationInterface, QueryRunner } from 'typeorm';

const STEPS = "'deposit', 'approve_agent', 'approve_builder_fee', 'set_delegate', 'approve_allowance'";

/** Adds the step by which a user gives our key what it pays gas with. */
export class FundGas1795699000000 implements MigrationInterface {
  readonly name = 'FundGas1795699000000';

  async up(runner: QueryRunner): Promise<void> {
    await replaceCheck(runner, `${STEPS}, 'fund_gas'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DELETE FROM "authorisation_steps" WHERE "step" = 'fund_gas'`);
    await replaceCheck(runner, STEPS);
  }
}

async function replaceCheck(runner: QueryRunner, steps: string): Promise<void> {
  await runner.query(
    `ALTER TABLE "authorisation_steps" DROP CONSTRAINT "authorisation_steps_step_check",
       ADD CONSTRAINT "authorisation_steps_step_check" CHECK ("step" IN (${steps}))`,
  );
}
