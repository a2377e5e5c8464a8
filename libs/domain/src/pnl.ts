import { Decimal, sum, ZERO } from './decimal';
import { sideSign, type Side } from './venue';

/** PnL of `size` coins between two prices (USD per coin), before fees, USD. */
export function grossPnlUsd(side: Side, entryPrice: Decimal, exitPrice: Decimal, size: Decimal): Decimal {
  return exitPrice.minus(entryPrice).times(size).times(sideSign(side));
}

/** Size-weighted average price of several executions, USD per coin. The sizes must not all be zero. */
export function averagePrice(executions: readonly { price: Decimal; size: Decimal }[]): Decimal {
  return sum(executions.map(({ price, size }) => price.times(size))).div(sum(executions.map(({ size }) => size)));
}

export interface ClosingFill {
  price: Decimal;
  size: Decimal;
  feeUsd: Decimal;
  /** The venue's own figure for a separately kept position, before fees; null: it follows from the prices. */
  realisedPnlUsd: Decimal | null;
}

/** Realised PnL of closing fills against an entry price, net of their fees, USD. */
export function realisedPnlUsd(side: Side, entryPrice: Decimal, fills: readonly ClosingFill[]): Decimal {
  return fills.reduce(
    (total, fill) => total.plus(fill.realisedPnlUsd ?? grossPnlUsd(side, entryPrice, fill.price, fill.size)).minus(fill.feeUsd),
    ZERO,
  );
}

/** Unrealised PnL at a mark price, USD, before closing fees; 0 where nothing is open or no price is known. */
export function unrealisedPnlUsd(side: Side, entryPrice: Decimal | null, markPrice: Decimal | null, size: Decimal): Decimal {
  if (!entryPrice || !markPrice || size.isZero()) return ZERO;
  return grossPnlUsd(side, entryPrice, markPrice, size);
}

/**
 * A deployment's own equity, USD: what its accounts held when it began, plus what its own positions have realised and would realise now.
 * Not the account's equity: the user's own trades and other deployments may share the account.
 */
export function deploymentEquityUsd(
  startingEquityUsd: Decimal,
  positions: readonly { side: Side; size: Decimal; entryPrice: Decimal | null; markPrice: Decimal | null; realisedPnlUsd: Decimal }[],
): Decimal {
  return positions.reduce(
    (equity, position) =>
      equity.plus(position.realisedPnlUsd).plus(unrealisedPnlUsd(position.side, position.entryPrice, position.markPrice, position.size)),
    startingEquityUsd,
  );
}
