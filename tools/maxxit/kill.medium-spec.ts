import { KillSwitchEntity } from '@maxxit/database';
import { createTestDatabase, FakeClock, type TestDatabase } from '@maxxit/testing';
import { KillSwitches } from '@maxxit/trading';
import { Logger } from '@nestjs/common';
import { kill } from './kill';

describe('maxxit kill', () => {
  let database: TestDatabase;
  let switches: KillSwitches;
  beforeEach(async () => {
    Logger.overrideLogger(false);
    database = await createTestDatabase();
    switches = new KillSwitches(database.dataSource, new FakeClock(new Date('2026-01-05T12:00:00Z')));
  });
  afterEach(() => database.drop());

  const rows = () => database.dataSource.getRepository(KillSwitchEntity).find();

  it('sets, lists and lifts, each a line', async () => {
    const set = await kill(switches, 'venue', 'ostium', { reason: ' stale prices ', flatten: true, by: 'ann' });
    const [row] = await rows();
    const line = `${row?.id}  venue ostium, flattening, set 2026-01-05T12:00:00.000Z by ann: stale prices`;
    expect(set).toEqual([`in force  ${line}`]);
    expect(await kill(switches, undefined, undefined, { list: true, by: 'ann' })).toEqual([`in force  ${line}`]);
    expect(await kill(switches, undefined, undefined, { lift: row?.id, by: 'bob' })).toEqual([
      `lifted    ${line}, lifted 2026-01-05T12:00:00.000Z by bob`,
    ]);
    expect(await kill(switches, undefined, undefined, { list: true, by: 'ann' })).toEqual(['No kill switch is in force.']);
  });

  it.each([
    [undefined, { reason: 'why' }],
    ['global', {}],
    ['global', { reason: ' ' }],
  ] as const)('sets nothing for the scope %p and the options %p', async (scope, options) => {
    await expect(kill(switches, scope, undefined, { ...options, by: 'ann' })).rejects.toMatchObject({ code: 'KILL_ARGUMENTS' });
    expect(await rows()).toEqual([]);
  });
});
