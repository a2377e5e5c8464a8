import { Decimal, sum, ZERO } from './decimal';
import { sideSign, type Side, type VenueFill, type VenuePosition } from './venue';

/** A live position of ours, as our books have it. */
export interface BookedPosition {
  id: string;
  symbol: string;
  side: Side;
  /** Coins still open by our books, positive. */
  size: Decimal;
  /** When it was opened, by the venue's clock. */
  openedAt: Date;
  /** The fill that opened it: tells what came before from what came after at the same moment. */
  openedByFillId: string | null;
  venuePositionId: string | null;
}

/** A fill of the account with what we know of it. */
export interface LedgerFill extends VenueFill {
  /** An order of ours caused it. All others are the user's own, or the venue's (a liquidation). */
  ours: boolean;
  /** How much of it our positions have booked, coins. */
  booked: Decimal;
}

/** What our books say about one venue account. */
export interface AccountBooks {
  positionMode: 'netted' | 'separate';
  /** Our live positions. */
  positions: readonly BookedPosition[];
  /** The user's own position per symbol before `fills`, signed coins (negative is short). Only for netted accounts. */
  usersBefore: ReadonlyMap<string, Decimal>;
  /** In any order, each once. */
  fills: readonly LedgerFill[];
}

/** A part of a fill that nobody ordered from us and that closed (a part of) a position of ours. */
export interface ExternalPart {
  fill: LedgerFill;
  /** Coins of the fill that count for the position. */
  size: Decimal;
}

/** The three sizes that have to fit: ours + the user's own = the venue's. Signed coins. */
export interface MarketSizes {
  oursSize: Decimal;
  usersSize: Decimal;
  venueSize: Decimal;
}

/**
 * What the comparison of our books with a venue account says. `market` is the symbol, or the venue's position id where positions are
 * kept apart.
 * - in_step: the sizes fit (after `parts` of other findings for the market are booked).
 * - ours_missing: the position is gone; `parts` are the fills that ended it.
 * - ours_reduced: a part of the position is gone; `parts` are the fills that took it.
 * - unexplained: the fills don't account for the difference. Nothing may be booked or guessed.
 */
export type Finding =
  | ({ kind: 'in_step'; market: string; symbol: string } & MarketSizes)
  | { kind: 'ours_missing' | 'ours_reduced'; market: string; symbol: string; positionId: string; parts: ExternalPart[] }
  | ({
      kind: 'unexplained';
      market: string;
      symbol: string;
      reason: string;
      /** Nothing of ours is in it: if it lasts, what the venue shows is the user's own. */
      usersOnly: boolean;
    } & MarketSizes);

/**
 * How much of a separately kept position may be missing from its closing fills, fraction: venues that count in collateral give coins
 * that are rounded from it.
 */
const SEPARATE_TOLERANCE = new Decimal('0.000001');

/**
 * Compares our books with what the venue holds. Both must be of one moment: no order of ours in flight or sent in between.
 *
 * In a netted account the venue knows one position per symbol, and the user may trade in it as well. A fill that no order of ours caused
 * first reduces what the user holds themselves; what it takes beyond that closes ours, oldest first; the rest is the user's own again.
 * It is booked only if the sizes then fit exactly.
 */
export function reconcileAccount(books: AccountBooks, venuePositions: readonly VenuePosition[]): Finding[] {
  const fills = [...books.fills].sort(compareFills);
  if (books.positionMode === 'separate') return reconcileSeparate(books.positions, fills, venuePositions);
  const symbols = new Set([
    ...books.positions.map(({ symbol }) => symbol),
    ...books.usersBefore.keys(),
    ...fills.map(({ symbol }) => symbol),
    ...venuePositions.map(({ symbol }) => symbol),
  ]);
  return [...symbols].sort().flatMap((symbol) =>
    reconcileNetted(
      symbol,
      books.positions.filter((position) => position.symbol === symbol),
      books.usersBefore.get(symbol) ?? ZERO,
      fills.filter((fill) => fill.symbol === symbol),
      signedSize(venuePositions.filter((position) => position.symbol === symbol)),
    ),
  );
}

/** Order of execution: by time, and by the venue's id where that is equal, so that pages in any order give the same books. */
export function compareFills(a: Pick<VenueFill, 'at' | 'venueFillId'>, b: Pick<VenueFill, 'at' | 'venueFillId'>): number {
  return a.at.getTime() - b.at.getTime() || a.venueFillId.localeCompare(b.venueFillId, 'en', { numeric: true });
}

/** Signed coins of a fill: positive for a buy. */
export function signedFillSize({ side, size }: Pick<VenueFill, 'side' | 'size'>): Decimal {
  return side === 'buy' ? size : size.negated();
}

/** Net coins of positions: negative is short. */
export function signedSize(positions: readonly { side: Side; size: Decimal }[]): Decimal {
  return sum(positions.map(({ side, size }) => size.times(sideSign(side))));
}

function reconcileNetted(
  symbol: string,
  positions: readonly BookedPosition[],
  usersBefore: Decimal,
  fills: readonly LedgerFill[],
  venueSize: Decimal,
): Finding[] {
  const { usersSize, partsOf } = attribute(positions, usersBefore, fills);
  const taken = (position: BookedPosition) => sum((partsOf.get(position.id) ?? []).map(({ size }) => size));
  const oursSize = signedSize(positions.map((position) => ({ side: position.side, size: position.size.minus(taken(position)) })));
  const market = { market: symbol, symbol };

  const unbooked = sum(fills.filter(({ ours }) => ours).map((fill) => signedFillSize({ ...fill, size: fill.size.minus(fill.booked) })));
  const difference = venueSize.minus(oursSize).minus(usersSize);
  if (!unbooked.isZero() || !difference.isZero()) {
    const reason = unbooked.isZero()
      ? `The venue holds ${difference.toFixed()} coins more than the fills account for.`
      : `The venue executed ${unbooked.toFixed()} coins for orders of ours that no position has booked.`;
    const usersOnly = positions.length === 0 && unbooked.isZero();
    return [{ kind: 'unexplained', ...market, oursSize: signedSize(positions), usersSize, venueSize, reason, usersOnly }];
  }
  return [
    ...positions.flatMap((position) => externalClose(market, position, partsOf.get(position.id) ?? [], ZERO)),
    { kind: 'in_step', ...market, oursSize, usersSize, venueSize },
  ];
}

/** Goes through the fills that are not ours: what they did to the user's own position, and what they took from ours. */
function attribute(
  positions: readonly BookedPosition[],
  usersBefore: Decimal,
  fills: readonly LedgerFill[],
): { usersSize: Decimal; partsOf: Map<string, ExternalPart[]> } {
  const partsOf = new Map<string, ExternalPart[]>();
  const open = [...positions]
    .sort((a, b) => compareFills(openingOf(a), openingOf(b)))
    .map((position) => ({ position, left: position.size }));
  let usersSize = usersBefore;
  for (const fill of fills) {
    if (fill.ours) continue;
    const direction = fill.side === 'buy' ? 1 : -1;
    let left = fill.size.minus(fill.booked);
    const fromUsers = Decimal.min(left, Decimal.max(0, usersSize.times(-direction)));
    usersSize = usersSize.plus(fromUsers.times(direction));
    left = left.minus(fromUsers);
    for (const holding of open) {
      const { position } = holding;
      if (sideSign(position.side) === direction || compareFills(fill, openingOf(position)) < 0) continue;
      const size = Decimal.min(left, holding.left);
      if (size.lte(0)) continue;
      partsOf.set(position.id, [...(partsOf.get(position.id) ?? []), { fill, size }]);
      holding.left = holding.left.minus(size);
      left = left.minus(size);
    }
    usersSize = usersSize.plus(left.times(direction));
  }
  return { usersSize, partsOf };
}

function openingOf({ openedAt, openedByFillId }: BookedPosition): { at: Date; venueFillId: string } {
  return { at: openedAt, venueFillId: openedByFillId ?? '' };
}

/** Each of our positions has a counterpart of its own at the venue; all others are the user's and are not looked at. */
function reconcileSeparate(
  positions: readonly BookedPosition[],
  fills: readonly LedgerFill[],
  venuePositions: readonly VenuePosition[],
): Finding[] {
  return positions.flatMap((position): Finding[] => {
    const { symbol, side, size, venuePositionId } = position;
    const market = { market: venuePositionId ?? symbol, symbol };
    const listed = venuePositions.find((candidate) => candidate.venuePositionId === venuePositionId);
    const parts = partsUpTo(
      size,
      fills.filter((fill) => !fill.ours && fill.venuePositionId === venuePositionId && (fill.side === 'sell') === (side === 'long')),
    );
    const left = size.minus(sum(parts.map((part) => part.size)));
    const tolerance = size.times(SEPARATE_TOLERANCE);
    const sizes = { usersSize: ZERO, venueSize: listed ? signedSize([listed]) : ZERO };
    if (!listed && left.gt(tolerance)) {
      const reason = `The venue does not list the position, and the fills that closed it lack ${left.toFixed()} coins.`;
      return [{ kind: 'unexplained', ...market, oursSize: signedSize([position]), ...sizes, reason, usersOnly: false }];
    }
    return [
      ...externalClose(market, position, parts, listed ? ZERO : tolerance),
      { kind: 'in_step', ...market, oursSize: signedSize([{ side, size: left }]), ...sizes },
    ];
  });
}

/** The oldest parts of the fills that make up `size` coins at most. */
function partsUpTo(size: Decimal, fills: readonly LedgerFill[]): ExternalPart[] {
  const parts: ExternalPart[] = [];
  let missing = size;
  for (const fill of fills) {
    const part = Decimal.min(missing, fill.size.minus(fill.booked));
    if (part.lte(0)) continue;
    parts.push({ fill, size: part });
    missing = missing.minus(part);
  }
  return parts;
}

function externalClose(
  market: { market: string; symbol: string },
  position: BookedPosition,
  parts: ExternalPart[],
  tolerance: Decimal,
): Finding[] {
  if (parts.length === 0) return [];
  const left = position.size.minus(sum(parts.map(({ size }) => size)));
  return [{ kind: left.lte(tolerance) ? 'ours_missing' : 'ours_reduced', ...market, positionId: position.id, parts }];
}

/** What an account was worth at one moment. */
export interface EquityReading {
  equityUsd: Decimal;
  /**
   * What its positions count for: in a netted account their value, Σ signed size x mark price; where positions are kept apart their
   * unrealised PnL, Σ (mark price - entry price) x signed size.
   */
  positionsUsd: Decimal;
}

/** What happened on an account since its baseline, sums in USD. */
export interface EquityEvents {
  /** Paid for coins less received for coins: the sum of signed fill size x price. */
  paidUsd: Decimal;
  /** Paid out by the venue for closed positions, where it keeps them apart. */
  paidOutUsd: Decimal;
  feesUsd: Decimal;
  /** Null when the venue has no route for them. */
  flows: {
    /** Deposits less withdrawals. */
    depositsUsd: Decimal;
    /** Received less paid. */
    fundingUsd: Decimal;
    /** How many entries are of a kind that the adapter doesn't know. */
    unknown: number;
  } | null;
}

export interface EquityProof {
  state: 'proved' | 'mismatch' | 'unprovable';
  /** Why it can't be proved, or what doesn't fit. */
  reason: string | null;
  /** Realised PnL and change in unrealised PnL of all positions, the user's own too, before fees, USD. */
  tradingUsd: Decimal;
  expectedUsd: Decimal;
  /** The venue's less the expected equity, USD. */
  differenceUsd: Decimal;
}

const ONE_CENT = new Decimal('0.01');

/**
 * Whether an account's equity follows from what it was and what has happened since:
 * baseline + deposits and funding + trading result - fees, within one cent.
 *
 * The trading result (realised PnL and change in unrealised PnL) of a netted account is what its positions are worth now, less what they
 * were worth, less what the fills paid for them: Δ(signed size x mark price) - Σ(signed fill size x price). For linear contracts that is
 * the same sum, whatever the entry prices. Where positions are kept apart it is what the venue paid out, plus the change in unrealised PnL.
 *
 * Without cash flows it is unprovable. A flow of an unknown kind is a mismatch, whatever the sums say.
 */
export function proveEquity(
  positionMode: 'netted' | 'separate',
  baseline: EquityReading,
  now: EquityReading,
  { paidUsd, paidOutUsd, feesUsd, flows }: EquityEvents,
): EquityProof {
  const tradingUsd = now.positionsUsd.minus(baseline.positionsUsd).plus(positionMode === 'netted' ? paidUsd.negated() : paidOutUsd);
  const flowsUsd = flows ? flows.depositsUsd.plus(flows.fundingUsd) : ZERO;
  const expectedUsd = baseline.equityUsd.plus(flowsUsd).plus(tradingUsd).minus(feesUsd);
  const differenceUsd = now.equityUsd.minus(expectedUsd);
  const numbers = { tradingUsd, expectedUsd, differenceUsd };
  if (!flows) {
    const reason = 'The venue has no route for deposits, withdrawals and funding: its equity does not follow from what is known.';
    return { state: 'unprovable', reason, ...numbers };
  }
  if (flows.unknown > 0) {
    const reason = `${flows.unknown} entries of the venue's ledger are of a kind that is not known.`;
    return { state: 'mismatch', reason, ...numbers };
  }
  if (differenceUsd.abs().lte(ONE_CENT)) return { state: 'proved', reason: null, ...numbers };
  const reason = `The venue's equity is ${differenceUsd.toFixed()} USD more than what is known accounts for.`;
  return { state: 'mismatch', reason, ...numbers };
}
