import type { ExitReason } from '@maxxit/domain';
import { Command } from '@nestjs/cqrs';

/** `sent`, `deferred` (tried again at the next tick) or `skipped` (it is not open any more, or another worker closes it). */
export interface ClosePositionResult {
  kind: 'sent' | 'deferred' | 'skipped';
  orderId?: string;
}

/** Closes a whole open position at the market, reduce-only. */
export class ClosePositionCommand extends Command<ClosePositionResult> {
  constructor(
    readonly positionId: string,
    readonly reason: ExitReason,
  ) {
    super();
  }
}
