import { Command } from '@nestjs/cqrs';

/** Recomputes an agent's published performance from its source rows. */
export class RecalcMetricsCommand extends Command<void> {
  constructor(readonly agentId: string) {
    super();
  }
}
