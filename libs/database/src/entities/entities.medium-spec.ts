import { Decimal, newId } from '@maxxit/domain';
import { createTestDatabase, given, randomAddress, type TestDatabase } from '@maxxit/testing';
import fc from 'fast-check';
import { OrderEntity } from './order.entity';
import { PositionEntity } from './position.entity';
import { PostEntity } from './post.entity';

/** Names the constraint that refused, as the error filter sees it. */
const refusedBy = (constraint: string) => ({ driverError: expect.objectContaining({ constraint }) as object });

describe('the tables', () => {
  let database: TestDatabase;
  const make = () => given(database.dataSource);

  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  it('keep any amount of up to 20 digits before and 18 after the point exactly', async () => {
    const { id } = await make().order();
    const orders = database.dataSource.getRepository(OrderEntity);
    const amount = fc
      .tuple(fc.bigInt(-(10n ** 38n) + 1n, 10n ** 38n - 1n), fc.integer({ min: 0, max: 18 }))
      .map(([digits, trimmed]) => new Decimal(digits.toString()).div('1e18').toDecimalPlaces(18 - trimmed, Decimal.ROUND_DOWN));

    await fc.assert(
      fc.asyncProperty(amount, async (value) => {
        await orders.update({ id }, { feeUsd: value });
        const row = await orders.findOneByOrFail({ id });
        expect(row.feeUsd?.toFixed()).toBe(value.toFixed());
        const [inSql] = await database.dataSource.query<{ same: boolean }[]>(
          'SELECT fee_usd = $1::numeric AS same FROM orders WHERE id = $2',
          [value.toFixed(), id],
        );
        expect(inSql?.same).toBe(true);
      }),
      {
        numRuns: 60,
        examples: [
          [new Decimal('0.1')],
          [new Decimal('-0.000000000000000001')],
          [new Decimal('1e-18')],
          [new Decimal('99999999999999999999')],
        ],
      },
    );
  });

  it('refuse an amount that does not fit, instead of cutting it', async () => {
    const { id } = await make().order();

    await expect(database.dataSource.getRepository(OrderEntity).update({ id }, { feeUsd: new Decimal('1e20') })).rejects.toThrow(
      'overflow',
    );
  });

  it('keep 64-bit post ids and times exactly', async () => {
    const xAccount = await make().xAccount();
    const posts = database.dataSource.getRepository(PostEntity);
    const publishedAt = new Date('2026-03-29T01:30:00.123Z');

    await posts.insert({ xAccountId: xAccount.id, sourceId: '9223372036854775807', text: 'BTC long', publishedAt });

    expect(await posts.findOneByOrFail({ sourceId: '9223372036854775807' })).toMatchObject({
      sourceId: '9223372036854775807',
      publishedAt,
    });
  });

  it('make UUIDv7 ids by themselves', async () => {
    const xAccount = await make().xAccount();
    const posts = database.dataSource.getRepository(PostEntity);
    const inserted = await posts.insert({ xAccountId: xAccount.id, sourceId: '1', text: '', publishedAt: new Date() });

    expect((inserted.identifiers[0] as { id: string }).id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
  });

  it('refuse an address that is not lower-case hex', async () => {
    const upper = `0x${randomAddress().slice(2).toUpperCase()}A`.slice(0, 42);
    await expect(make().user({ walletAddress: upper.replace(/0X/, '0x') })).rejects.toMatchObject(refusedBy('users_wallet_address_check'));
    await expect(make().venueAccount({ address: '0x1' })).rejects.toMatchObject(refusedBy('venue_accounts_address_check'));
  });

  it('refuse a state, side or venue that does not exist', async () => {
    await expect(make().agent({ state: 'deleted' as never })).rejects.toMatchObject(refusedBy('agents_state_check'));
    await expect(make().signal({ side: 'buy' as never })).rejects.toMatchObject(refusedBy('signals_side_check'));
    await expect(make().venueAccount({ venue: 'binance' as never })).rejects.toMatchObject(refusedBy('venue_accounts_venue_check'));
    await expect(make().agent({ venues: ['binance' as never] })).rejects.toMatchObject(refusedBy('agents_venues_check'));
  });

  it('refuse an order that is denied without a code, or sent without its venue, size and time', async () => {
    await expect(make().order({ state: 'denied', code: null })).rejects.toMatchObject(refusedBy('orders_denied_has_code_check'));
    await expect(make().order({ state: 'submitting', sentAt: null })).rejects.toMatchObject(refusedBy('orders_sent_is_complete_check'));
    await expect(make().order({ state: 'filled', size: null })).rejects.toMatchObject(refusedBy('orders_sent_is_complete_check'));
  });

  it('refuse an open position without its entry price and time', async () => {
    await expect(make().position({ entryPrice: null })).rejects.toMatchObject(refusedBy('positions_open_is_complete_check'));
    await expect(make().position({ openedAt: null })).rejects.toMatchObject(refusedBy('positions_open_is_complete_check'));
  });

  it('refuse a second order for the same decision, and a client order id used twice', async () => {
    const order = await make().order();
    const same = { deploymentId: order.deploymentId, signalId: order.signalId };

    await expect(make().order({ ...same, clientOrderId: `0x${'1'.repeat(32)}` })).rejects.toMatchObject(
      refusedBy('orders_deployment_signal_purpose_leg_key'),
    );
    await expect(make().order({ clientOrderId: order.clientOrderId })).rejects.toMatchObject(refusedBy('orders_client_order_id_key'));
  });

  it('refuse a second live position of a deployment in a symbol, and allow it once the first is closed', async () => {
    const first = await make().position();
    const again = { deploymentId: first.deploymentId };

    await expect(make().position(again)).rejects.toMatchObject(refusedBy('positions_one_per_deployment_and_symbol'));
    await database.dataSource.getRepository(PositionEntity).update({ id: first.id }, { state: 'closed', closedAt: new Date() });
    expect(await make().position(again)).toMatchObject({ state: 'open' });
  });

  it('refuse a row that points to nothing', async () => {
    await expect(make().signal({ agentId: newId() })).rejects.toMatchObject(refusedBy('signals_agent_id_fkey'));
  });

  it('refuse the same account followed twice, and a weight above 1', async () => {
    const agent = await make().agent();
    const xAccount = await make().xAccount();
    await make().follow(agent, xAccount);

    await expect(make().follow(agent, xAccount)).rejects.toMatchObject(refusedBy('agent_accounts_agent_id_x_account_id_key'));
    await expect(make().follow(agent, await make().institute(), '1.01')).rejects.toMatchObject(
      refusedBy('agent_research_institutes_weight_check'),
    );
  });
});
