import { Decimal } from '@maxxit/domain';
import { describeVenueContract, type ContractFault, type VenueWorld } from '../contract/venue-contract';
import { PaperAdapter, type PaperFault, type PaperOptions } from './paper.adapter';

const FAULTS: Record<ContractFault, PaperFault> = {
  answer_lost: { kind: 'unknown', executed: true },
  request_lost: { kind: 'unknown', executed: false },
  unreadable: { kind: 'unknown', executed: true },
  no_margin: { kind: 'rejected', code: 'INSUFFICIENT_MARGIN' },
  not_approved: { kind: 'rejected', code: 'AGENT_NOT_APPROVED' },
};
const account = { address: `0x${'11'.repeat(20)}`, keyId: 'key-1' };

function paperWorld(options: PaperOptions): VenueWorld {
  const adapter = new PaperAdapter({ prices: { BTC: 100 }, startingBalanceUsd: 20_000, ...options });
  return {
    adapter,
    account,
    delegate: `0x${'22'.repeat(20)}`,
    // It is given no key; what would be one must show nowhere all the same.
    secrets: ['4c0883a69102937d'],
    symbol: 'BTC',
    limitsSlippage: true,
    deposit: (usd) => adapter.addCashFlow(account.address, 'deposit', usd),
    closeMarket: () => adapter.setMarketOpen('BTC', false),
    approval: null,
    garble: () => adapter.setUnreadable(true),
    setPrice: (price) => adapter.setPrice('BTC', price),
    failNext: (fault) => adapter.failNext(FAULTS[fault]),
    disconnect: () => adapter.setUnreachable(true),
    executedOrders: () => adapter.executedOrders,
    dispose: () => undefined,
  };
}

describeVenueContract('the paper venue (netted)', () => paperWorld({}));
describeVenueContract('the paper venue (netted, resting stops)', () => paperWorld({ restsStops: true }));
describeVenueContract('the paper venue (separate, whole closes)', () => paperWorld({ positionMode: 'separate', partialClose: false }));
describeVenueContract('the paper venue (separate, resting stops)', () => paperWorld({ positionMode: 'separate', restsStops: true }));

describe('PaperAdapter', () => {
  const order = {
    clientOrderId: `0x${'1'.padStart(32, '0')}`,
    account,
    purpose: 'open' as const,
    symbol: 'BTC',
    side: 'long' as const,
    size: new Decimal(5),
    leverage: new Decimal(2),
    referencePrice: new Decimal(100),
    maxSlippage: new Decimal('0.01'),
    venuePositionId: null,
    protection: null,
  };

  it('fills a fraction when asked for a partial fill', async () => {
    const adapter = new PaperAdapter({ prices: { BTC: 100 } });
    adapter.failNext({ kind: 'partial', fraction: '0.4' });
    const outcome = await adapter.submit(order);
    expect(outcome.kind === 'filled' && outcome.size.toFixed()).toBe('2');
  });

  it('says how an accepted order ended as late as it was asked to', async () => {
    const adapter = new PaperAdapter({ prices: { BTC: 100 } });
    adapter.failNext({ kind: 'accepted', then: 'filled', pendingLookUps: 1 });
    const sent = { ...order, venueOrderId: null, sentAt: new Date(), attributedOrderIds: new Set<string>() };
    expect(await adapter.submit(order)).toMatchObject({ kind: 'accepted' });
    expect(await adapter.lookUp(sent)).toMatchObject({ kind: 'accepted' });
    expect(await adapter.lookUp(sent)).toMatchObject({ kind: 'filled' });
  });

  it('refuses a price beyond the limit, a closed market and too large a margin', async () => {
    const adapter = new PaperAdapter({ prices: { BTC: 100 } });
    adapter.setPrice('BTC', '101.01');
    expect(await adapter.submit(order)).toMatchObject({ code: 'SLIPPAGE' });
    adapter.setPrice('BTC', 100);
    adapter.setMarketOpen('BTC', false);
    expect(await adapter.submit(order)).toMatchObject({ code: 'MARKET_CLOSED' });
    adapter.setMarketOpen('BTC', true);
    adapter.setBalance(account.address, 249);
    expect(await adapter.submit(order)).toMatchObject({ code: 'INSUFFICIENT_MARGIN' });
  });

  it('takes fees and profit into the balance: 5 coins from 100 to 110 at 0.1 % a side', async () => {
    const adapter = new PaperAdapter({ prices: { BTC: 100 }, takerFee: '0.001', startingBalanceUsd: 1000 });
    await adapter.submit(order);
    adapter.setPrice('BTC', 110);
    await adapter.submit({ ...order, purpose: 'close', referencePrice: new Decimal(110) });
    // By hand: 1000 − 0.50 + 50 − 0.55
    expect((await adapter.account(account)).equityUsd.toFixed()).toBe('1048.95');
  });

  it('nets an order of the other side against the open position, and turns it round', async () => {
    const adapter = new PaperAdapter({ prices: { BTC: 100 } });
    await adapter.submit(order);
    await adapter.submit({ ...order, side: 'short', size: new Decimal(8) });
    const [position] = await adapter.positions(account);
    expect(position?.side).toBe('short');
    expect(position?.size.toFixed()).toBe('3');
  });

  it('shows a liquidation among the fills', async () => {
    const adapter = new PaperAdapter({ prices: { BTC: 100 }, positionMode: 'separate' });
    await adapter.submit(order);
    adapter.setPrice('BTC', 60);
    adapter.closeFromOutside(account.address, 'BTC', 'liquidation');
    const fills = await adapter.fills(account, new Date(0));
    expect(fills[1]).toMatchObject({ side: 'sell', liquidation: true });
    expect(fills[1]?.realisedPnlUsd?.toFixed()).toBe('-200');
    expect(await adapter.positions(account)).toEqual([]);
  });
});
