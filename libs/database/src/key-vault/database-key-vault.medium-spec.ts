import { createTestDatabase, given, type TestDatabase, TEST_MASTER_KEY, testVault } from '@maxxit/testing';
import { newId } from '@maxxit/domain';
import { randomBytes } from 'node:crypto';
import { privateKeyToAddress } from 'viem/accounts';
import { VenueKeyEntity } from '../entities/venue-key.entity';
import { DatabaseKeyVault } from './database-key-vault';

const SECRET = '0x4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318';

describe('DatabaseKeyVault', () => {
  let database: TestDatabase;
  let vault: DatabaseKeyVault;
  const reveal = (keyId: string, by = vault) => by.use(keyId, (secret) => Promise.resolve(secret));
  const stored = async () => {
    const id = newId();
    return given(database.dataSource).venueKey({ id, ...vault.seal(id, 1, SECRET) });
  };

  beforeAll(async () => {
    database = await createTestDatabase();
    vault = testVault(database.dataSource);
  });
  afterAll(() => database.drop());

  it('opens what it sealed, for the work that needs it', async () => {
    const { id } = await stored();

    expect(await reveal(id)).toBe(SECRET);
  });

  it("gives the work's result and lets its error through", async () => {
    const { id, address } = await given(database.dataSource).venueKey();

    expect(await vault.use(id, (secret) => Promise.resolve(privateKeyToAddress(secret).toLowerCase()))).toBe(address);
    await expect(vault.use(id, () => Promise.reject(new Error('the venue is down')))).rejects.toThrow('the venue is down');
  });

  it('stores nothing readable: not the secret, not its bytes, not the data key', async () => {
    const { id } = await stored();

    const [row] = await database.dataSource.query<{ row: string }[]>('SELECT venue_keys::text AS row FROM venue_keys WHERE id = $1', [id]);

    const hex = SECRET.slice(2);
    expect(row?.row).not.toContain(hex);
    expect(row?.row).not.toContain(Buffer.from(SECRET, 'utf8').toString('hex'));
    expect(row?.row).not.toContain(Buffer.from(hex, 'hex').toString('base64'));
    expect(row?.row).not.toContain(TEST_MASTER_KEY.toString('hex'));
  });

  it('never seals the same secret to the same bytes', () => {
    const id = newId();
    const sealed = Array.from({ length: 20 }, () => vault.seal(id, 1, SECRET));

    expect(new Set(sealed.map((key) => key.ciphertext.toString('hex'))).size).toBe(20);
    expect(new Set(sealed.map((key) => key.wrappedDataKey.toString('hex'))).size).toBe(20);
    expect(new Set(sealed.map((key) => key.ciphertext.subarray(0, 12).toString('hex'))).size).toBe(20);
  });

  it('does not open a ciphertext that was copied to another row', async () => {
    const original = await stored();
    const copy = await given(database.dataSource).venueKey({
      masterKeyId: original.masterKeyId,
      wrappedDataKey: original.wrappedDataKey,
      ciphertext: original.ciphertext,
    });

    await expect(reveal(copy.id)).rejects.toMatchObject({ code: 'KEY_UNREADABLE' });
  });

  it('does not open a ciphertext under another version', async () => {
    const { id } = await stored();
    await database.dataSource.getRepository(VenueKeyEntity).update({ id }, { version: 2 });

    await expect(reveal(id)).rejects.toMatchObject({ code: 'KEY_UNREADABLE' });
  });

  it.each(['wrappedDataKey', 'ciphertext'] as const)('notices any changed byte of the %s, and a cut one', async (column) => {
    const key = await stored();
    const whole = key[column];
    const repository = database.dataSource.getRepository(VenueKeyEntity);

    for (const changed of [0, 12, whole.length - 1].map((at) => flip(whole, at)).concat(whole.subarray(0, 20), Buffer.alloc(0))) {
      await repository.update({ id: key.id }, { [column]: changed });
      await expect(reveal(key.id)).rejects.toMatchObject({ code: 'KEY_UNREADABLE' });
    }
    await repository.update({ id: key.id }, { [column]: whole });
    expect(await reveal(key.id)).toBe(SECRET);
  });

  it('says which master key is missing when another one is configured', async () => {
    const { id, masterKeyId } = await stored();
    const other = new DatabaseKeyVault(database.dataSource, randomBytes(32));

    await expect(reveal(id, other)).rejects.toMatchObject({
      code: 'KEY_UNREADABLE',
      message: expect.stringContaining(masterKeyId) as string,
    });
    await database.dataSource.getRepository(VenueKeyEntity).update({ id }, { masterKeyId: other.masterKeyId });
    await expect(reveal(id, other)).rejects.toMatchObject({ code: 'KEY_UNREADABLE' });
  });

  it('reports a key that does not exist', async () => {
    await expect(reveal(newId())).rejects.toMatchObject({ code: 'KEY_NOT_FOUND' });
  });

  it('takes no master key of another length', () => {
    expect(() => new DatabaseKeyVault(database.dataSource, randomBytes(16))).toThrow('32 bytes');
  });
});

function flip(bytes: Buffer, at: number): Buffer {
  const changed = Buffer.from(bytes);
  changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
  return changed;
}
