import { Command } from '@nestjs/cqrs';

/**
 * What became of a pending order: `sent` (the row's state says how it stands), `denied`, `expired`, `deferred` (it is tried again or, code
 * LEASE_LOST, reconciled), or `skipped` (it is not pending any more, or another worker has it).
 */
export interface OpenPositionResult {
  kind: 'sent' | 'denied' | 'expired' | 'deferred' | 'skipped';
  /** The code and sentence behind a denial or a deferral. */
  code?: string;
  reason?: string;
  /** The position that came of it, when the venue will hold no stop for it: it has to be closed at once. */
  unprotected?: string;
}

/** Carries out one pending opening order that this worker has claimed. */
export class OpenPositionCommand extends Command<OpenPositionResult> {
  constructor(readonly orderId: string) {
    super();
  }
}
