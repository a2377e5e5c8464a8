import { EVENT_KINDS, type EventKind } from '@maxxit/database';
import { ApiTime } from '@maxxit/platform';
import { ApiProperty } from '@nestjs/swagger';

/** The data of an event in the stream, and the body of a webhook's delivery. */
export class EventDto {
  @ApiProperty({ enum: EVENT_KINDS, enumName: 'EventKind', description: 'What kind of row changed' })
  kind!: EventKind;

  @ApiProperty({ format: 'uuid', description: 'Id of the row' })
  id!: string;

  @ApiTime({ description: 'When' })
  at!: string;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description:
      'The row as it was then. deployment: agentId, state, pausedReason, revision. signal: agentId, symbol, side, state. order: deploymentId, signalId, positionId, purpose, symbol, side, state, code, venue. fill: deploymentId, positionId, orderId, venue, side, price, size, feeUsd. position: deploymentId, signalId, venue, symbol, side, state, size, entryPrice, stopPrice, targetPrice, realisedPnlUsd, exitReason. Decimals are strings.',
    example: { deploymentId: '019a0000-0000-7000-8000-000000000000', symbol: 'BTC', side: 'long', state: 'filled' },
  })
  data!: Record<string, unknown>;
}
