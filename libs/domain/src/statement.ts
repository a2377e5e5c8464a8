import { type Decimal, sum, ZERO } from './decimal';
import { grossPnlUsd } from './pnl';
import type { Side } from './venue';

/** What was executed for one position, as a statement needs it. USD, coins, USD per coin. */
export interface StatementFill {
  at: Date;
  /** Of the position. */
  side: Side;
  /** Whether it closed (a part of) the position. */
  closes: boolean;
  entryPrice: Decimal;
  price: Decimal;
  size: Decimal;
  feeUsd: Decimal;
  /** The venue's own figure of a separately kept position, after funding and rollover and before fees; null: it follows from the prices. */
  realisedPnlUsd: Decimal | null;
}

/** A deployment's equity at one moment, with the net deposits since its mark before. */
export interface StatementMark {
  at: Date;
  equityUsd: Decimal;
  netFlowUsd: Decimal;
}

/**
 * A period of a statement, USD: closing = opening + realised - fees + funding + net deposits + change of what is unrealised. `fundingUsd` is
 * what the venue's own figures differ by from the prices: positive was received.
 */
export interface StatementLine {
  from: Date;
  to: Date;
  openingEquityUsd: Decimal;
  realisedPnlUsd: Decimal;
  feesUsd: Decimal;
  fundingUsd: Decimal;
  netDepositsUsd: Decimal;
  unrealisedChangeUsd: Decimal;
  closingEquityUsd: Decimal;
  /** Closing executions. */
  closingFills: number;
}

/** Equity at a moment without what is unrealised, USD: what it started with (the first mark), what was realised, deposits. 0 without a start. */
export function bookedEquityUsd(marks: readonly StatementMark[], fills: readonly StatementFill[], at: Date): Decimal {
  const { realised, fees, funding } = sumsOf(until(fills, at));
  return (marks[0]?.equityUsd ?? ZERO).plus(realised).minus(fees).plus(funding).plus(depositsUntilUsd(marks, at));
}

/**
 * A deployment's books in periods. `bounds` are ascending, the first not before the start; equity at each is the start plus all that was
 * realised until then, and what was unrealised by the last mark at or before it (`marks` begin with the start).
 */
export function statementOf(marks: readonly StatementMark[], fills: readonly StatementFill[], bounds: readonly Date[]): StatementLine[] {
  if (marks.length === 0) return [];
  const depositsUntil = (to: Date) => depositsUntilUsd(marks, to);
  const bookedAt = (at: Date) => bookedEquityUsd(marks, fills, at);
  const unrealisedAt = (at: Date) => {
    const mark = until(marks, at).at(-1);
    return mark ? mark.equityUsd.minus(bookedAt(mark.at)) : ZERO;
  };
  return bounds.slice(1).map((to, index) => {
    const from = bounds[index]!;
    const within = fills.filter(({ at }) => at > from && at <= to);
    const { realised, fees, funding } = sumsOf(within);
    const [unrealisedBefore, unrealisedAfter] = [unrealisedAt(from), unrealisedAt(to)];
    return {
      from,
      to,
      openingEquityUsd: bookedAt(from).plus(unrealisedBefore),
      realisedPnlUsd: realised,
      feesUsd: fees,
      fundingUsd: funding,
      netDepositsUsd: depositsUntil(to).minus(depositsUntil(from)),
      unrealisedChangeUsd: unrealisedAfter.minus(unrealisedBefore),
      closingEquityUsd: bookedAt(to).plus(unrealisedAfter),
      closingFills: within.filter(({ closes }) => closes).length,
    };
  });
}

/** What the start holds already is no deposit. */
function depositsUntilUsd(marks: readonly StatementMark[], to: Date): Decimal {
  return sum(until(marks.slice(1), to).map(({ netFlowUsd }) => netFlowUsd));
}

function until<T extends { at: Date }>(rows: readonly T[], to: Date): T[] {
  return rows.filter(({ at }) => at <= to);
}

function sumsOf(fills: readonly StatementFill[]): { realised: Decimal; fees: Decimal; funding: Decimal } {
  const closing = fills.filter(({ closes }) => closes);
  const byPrice = (fill: StatementFill) => grossPnlUsd(fill.side, fill.entryPrice, fill.price, fill.size);
  return {
    realised: sum(closing.map(byPrice)),
    fees: sum(fills.map(({ feeUsd }) => feeUsd)),
    funding: sum(closing.map((fill) => fill.realisedPnlUsd?.minus(byPrice(fill)) ?? ZERO)),
  };
}
