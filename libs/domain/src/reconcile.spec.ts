import { Decimal, ZERO } from './decimal';
import {
  type AccountBooks,
  type BookedPosition,
  compareFills,
  type EquityEvents,
  type Finding,
  type LedgerFill,
  proveEquity,
  reconcileAccount,
} from './reconcile';
import type { Side, VenuePosition } from './venue';

const at = (second: number) => new Date(Date.UTC(2026, 0, 5, 12, 0, second));

function position(id: string, side: Side, size: Decimal.Value, values: Partial<BookedPosition> = {}): BookedPosition {
  return { id, symbol: 'BTC', side, size: new Decimal(size), openedAt: at(10), openedByFillId: null, venuePositionId: null, ...values };
}

let nextId = 0;
function fill(signedSize: Decimal.Value, second: number, values: Partial<LedgerFill> = {}): LedgerFill {
  const size = new Decimal(signedSize);
  nextId += 1;
  return {
    venueFillId: `fill-${nextId}`,
    venueOrderId: `order-${nextId}`,
    symbol: 'BTC',
    side: size.gt(0) ? 'buy' : 'sell',
    price: new Decimal(100),
    size: size.abs(),
    feeUsd: ZERO,
    realisedPnlUsd: null,
    at: at(second),
    liquidation: false,
    venuePositionId: null,
    clientOrderId: null,
    trigger: null,
    ours: false,
    booked: ZERO,
    ...values,
  };
}

/** A fill of an order of ours that a position has booked. */
const own = (signedSize: Decimal.Value, second: number) => fill(signedSize, second, { ours: true, booked: new Decimal(signedSize).abs() });

function venue(side: Side, size: Decimal.Value, values: Partial<VenuePosition> = {}): VenuePosition {
  const rest = { entryPrice: new Decimal(100), venuePositionId: null, liquidationPrice: null };
  return { symbol: 'BTC', side, size: new Decimal(size), ...rest, ...values };
}

function netted(values: Partial<AccountBooks> = {}, usersBefore: Decimal.Value = 0): AccountBooks {
  return { positionMode: 'netted', positions: [], fills: [], usersBefore: new Map([['BTC', new Decimal(usersBefore)]]), ...values };
}

/** Findings in short: the kind with ours / the user's / the venue's size, or with the position and what was taken from it. */
function inShort(findings: Finding[]): string[] {
  return findings.map((finding) => {
    if (finding.kind === 'in_step' || finding.kind === 'unexplained')
      return `${finding.kind} ${finding.oursSize.toFixed()} + ${finding.usersSize.toFixed()} = ${finding.venueSize.toFixed()}`;
    return `${finding.kind} ${finding.positionId}: ${finding.parts.map(({ fill: { venueFillId }, size }) => `${size.toFixed()} of ${venueFillId}`).join(', ')}`;
  });
}

describe('reconcileAccount, netted', () => {
  beforeEach(() => {
    nextId = 0;
  });
  const reconcile = (books: AccountBooks, ...positions: VenuePosition[]) => inShort(reconcileAccount(books, positions));

  it('finds nothing to say about an empty account', () => {
    expect(reconcileAccount(netted({ usersBefore: new Map() }), [])).toEqual([]);
  });

  it('is in step when our positions and the user’s own add up to the venue’s', () => {
    const books = netted({ positions: [position('a', 'long', 3), position('b', 'long', 2)], fills: [own(5, 10), fill(1, 11)] }, '0.5');
    expect(reconcile(books, venue('long', '6.5'))).toEqual(['in_step 5 + 1.5 = 6.5']);
  });

  it('counts shorts as negative', () => {
    expect(reconcile(netted({ positions: [position('a', 'short', 3)], fills: [own(-3, 10), fill(-1, 11)] }), venue('short', 4))).toEqual([
      'in_step -3 + -1 = -4',
    ]);
  });

  it('books a position as missing whose whole size the user sold', () => {
    expect(reconcile(netted({ positions: [position('a', 'long', 3)], fills: [own(3, 10), fill(-3, 11)] }))).toEqual([
      'ours_missing a: 3 of fill-2',
      'in_step 0 + 0 = 0',
    ]);
  });

  it('books it as reduced by a part, in as many pieces as there were fills', () => {
    const books = netted({ positions: [position('a', 'short', 3)], fills: [own(-3, 10), fill(1, 11), fill('0.5', 12)] });
    expect(reconcile(books, venue('short', '1.5'))).toEqual(['ours_reduced a: 1 of fill-2, 0.5 of fill-3', 'in_step -1.5 + 0 = -1.5']);
  });

  it('takes from the user’s own first, then from the older of ours, and gives the user what is beyond', () => {
    const books = netted(
      {
        positions: [position('younger', 'long', 2, { openedAt: at(12) }), position('older', 'long', 3)],
        fills: [own(3, 10), own(2, 12), fill(-7, 20)],
      },
      1,
    );
    // 7 sold: 1 of their own, 3 of the older, 2 of the younger, and 1 is a short of their own
    expect(reconcile(books, venue('short', 1))).toEqual([
      'ours_missing younger: 2 of fill-3',
      'ours_missing older: 3 of fill-3',
      'in_step 0 + -1 = -1',
    ]);
  });

  it('follows the user’s own position through time: what they bought meanwhile is theirs to sell', () => {
    const books = netted({
      positions: [position('a', 'long', 5)],
      fills: [own(5, 10), fill(2, 11), fill(-2, 12), fill(-1, 13), fill(1, 14)],
    });
    expect(reconcile(books, venue('long', 5))).toEqual(['ours_reduced a: 1 of fill-4', 'in_step 4 + 1 = 5']);
  });

  it('leaves what the user sold before our position was opened to the user', () => {
    const books = netted({ positions: [position('a', 'long', 5)], fills: [fill(-2, 9), own(5, 10)] });
    expect(reconcile(books, venue('long', 3))).toEqual(['in_step 5 + -2 = 3']);
  });

  it('tells before from after at the same moment by the order of the fill ids', () => {
    const opened = { openedByFillId: 'fill-2' };
    const before = netted({ positions: [position('a', 'long', 5, opened)], fills: [fill(-2, 10), own(5, 10)] });
    expect(reconcile(before, venue('long', 3))).toEqual(['in_step 5 + -2 = 3']);
    nextId = 8;
    const after = netted({
      positions: [position('a', 'long', 5, { openedByFillId: 'fill-9' })],
      fills: [own(5, 10), fill(-2, 10)], // fill-9, fill-10
    });
    expect(reconcile(after, venue('long', 3))).toEqual(['ours_reduced a: 2 of fill-10', 'in_step 3 + 0 = 3']);
  });

  it('does not book again what our positions have booked of a fill', () => {
    const books = netted({ positions: [position('b', 'long', 2)], fills: [own(5, 10), fill(-3, 11, { booked: new Decimal(3) })] });
    expect(reconcile(books, venue('long', 2))).toEqual(['in_step 2 + 0 = 2']);
  });

  it('never takes from a position on the same side, nor by our own fills', () => {
    const books = netted({ positions: [position('a', 'long', 3)], fills: [own(5, 10), own(-2, 11), fill(4, 12)] });
    expect(reconcile(books, venue('long', 7))).toEqual(['in_step 3 + 4 = 7']);
  });

  it('keeps symbols apart', () => {
    const books = netted({
      positions: [position('a', 'long', 3), position('e', 'long', 1, { symbol: 'ETH' })],
      fills: [own(3, 10), fill(-1, 11, { symbol: 'ETH' })],
    });
    expect(reconcileAccount(books, [venue('long', 3)])).toMatchObject([
      { kind: 'in_step', symbol: 'BTC', market: 'BTC' },
      { kind: 'ours_missing', symbol: 'ETH', market: 'ETH', positionId: 'e' },
      { kind: 'in_step', symbol: 'ETH' },
    ]);
  });

  it.each<[string, AccountBooks, VenuePosition[], string, RegExp, boolean]>([
    ['nothing took the position', netted({ positions: [position('a', 'long', 3)] }), [], '3 + 0 = 0', /holds -3 coins/, false],
    [
      'the fills fall short by a little, and then nothing is booked',
      netted({ positions: [position('a', 'long', 3)], fills: [fill('-2.999999', 11)] }),
      [],
      '3 + 0 = 0',
      /holds -0.000001 coins/,
      false,
    ],
    ['the venue holds more', netted({ positions: [position('a', 'long', 3)] }), [venue('long', 4)], '3 + 0 = 4', /holds 1 coins/, false],
    ['nothing is ours, so that it is the user’s', netted({}, 2), [venue('long', 1)], '0 + 2 = 1', /holds -1 coins/, true],
    [
      'a fill of our order is in no position',
      netted({ fills: [fill(2, 11, { ours: true, booked: new Decimal('0.5') })] }),
      [venue('long', 2)],
      '0 + 0 = 2',
      /1.5 coins for orders of ours/,
      false,
    ],
  ])('can not explain that %s', (_what, books, positions, sizes, reason, usersOnly) => {
    const [finding, ...more] = reconcileAccount(books, positions);
    expect(more).toEqual([]);
    expect(inShort(finding ? [finding] : [])).toEqual([`unexplained ${sizes}`]);
    expect(finding).toMatchObject({ reason: expect.stringMatching(reason) as unknown, usersOnly, symbol: 'BTC', market: 'BTC' });
  });

  it('does not depend on the order in which fills are listed', () => {
    const fills = [own(5, 10), fill(2, 11), fill(-4, 11), fill(1, 12), fill(-2, 13)];
    const positions = [position('a', 'long', 5)];
    const expected = reconcile(netted({ positions, fills }), venue('long', 2));
    expect(expected).toContain('in_step 2 + 0 = 2');
    expect(reconcile(netted({ positions, fills: [...fills].reverse() }), venue('long', 2))).toEqual(expected);
  });
});

describe('reconcileAccount, positions kept apart', () => {
  const reconcile = (positions: BookedPosition[], fills: LedgerFill[], ...listed: VenuePosition[]) =>
    reconcileAccount({ positionMode: 'separate', positions, usersBefore: new Map(), fills }, listed);
  const trade = (id: string) => ({ venuePositionId: id });
  beforeEach(() => {
    nextId = 0;
  });

  it('looks at our own positions only', () => {
    const listed = [venue('long', 3, trade('7')), venue('short', 9, trade('8'))];
    expect(inShort(reconcile([position('a', 'long', 3, trade('7'))], [fill(-9, 11, trade('8'))], ...listed))).toEqual([
      'in_step 3 + 0 = 3',
    ]);
  });

  it('books one that is gone from the fills that closed it, and names it by the venue’s id', () => {
    const findings = reconcile([position('a', 'long', 3, trade('7'))], [fill(3, 10, trade('7')), fill(-3, 11, trade('7'))]);
    expect(inShort(findings)).toEqual(['ours_missing a: 3 of fill-2', 'in_step 0 + 0 = 0']);
    expect(findings[0]).toMatchObject({ market: '7', symbol: 'BTC' });
  });

  it('books a short from the buys', () => {
    const fills = [fill(-3, 10, trade('7')), fill(4, 11, trade('7'))];
    expect(inShort(reconcile([position('a', 'short', 3, trade('7'))], fills))[0]).toBe('ours_missing a: 3 of fill-2');
  });

  it('books a part that is gone while the rest is listed', () => {
    const findings = reconcile([position('a', 'long', 3, trade('7'))], [fill(-1, 11, trade('7'))], venue('long', 2, trade('7')));
    expect(inShort(findings)).toEqual(['ours_reduced a: 1 of fill-1', 'in_step 2 + 0 = 2']);
  });

  it('allows a millionth of the coins to be missing, which collateral is rounded by, and no more', () => {
    const close = (size: string) => reconcile([position('a', 'long', 1, trade('7'))], [fill(size, 11, trade('7'))])[0]?.kind;
    expect(close('-0.999999')).toBe('ours_missing');
    expect(close('-0.9999989')).toBe('unexplained');
  });

  it('can not explain one that is gone without a fill, by our orders’ fills neither', () => {
    const ours = fill(-3, 11, { ...trade('7'), ours: true, booked: new Decimal(3) });
    const [finding] = reconcile([position('a', 'long', 3, trade('7'))], [ours]);
    expect(finding).toMatchObject({
      kind: 'unexplained',
      market: '7',
      usersOnly: false,
      reason: expect.stringContaining('lack 3 coins') as unknown,
    });
    expect(inShort(finding ? [finding] : [])).toEqual(['unexplained 3 + 0 = 0']);
  });
});

describe('compareFills', () => {
  it('goes by time, then by the number in the id', () => {
    const fills = [
      { at: at(2), venueFillId: '1' },
      { at: at(1), venueFillId: '10' },
      { at: at(1), venueFillId: '9' },
    ];
    expect(fills.sort(compareFills).map(({ venueFillId }) => venueFillId)).toEqual(['9', '10', '1']);
  });
});

describe('proveEquity', () => {
  const usd = (value: Decimal.Value) => new Decimal(value);
  const events = (values: Partial<EquityEvents> = {}): EquityEvents => ({
    paidUsd: ZERO,
    paidOutUsd: ZERO,
    feesUsd: ZERO,
    flows: { depositsUsd: ZERO, fundingUsd: ZERO, unknown: 0 },
    ...values,
  });

  // By hand: held 2 coins at 100 (200). Bought 1 at 110, sold 2 at 120: paid 110 - 240 = -130. Now 1 coin at 115: worth 115.
  // Trading: 115 - 200 + 130 = 45 (2 coins gained 20 each to the sale of 120, the third 5). Fees 0.35, deposits 50, funding -1.
  const flows = { depositsUsd: usd(50), fundingUsd: usd(-1), unknown: 0 };
  const baseline = { equityUsd: usd(1_000), positionsUsd: usd(200) };
  const happened = events({ paidUsd: usd(-130), paidOutUsd: usd(999), feesUsd: usd('0.35'), flows });

  it('adds up a netted account', () => {
    const proof = proveEquity('netted', baseline, { equityUsd: usd('1093.65'), positionsUsd: usd(115) }, happened);
    expect(proof).toMatchObject({ state: 'proved', reason: null });
    expect([proof.tradingUsd, proof.expectedUsd, proof.differenceUsd].map(String)).toEqual(['45', '1093.65', '0']);
  });

  it('adds up an account whose positions are kept apart: paid out, and the change in unrealised PnL', () => {
    const proof = proveEquity(
      'separate',
      { equityUsd: usd(1_000), positionsUsd: usd(20) },
      { equityUsd: usd(1_005), positionsUsd: usd(-5) },
      events({ paidUsd: usd(777), paidOutUsd: usd(31), feesUsd: usd(1) }),
    );
    expect([proof.state, proof.tradingUsd.toFixed()]).toEqual(['proved', '6']);
  });

  it.each([
    ['0.01', 'proved'],
    ['-0.01', 'proved'],
    ['0.010000001', 'mismatch'],
    ['-0.010000001', 'mismatch'],
  ])('calls a difference of %s USD %s', (difference, state) => {
    const now = { equityUsd: usd('1093.65').plus(difference), positionsUsd: usd(115) };
    const proof = proveEquity('netted', baseline, now, happened);
    expect([proof.state, proof.differenceUsd.toFixed()]).toEqual([state, difference]);
    expect(proof.reason === null).toBe(state === 'proved');
    if (proof.reason) expect(proof.reason).toContain(`${difference} USD`);
  });

  it('proves nothing without cash flows, however well the sums fit', () => {
    const proof = proveEquity('netted', baseline, baseline, events({ flows: null }));
    expect(proof).toMatchObject({ state: 'unprovable', reason: expect.stringContaining('no route') as unknown });
    expect(proof.expectedUsd.toFixed()).toBe('1000');
  });

  it('fails closed on a cash flow of an unknown kind, however well the sums fit', () => {
    const proof = proveEquity('netted', baseline, baseline, events({ flows: { depositsUsd: ZERO, fundingUsd: ZERO, unknown: 1 } }));
    expect(proof).toMatchObject({ state: 'mismatch', reason: expect.stringContaining('1 entries') as unknown });
  });
});
