import {
  type AccountBooks,
  type BookedPosition,
  compareFills,
  Decimal,
  type LedgerFill,
  newId,
  signedFillSize,
  signedSize,
  ZERO,
  sum,
  type VenueAdapter,
  type VenueCashFlow,
  type VenueFill,
  type VenuePosition,
} from '@maxxit/domain';
import {
  FillEntity,
  PositionEntity,
  type SignedSizes,
  VenueCashFlowEntity,
  VenueFillEntity,
  type VenueLedgerEntity,
} from '@maxxit/database';
import { type EntityManager, In, MoreThanOrEqual } from 'typeorm';

const CHUNK = 500;

/** Stores the fills that are new, each once however often it is read. `since` is what they were asked from. Returns how many were. */
export async function storeFills(
  manager: EntityManager,
  venueAccountId: string,
  fills: readonly VenueFill[],
  since: Date,
  { inBaseline, now }: { inBaseline: boolean; now: Date },
): Promise<number> {
  const known = await manager.find(VenueFillEntity, {
    select: { venueFillId: true },
    where: { venueAccountId, filledAt: MoreThanOrEqual(since) },
  });
  const added = newOnes(fills, new Set(known.map(({ venueFillId }) => venueFillId)), ({ venueFillId }) => venueFillId);
  for (let from = 0; from < added.length; from += CHUNK) {
    await manager.insert(
      VenueFillEntity,
      added
        .slice(from, from + CHUNK)
        .map(({ at, ...fill }) => ({ ...fill, id: newId(), venueAccountId, filledAt: at, inBaseline, createdAt: now })),
    );
  }
  return added.length;
}

/** As `storeFills`, for cash flows. */
export async function storeFlows(
  manager: EntityManager,
  venueAccountId: string,
  flows: readonly VenueCashFlow[],
  since: Date,
  { inBaseline, now }: { inBaseline: boolean; now: Date },
): Promise<void> {
  const known = await manager.find(VenueCashFlowEntity, {
    select: { venueFlowId: true },
    where: { venueAccountId, at: MoreThanOrEqual(since) },
  });
  const added = newOnes(flows, new Set(known.map(({ venueFlowId }) => venueFlowId)), ({ venueFlowId }) => venueFlowId);
  for (let from = 0; from < added.length; from += CHUNK) {
    await manager.insert(
      VenueCashFlowEntity,
      added.slice(from, from + CHUNK).map((flow) => ({ ...flow, id: newId(), venueAccountId, inBaseline, createdAt: now })),
    );
  }
}

function newOnes<T>(items: readonly T[], known: ReadonlySet<string>, idOf: (item: T) => string): T[] {
  const byId = new Map(items.map((item) => [idOf(item), item]));
  return [...byId].filter(([id]) => !known.has(id)).map(([, item]) => item);
}

/** The venue's clock may be this far behind ours, ms. */
const CLOCK_SKEW_MS = 2_000;
/** An order that a venue takes at all it takes within this time. Shorter than NOT_FOUND_GRACE_MS, so that other fills of then are read by then. */
const TAKEN_WITHIN_MS = 30_000;

/**
 * Gives the fills to the orders of ours that caused them, by the venue's order id. A fill that shows only after an opening was given up as never
 * executed, and fits it, is that order's too: no position has booked it, which is a gap and not a trade of the user's. That of a close is
 * left to the position, which is open again and books it. Returns how many were given.
 */
export async function attributeToOrders(manager: EntityManager, venueAccountId: string): Promise<number> {
  const [, byId] = await manager.query<[unknown, number]>(
    `UPDATE venue_fills f SET order_id = o.id
       FROM orders o
      WHERE f.venue_account_id = $1 AND f.order_id IS NULL AND NOT f.folded
        AND o.venue_account_id = $1 AND o.venue_order_id = f.venue_order_id AND o.symbol = f.symbol`,
    [venueAccountId],
  );
  const [, ofGivenUp] = await manager.query<[unknown, number]>(
    `UPDATE venue_fills f SET order_id = o.id
       FROM orders o
      WHERE f.venue_account_id = $1 AND f.order_id IS NULL AND NOT f.folded
        AND o.venue_account_id = $1 AND o.purpose = 'open' AND o.state = 'rejected' AND o.code = 'NOT_EXECUTED' AND o.venue_order_id IS NULL
        AND o.symbol = f.symbol AND f.size <= o.size
        AND NOT f.liquidation AND f.trigger IS NULL AND coalesce(f.client_order_id = o.client_order_id, true)
        AND f.side = CASE o.side WHEN 'long' THEN 'buy' ELSE 'sell' END
        AND f.created_at >= o.settled_at
        AND f.filled_at BETWEEN o.sent_at - $2 * interval '1 millisecond' AND o.sent_at + $3 * interval '1 millisecond'`,
    [venueAccountId, CLOCK_SKEW_MS, TAKEN_WITHIN_MS],
  );
  return byId + ofGivenUp;
}

/** The open positions of ours on the account, oldest first. */
export async function openPositionsOn(manager: EntityManager, venueAccountId: string): Promise<PositionEntity[]> {
  return manager.find(PositionEntity, { where: { venueAccountId, state: 'open' }, order: { openedAt: 'ASC', id: 'ASC' } });
}

/** The books of the symbols that pass `includes`, as `reconcileAccount` wants them. */
export async function readAccountBooks(
  manager: EntityManager,
  ledger: Pick<VenueLedgerEntity, 'venueAccountId' | 'usersBefore'>,
  { venue, positionMode }: Pick<VenueAdapter, 'venue' | 'positionMode'>,
  includes: (symbol: string) => boolean,
): Promise<AccountBooks> {
  const { venueAccountId } = ledger;
  const open = (await openPositionsOn(manager, venueAccountId)).filter(({ symbol }) => includes(symbol));
  const rows = await manager.find(VenueFillEntity, {
    where:
      positionMode === 'netted'
        ? { venueAccountId, folded: false }
        : { venueAccountId, venuePositionId: In(open.map(({ venuePositionId }) => venuePositionId ?? '')) },
  });
  const fills = rows.filter(({ symbol }) => includes(symbol));
  const booked = await manager.find(FillEntity, { where: { venue, venueFillId: In(fills.map(({ venueFillId }) => venueFillId)) } });
  const byOrder = new Map(booked.filter(({ orderId }) => orderId !== null).map((fill) => [fill.venueFillId, fill]));
  return {
    positionMode,
    positions: open.map((position) => toBooked(position, [...byOrder.values()])),
    usersBefore: new Map(
      Object.entries(ledger.usersBefore)
        .filter(([symbol]) => includes(symbol))
        .map(([symbol, size]) => [symbol, new Decimal(size)]),
    ),
    fills: fills.map((row): LedgerFill => ({
      ...row,
      at: row.filledAt,
      ours: row.orderId !== null,
      booked: row.orderId === null ? row.closedOursSize : (byOrder.get(row.venueFillId)?.size ?? ZERO),
    })),
  };
}

function toBooked(position: PositionEntity, fills: readonly FillEntity[]): BookedPosition {
  const own = fills.filter(({ positionId }) => positionId === position.id).map((fill) => ({ ...fill, at: fill.filledAt }));
  const [first] = own.sort(compareFills);
  return { ...position, openedAt: position.openedAt ?? position.createdAt, openedByFillId: first?.venueFillId ?? null };
}

/**
 * What the user held per symbol before any of `fills`, from what the venue shows after them. Where that would stand against a position
 * of ours it is taken for nothing: what is missing then shows as a gap, and is not called the user's.
 */
export function usersAtFirstSight(
  venuePositions: readonly VenuePosition[],
  fills: readonly VenueFill[],
  ours: readonly Pick<PositionEntity, 'symbol' | 'side' | 'size'>[],
): SignedSizes {
  const symbols = new Set([...venuePositions, ...fills].map(({ symbol }) => symbol));
  const sizes = [...symbols].map((symbol): [string, Decimal] => {
    const of = <T extends { symbol: string }>(items: readonly T[]) => items.filter((item) => item.symbol === symbol);
    const before = signedSize(of(venuePositions)).minus(sum(of(fills).map(signedFillSize)));
    return [symbol, before.times(signedSize(of(ours))).lt(0) ? ZERO : before];
  });
  return signedSizes(sizes);
}

/** Without the zeros. */
export function signedSizes(sizes: Iterable<readonly [string, Decimal]>): SignedSizes {
  return Object.fromEntries([...sizes].filter(([, size]) => !size.isZero()).map(([symbol, size]) => [symbol, size.toFixed()]));
}
