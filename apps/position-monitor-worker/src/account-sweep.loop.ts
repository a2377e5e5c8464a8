import { WorkerLoop } from '@maxxit/platform';
import { AccountReconciler, ProtectionKeeper } from '@maxxit/trading';
import { Inject, Injectable } from '@nestjs/common';

export const SWEEP_TICK_MS = Symbol('SWEEP_TICK_MS');

/**
 * Compares our books with the venue accounts, those with open risk first, and sees that stops rest. A loop of its own: a sweep of many accounts waits for its turn at
 * the venues, and no exit waits for it. Positions of an account that was not compared yet are not closed meanwhile.
 */
@Injectable()
export class AccountSweepLoop extends WorkerLoop {
  constructor(
    @Inject(SWEEP_TICK_MS) tickMs: number,
    private readonly reconciler: AccountReconciler,
    private readonly protection: ProtectionKeeper,
  ) {
    super('account-sweep', tickMs);
  }

  async tick(): Promise<void> {
    const isStopping = () => {
      this.beat();
      return this.stopping;
    };
    const more = await this.reconciler.reconcileDue(isStopping);
    await this.protection.checkDue(isStopping);
    if (more) this.wake();
  }
}
