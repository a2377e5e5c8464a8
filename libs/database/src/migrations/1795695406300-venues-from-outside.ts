import type { MigrationInterface, QueryRunner } from 'typeorm';

const TABLES = [
  'authorisation_steps',
  'deployment_venues',
  'fills',
  'market_syncs',
  'orders',
  'positions',
  'routing_decisions',
  'venue_accounts',
  'venue_markets',
];
const NAME = '(hyperliquid|ostium|gmx|spot|paper|x-[a-z][a-z0-9-]{0,29})';
const OURS = "'hyperliquid', 'ostium', 'gmx', 'spot', 'paper'";

/** Lets venues be added from outside under names that begin with "x-". */
export class VenuesFromOutside1795695406300 implements MigrationInterface {
  name = 'VenuesFromOutside1795695406300';

  async up(runner: QueryRunner): Promise<void> {
    for (const table of TABLES) await replaceCheck(runner, table, `${table}_venue_check`, `"venue" ~ '^${NAME}$'`);
    await replaceCheck(runner, 'agents', 'agents_venues_check', `array_to_string("venues", ',') ~ '^${NAME}(,${NAME})*$'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of TABLES) await replaceCheck(runner, table, `${table}_venue_check`, `"venue" IN (${OURS})`);
    await replaceCheck(runner, 'agents', 'agents_venues_check', `"venues" <@ ARRAY[${OURS}]::text[] AND cardinality("venues") > 0`);
  }
}

async function replaceCheck(runner: QueryRunner, table: string, name: string, check: string): Promise<void> {
  await runner.query(`ALTER TABLE "${table}" DROP CONSTRAINT "${name}", ADD CONSTRAINT "${name}" CHECK (${check})`);
}
