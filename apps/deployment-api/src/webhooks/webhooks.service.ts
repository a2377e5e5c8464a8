import { CHANNELS, EVENT_KINDS, notify, recordAudit, UserEntity, WebhookDeliveryEntity, WebhookEntity } from '@maxxit/database';
import { CLOCK, ConflictError, ForbiddenError, KEY_VAULT, newId, NotFoundError, type Clock, type KeyVault } from '@maxxit/domain';
import { currentActor, decodeCursor, isPublicHost, newWebhookSecret, toPage, type PageQueryDto, type SignedInUser } from '@maxxit/platform';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource, IsNull, LessThan, type EntityManager } from 'typeorm';
import { AUDIT_ACTOR } from '../audit-actor';
import {
  WebhookDeliveryDto,
  WebhookDto,
  type CreatedWebhookDto,
  type CreateWebhookDto,
  type WebhookDeliveryPageDto,
  type WebhookPageDto,
} from './webhook.dto';

const WEBHOOKS_PER_USER = 10;

/** True where webhooks may go to http and to private addresses: development. */
export const WEBHOOK_PRIVATE_HOSTS = Symbol('WEBHOOK_PRIVATE_HOSTS');

/** Registers where users want to be told of events; the position monitor does the telling. */
@Injectable()
export class WebhooksService {
  constructor(
    private readonly dataSource: DataSource,
    @Inject(KEY_VAULT) private readonly vault: KeyVault,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(WEBHOOK_PRIVATE_HOSTS) private readonly privateHosts: boolean,
  ) {}

  /** Throws ForbiddenError WEBHOOK_URL_NOT_ALLOWED, ConflictError TOO_MANY_WEBHOOKS, RetryableError KEY_SERVICE_UNAVAILABLE. */
  async create({ id: userId }: SignedInUser, { url, kinds = [...EVENT_KINDS] }: CreateWebhookDto): Promise<CreatedWebhookDto> {
    assertAllowed(url, this.privateHosts);
    const at = this.clock.now();
    const secret = newWebhookSecret();
    const id = newId();
    const sealed = await this.vault.seal(id, 1, secret);
    await this.dataSource.transaction(async (manager) => {
      await manager.findOneOrFail(UserEntity, { where: { id: userId }, lock: { mode: 'for_no_key_update' } });
      if ((await manager.countBy(WebhookEntity, { userId, deletedAt: IsNull() })) >= WEBHOOKS_PER_USER)
        throw new ConflictError('TOO_MANY_WEBHOOKS', `You have ${WEBHOOKS_PER_USER} webhooks, and may have no more. Delete one first.`);
      await manager.insert(WebhookEntity, { id, userId, url, kinds, version: 1, createdAt: at, ...sealed });
      const details = { host: new URL(url).host, kinds: kinds.join(', ') };
      await recordAudit(manager, { at, actor: currentActor(AUDIT_ACTOR), action: 'webhook.created', subjectId: id, details });
    });
    return { ...WebhookDto.of(await this.find(this.dataSource.manager, id)), secret };
  }

  async list({ id: userId }: SignedInUser, { limit, cursor }: PageQueryDto): Promise<WebhookPageDto> {
    const rows = await this.dataSource.manager.find(WebhookEntity, {
      where: { userId, ...before(cursor) },
      order: { id: 'DESC' },
      take: limit + 1,
    });
    const { items, nextCursor } = toPage(rows, limit, ({ id }) => [id]);
    return { items: items.map((webhook) => WebhookDto.of(webhook)), nextCursor };
  }

  async delete(id: string): Promise<WebhookDto> {
    const at = this.clock.now();
    return this.dataSource.transaction(async (manager) => {
      const { affected } = await manager.update(WebhookEntity, { id, deletedAt: IsNull() }, { deletedAt: at });
      if (affected === 1)
        await recordAudit(manager, { at, actor: currentActor(AUDIT_ACTOR), action: 'webhook.deleted', subjectId: id, details: {} });
      return WebhookDto.of(await this.find(manager, id));
    });
  }

  /** Throws ConflictError WEBHOOK_DELETED. */
  async test(webhookId: string): Promise<WebhookDeliveryDto> {
    const now = this.clock.now();
    const id = newId();
    return this.dataSource.transaction(async (manager) => {
      await this.find(manager, webhookId, true);
      const event = { kind: 'test', subjectId: webhookId, data: {}, happenedAt: now };
      await manager.insert(WebhookDeliveryEntity, { id, webhookId, ...event });
      await notify(manager, CHANNELS.webhookDelivery);
      return WebhookDeliveryDto.of(await manager.findOneByOrFail(WebhookDeliveryEntity, { id }));
    });
  }

  async deliveries(webhookId: string, { limit, cursor }: PageQueryDto): Promise<WebhookDeliveryPageDto> {
    const { manager } = this.dataSource;
    await this.find(manager, webhookId);
    const rows = await manager.find(WebhookDeliveryEntity, {
      where: { webhookId, ...before(cursor) },
      order: { id: 'DESC' },
      take: limit + 1,
    });
    const { items, nextCursor } = toPage(rows, limit, ({ id }) => [id]);
    return { items: items.map((delivery) => WebhookDeliveryDto.of(delivery)), nextCursor };
  }

  /** Throws NotFoundError WEBHOOK_DELIVERY_NOT_FOUND, ConflictError WEBHOOK_DELETED. */
  async replay(id: string): Promise<WebhookDeliveryDto> {
    return this.dataSource.transaction(async (manager) => {
      const delivery = await manager.findOneBy(WebhookDeliveryEntity, { id });
      if (!delivery) throw new NotFoundError('WEBHOOK_DELIVERY_NOT_FOUND', `There is no webhook delivery ${id}.`);
      await this.find(manager, delivery.webhookId, true);
      await manager.update(
        WebhookDeliveryEntity,
        { id },
        { state: 'pending', attempts: 0, nextAttemptAt: () => 'now()', deliveredAt: null },
      );
      await notify(manager, CHANNELS.webhookDelivery);
      return WebhookDeliveryDto.of(await manager.findOneByOrFail(WebhookDeliveryEntity, { id }));
    });
  }

  private async find(manager: EntityManager, id: string, isUsed = false): Promise<WebhookEntity> {
    const webhook = await manager.findOneBy(WebhookEntity, { id });
    if (!webhook) throw new NotFoundError('WEBHOOK_NOT_FOUND', `There is no webhook ${id}.`);
    if (isUsed && webhook.deletedAt) throw new ConflictError('WEBHOOK_DELETED', 'The webhook was deleted: register another one.');
    return webhook;
  }
}

function before(cursor: string | undefined) {
  return cursor === undefined ? {} : { id: LessThan(decodeCursor(cursor, ['uuid'])[0]) };
}

/** A name that stands for a private address is found when it is connected to. */
function assertAllowed(text: string, privateHosts: boolean): void {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isOpen = url?.protocol === 'https:' && isPublicHost(url.hostname);
  const isMeant = privateHosts && (url?.protocol === 'http:' || url?.protocol === 'https:');
  if (url && (isOpen || isMeant) && url.username === '' && url.password === '') return;
  throw new ForbiddenError(
    'WEBHOOK_URL_NOT_ALLOWED',
    'The URL has to begin with https://, at a public address, and may hold no user name or password.',
  );
}
