import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Runs with the rights of the owner: whoever hands wallets out need not be able to read them. */
export class TakeWallet1795685973000 implements MigrationInterface {
  readonly name = 'TakeWallet1795685973000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE FUNCTION take_wallet(account uuid, until timestamptz) RETURNS uuid LANGUAGE sql VOLATILE SECURITY DEFINER
      SET search_path = public, pg_temp AS $$
        WITH taken AS (
          DELETE FROM pool_wallets WHERE id = (SELECT id FROM pool_wallets ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED)
          RETURNING id, address, version, master_key_id, wrapped_data_key, ciphertext
        ), handed_out AS (
          INSERT INTO venue_keys (id, venue_account_id, valid_until, address, version, master_key_id, wrapped_data_key, ciphertext)
          SELECT id, account, until, address, version, master_key_id, wrapped_data_key, ciphertext FROM taken
          RETURNING id
        )
        SELECT id FROM handed_out
      $$`);
    await runner.query('REVOKE ALL ON FUNCTION take_wallet(uuid, timestamptz) FROM PUBLIC');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP FUNCTION take_wallet(uuid, timestamptz)');
  }
}
