import {
  type EquityReading,
  errorMessage,
  type RequestPriority,
  sideSign,
  ZERO,
  sum,
  type VenueAccountRef,
  type VenueAdapter,
  type VenueCashFlow,
  type VenueFill,
  type VenuePosition,
} from '@maxxit/domain';

/** A venue account as it was at one moment. */
export interface AccountReading {
  positions: VenuePosition[];
  fills: VenueFill[];
  /** Null where the venue has no route for them. */
  flows: VenueCashFlow[] | null;
  /** Null with the reason when it could not be read for that same moment. */
  equity: EquityReading | null;
  equityProblem: string | null;
}

/**
 * Reads all that a reconciliation needs. Null when the account moved meanwhile, so that its parts don't belong together. Throws when the
 * venue could not be asked: then nothing is known.
 */
export async function readAccount(
  adapter: VenueAdapter,
  account: VenueAccountRef,
  since: { fills: Date; flows: Date },
  priority: RequestPriority,
): Promise<AccountReading | null> {
  const before = await adapter.positions(account, priority);
  const { equityUsd } = await adapter.account(account, priority);
  const fills = await adapter.fills(account, since.fills, priority);
  const flows = adapter.cashFlows ? await adapter.cashFlows(account, since.flows, priority) : null;
  const after = await adapter.account(account, priority);
  const positions = await adapter.positions(account, priority);
  if (!samePositions(before, positions)) return null;
  // Only where the proof can be made are prices worth asking for.
  const valued = flows ? await valueOf(adapter, before, positions) : { positionsUsd: sum([]) };
  const unread = { positions, fills, flows, equity: null };
  if ('problem' in valued) return { ...unread, equityProblem: valued.problem };
  if (flows && !after.equityUsd.eq(equityUsd)) return { ...unread, equityProblem: 'Prices moved while the account was read.' };
  return { ...unread, equity: { equityUsd, ...valued }, equityProblem: null };
}

/** What the positions count for in the equity proof: see `EquityReading`. */
async function valueOf(
  adapter: VenueAdapter,
  before: readonly VenuePosition[],
  positions: readonly VenuePosition[],
): Promise<Pick<EquityReading, 'positionsUsd'> | { problem: string }> {
  if (adapter.positionMode === 'netted' && positions.every(({ valueUsd }) => valueUsd)) {
    // The venue's own valuation, as long as it was the same before and after: a price that is asked for is of another moment.
    const of = (listed: readonly VenuePosition[]) => sum(listed.map(({ valueUsd, side }) => (valueUsd ?? ZERO).times(sideSign(side))));
    return of(before).eq(of(positions)) ? { positionsUsd: of(positions) } : { problem: 'Prices moved while the account was read.' };
  }
  try {
    const values = await Promise.all(
      positions.map(async ({ symbol, side, size, entryPrice }) => {
        const { markPrice } = await adapter.quote(symbol);
        return (adapter.positionMode === 'netted' ? markPrice : markPrice.minus(entryPrice)).times(size).times(sideSign(side));
      }),
    );
    return { positionsUsd: sum(values) };
  } catch (error) {
    return { problem: `A position could not be valued: ${errorMessage(error)}` };
  }
}

function samePositions(a: readonly VenuePosition[], b: readonly VenuePosition[]): boolean {
  return positionsText(a) === positionsText(b);
}

/** The positions as a text: two readings with the same text hold the same coins. */
export function positionsText(positions: readonly VenuePosition[]): string {
  return positions
    .map(({ symbol, side, size, venuePositionId }) => `${symbol} ${side} ${size.toFixed()} ${venuePositionId ?? ''}`)
    .sort()
    .join('\n');
}
