import type { Decimal, ExitReason } from '@maxxit/domain';
import { Command } from '@nestjs/cqrs';

/** `sent`, `deferred` (tried again at the next tick) or `skipped` (it is not open any more, or another worker closes it). */
export interface ClosePositionResult {
  kind: 'sent' | 'deferred' | 'skipped';
  orderId?: string;
}

/** Rungs of the take-profit ladder that are due. Coins. */
export interface DueRungs {
  /** What they close. */
  size: Decimal;
  /** What was open when that was decided: if it is another by now, nothing is closed, and the next tick decides anew. */
  openSize: Decimal;
  /** How many rungs are taken once that is closed. */
  targetsTaken: number;
}

/** Closes an open position at the market, reduce-only: all that is open, or the part that the rungs say. */
export class ClosePositionCommand extends Command<ClosePositionResult> {
  constructor(
    readonly positionId: string,
    readonly reason: ExitReason,
    readonly rungs?: DueRungs,
  ) {
    super();
  }
}
