import { WorkerLoop } from '@maxxit/platform';
import { PriceRecorder } from '@maxxit/signals';
import { Inject, Injectable } from '@nestjs/common';

export const PRICE_SAMPLE_INTERVAL_MS = Symbol('PRICE_SAMPLE_INTERVAL_MS');

/** Records what called symbols trade at: what the calls of sources are measured by. */
@Injectable()
export class PriceRecordingLoop extends WorkerLoop {
  constructor(
    @Inject(PRICE_SAMPLE_INTERVAL_MS) intervalMs: number,
    private readonly recorder: PriceRecorder,
  ) {
    super('price-recording', intervalMs);
  }

  async tick(): Promise<void> {
    await this.recorder.record(() => {
      this.beat();
      return this.stopping;
    });
  }
}
