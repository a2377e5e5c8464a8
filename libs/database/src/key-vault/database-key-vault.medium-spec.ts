import { createTestDatabase, given, type TestDatabase, TEST_MASTER_KEY, testVault } from '@maxxit/testing';
import { newId } from '@maxxit/domain';
import { randomBytes } from 'node:crypto';
import { privateKeyToAddress } from 'viem/accounts';
import { VenueKeyEntity } from '../entities/venue-key.entity';
import { DatabaseKeyVault, rewrapSealed } from './database-key-vault';
import { LocalKeyWrapper } from './local-key-wrapper';

const SECRET = '0x4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318';

describe('DatabaseKeyVault', () => {
  let database: TestDatabase;
  let vault: DatabaseKeyVault;
  const reveal = (keyId: string, by = vault) => by.use(keyId, (secret) => Promise.resolve(secret));
  const stored = async () => {
    const id = newId();
    return given(database.dataSource).venueKey({ id, ...(await vault.seal(id, 1, SECRET)) });
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

  it('never seals the same secret to the same bytes', async () => {
    const id = newId();
    const sealed = await Promise.all(Array.from({ length: 20 }, () => vault.seal(id, 1, SECRET)));

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
    const wrapper = new LocalKeyWrapper([randomBytes(32)]);
    const other = new DatabaseKeyVault(database.dataSource, wrapper);

    await expect(reveal(id, other)).rejects.toMatchObject({
      code: 'KEY_UNREADABLE',
      message: expect.stringContaining(masterKeyId) as string,
    });
    await database.dataSource.getRepository(VenueKeyEntity).update({ id }, { masterKeyId: wrapper.masterKeyId });
    await expect(reveal(id, other)).rejects.toMatchObject({ code: 'KEY_UNREADABLE' });
  });

  it('reports a key that does not exist', async () => {
    await expect(reveal(newId())).rejects.toMatchObject({ code: 'KEY_NOT_FOUND' });
  });

  it('takes no master key of another length', () => {
    expect(() => new LocalKeyWrapper([randomBytes(32), randomBytes(16)])).toThrow('32 bytes');
  });
});

describe('rewrapping venue keys with a new master key', () => {
  const oldKey = TEST_MASTER_KEY;
  const newKey = randomBytes(32);
  let database: TestDatabase;

  const vaultWith = (...masterKeys: Buffer[]) => new DatabaseKeyVault(database.dataSource, new LocalKeyWrapper(masterKeys));
  const addressIn = (vault: DatabaseKeyVault, keyId: string) =>
    vault.use(keyId, (secret) => Promise.resolve(privateKeyToAddress(secret).toLowerCase()));

  beforeEach(async () => {
    database = await createTestDatabase();
  });
  afterEach(() => database.drop());

  it('leaves every key readable at every moment for those who have both, and afterwards for those who have the new one only', async () => {
    const keys = await Promise.all(Array.from({ length: 120 }, () => given(database.dataSource).venueKey()));
    const wrapper = new LocalKeyWrapper([newKey, oldKey]);
    let isDone = false;
    let reads = 0;
    // Two processes that have been given both master keys, one in each order, read while the rows change.
    const readers = [vaultWith(oldKey, newKey), vaultWith(newKey, oldKey)].map(async (vault) => {
      while (!isDone) {
        for (const { id, address } of keys) expect(await addressIn(vault, id)).toBe(address);
        reads += keys.length;
      }
    });

    const results = await Promise.all([rewrapSealed(database.dataSource, wrapper), rewrapSealed(database.dataSource, wrapper)]);
    isDone = true;
    await Promise.all(readers);

    expect(reads).toBeGreaterThan(0);
    // Two at the same time: each row is rewrapped once, by one of them.
    expect(results.map(({ rewrapped }) => rewrapped).reduce((sum, count) => sum + count)).toBe(120);
    for (const { id, address } of keys) expect(await addressIn(vaultWith(newKey), id)).toBe(address);
    await expect(addressIn(vaultWith(oldKey), keys[0]!.id)).rejects.toMatchObject({ code: 'KEY_UNREADABLE' });
  });

  it('names the keys that no configured master key opens, and rewraps the others', async () => {
    const readable = await given(database.dataSource).venueKey();
    const id = newId();
    const foreign = await given(database.dataSource).venueKey({ id, ...(await vaultWith(randomBytes(32)).seal(id, 1, SECRET)) });

    const wrapper = new LocalKeyWrapper([newKey, oldKey]);

    expect(await rewrapSealed(database.dataSource, wrapper)).toMatchObject({ rewrapped: 1, unreadable: [foreign.id] });
    expect(await rewrapSealed(database.dataSource, wrapper)).toMatchObject({ rewrapped: 0, unreadable: [foreign.id] });
    expect(await addressIn(vaultWith(newKey), readable.id)).toBe(readable.address);
  });
});

function flip(bytes: Buffer, at: number): Buffer {
  const changed = Buffer.from(bytes);
  changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
  return changed;
}
