import {
  DELIVERY_STATES,
  EVENT_KINDS,
  type DeliveryState,
  type EventKind,
  type WebhookDeliveryEntity,
  type WebhookEntity,
} from '@maxxit/database';
import { ApiTime, CursorPage, SetField, timeText } from '@maxxit/platform';
import { ApiProperty } from '@nestjs/swagger';
import { Length, Matches } from 'class-validator';

/** Of an http(s) URL without user name and password, in ASCII. */
const WEB_ADDRESS = /^https?:\/\/[A-Za-z0-9.:[\]-]+([/?#][!-~]*)?$/;

export class CreateWebhookDto {
  @ApiProperty({
    format: 'uri',
    minLength: 8,
    maxLength: 2000,
    pattern: WEB_ADDRESS.source,
    example: 'https://app.example.com/hooks/maxxit',
    description: 'Where deliveries are posted to: https, without user name and password, at a public address',
  })
  @Length(8, 2000)
  @Matches(WEB_ADDRESS, { message: '$property has to be a URL like https://app.example.com/hooks/maxxit' })
  url!: string;

  @SetField(EVENT_KINDS, {
    enumName: 'EventKind',
    default: [...EVENT_KINDS],
    description: 'Of what to tell; all kinds if absent',
    optional: true,
  })
  kinds?: EventKind[];
}

export class WebhookDto {
  @ApiProperty({ format: 'uuid', description: 'Id of the webhook' })
  id!: string;

  @ApiProperty({ description: 'Where deliveries are posted to', example: 'https://app.example.com/hooks/maxxit' })
  url!: string;

  @ApiProperty({ enum: EVENT_KINDS, enumName: 'EventKind', isArray: true, description: 'Of what it is told' })
  kinds!: EventKind[];

  @ApiTime({ description: 'When it was registered' })
  createdAt!: string;

  @ApiTime({ nullable: true, description: 'Since when it is told nothing any more' })
  deletedAt!: string | null;

  static of({ id, url, kinds, createdAt, deletedAt }: WebhookEntity): WebhookDto {
    return { id, url, kinds: kinds as EventKind[], createdAt: timeText(createdAt), deletedAt: timeText(deletedAt) };
  }
}

export class CreatedWebhookDto extends WebhookDto {
  @ApiProperty({
    example: `whsec_${Buffer.alloc(32, 7).toString('base64')}`,
    description: 'Signs the deliveries, as Standard Webhooks has it. Shown once',
  })
  secret!: string;
}

export class WebhookPageDto extends CursorPage<WebhookDto> {
  @ApiProperty({ type: [WebhookDto], description: 'The webhooks of this page' })
  items!: WebhookDto[];
}

export class WebhookDeliveryDto {
  @ApiProperty({ format: 'uuid', description: 'Id of the delivery, as in the header webhook-id' })
  id!: string;

  @ApiProperty({ example: 'order', description: 'The kind of the event, or "test"' })
  kind!: string;

  @ApiProperty({ format: 'uuid', description: 'The row that it is about; of a test, the webhook' })
  subjectId!: string;

  @ApiTime({ description: 'When the event happened' })
  happenedAt!: string;

  @ApiProperty({
    enum: DELIVERY_STATES,
    enumName: 'DeliveryState',
    description: 'dead: was tried nine times, and is sent again by a replay only',
  })
  state!: DeliveryState;

  @ApiProperty({ type: 'integer', example: 1, description: 'How often it was sent' })
  attempts!: number;

  @ApiTime({ nullable: true, description: 'When it is tried next; null when it is not' })
  nextAttemptAt!: string | null;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    example: 200,
    description: 'The HTTP status of the last answer; null when there was none',
  })
  lastStatus!: number | null;

  @ApiProperty({ type: String, nullable: true, example: null, description: 'Why the last attempt failed' })
  lastError!: string | null;

  @ApiTime({ nullable: true, description: 'When it was answered with a status of 200 to 299' })
  deliveredAt!: string | null;

  static of(delivery: WebhookDeliveryEntity): WebhookDeliveryDto {
    const { id, kind, subjectId, happenedAt, state, attempts, nextAttemptAt, lastStatus, lastError, deliveredAt } = delivery;
    return {
      id,
      kind,
      subjectId,
      happenedAt: timeText(happenedAt),
      state,
      attempts,
      nextAttemptAt: state === 'pending' ? timeText(nextAttemptAt) : null,
      lastStatus,
      lastError,
      deliveredAt: timeText(deliveredAt),
    };
  }
}

export class WebhookDeliveryPageDto extends CursorPage<WebhookDeliveryDto> {
  @ApiProperty({ type: [WebhookDeliveryDto], description: 'The deliveries of this page' })
  items!: WebhookDeliveryDto[];
}
