import { Command } from '@nestjs/cqrs';

/**
 * What became of a pending order: `sent` (then `state` says how it stands), `denied`, `expired`, `deferred` (it stays pending and is tried
 * again), or `skipped` (another worker has it).
 */
export interface OpenPositionResult {
  kind: 'sent' | 'denied' | 'expired' | 'deferred' | 'skipped';
  /** The code and sentence behind a denial or a deferral. */
  code?: string;
  reason?: string;
}

/** Carries out one pending opening order that this worker has claimed. */
export class OpenPositionCommand extends Command<OpenPositionResult> {
  constructor(readonly orderId: string) {
    super();
  }
}
