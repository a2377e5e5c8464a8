import { ApiKeyEntity, DeploymentEntity, FillEntity, SessionEntity } from '@maxxit/database';
import { Decimal, newId } from '@maxxit/domain';
import { createApiApp, loadConfig, type AppModuleClass } from '@maxxit/platform';
import { createTestDatabase, given, newWallet, TEST_MASTER_KEY, TestTokens, waitFor, type TestDatabase } from '@maxxit/testing';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createParser } from 'eventsource-parser';
import { createServer, request as httpRequest, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { createSiweMessage } from 'viem/siwe';

const APIS = ['agent-api', 'deployment-api', 'signal-api'] as const;
type Api = (typeof APIS)[number];

const USER_LIMIT = 200;
const PUBLIC_LIMIT = 30;
const SIGN_IN_LIMIT = 25;

/** Stands before the instances of an API and gives each request to the next one. */
class RoundRobin {
  private turn = 0;
  private readonly server: Server;

  constructor(private readonly ports: readonly number[]) {
    this.server = createServer((incoming, outgoing) => {
      const port = this.ports[this.turn++ % this.ports.length]!;
      const headers = { ...incoming.headers, 'x-forwarded-for': incoming.headers['x-test-address'] ?? '192.0.2.1' };
      const passed = httpRequest({ host: '127.0.0.1', port, path: incoming.url, method: incoming.method, headers }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, { ...answer.headers, 'x-instance': String(port) });
        answer.pipe(outgoing);
      });
      passed.on('error', () => outgoing.destroy());
      outgoing.on('close', () => passed.destroy());
      incoming.pipe(passed);
    });
  }

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

interface Answer {
  status: number;
  headers: Headers;
  body: { code?: string; detail?: string; [field: string]: unknown };
}

describe('two instances of each API behind a round-robin', () => {
  const apps: NestFastifyApplication[] = [];
  const proxies: RoundRobin[] = [];
  const urls = {} as Record<Api, string>;
  let database: TestDatabase;
  let tokens: TestTokens;

  beforeAll(async () => {
    database = await createTestDatabase();
    tokens = await TestTokens.of(database.dataSource);
    for (const api of APIS) {
      const exported = (await import(path.resolve(`apps/${api}/src/${api}.module`))) as Record<string, AppModuleClass>;
      const AppModule = Object.values(exported).find((value) => value.service === api)!;
      const config = loadConfig(AppModule.settings, {
        DATABASE_URL: await database.urlOf(api),
        DATABASE_POOL_SIZE: '5',
        MASTER_KEY: TEST_MASTER_KEY.toString('base64'),
        TOKEN_MASTER_KEY: TEST_MASTER_KEY.toString('base64'),
        VENUES_HYPERLIQUID: 'service',
        VENUES_OSTIUM: 'service',
        HYPERLIQUID_SERVICE_URL: 'http://127.0.0.1:9/hyperliquid',
        OSTIUM_SERVICE_URL: 'http://127.0.0.1:9/ostium',
        LUNARCRUSH_URL: 'http://127.0.0.1:9/lunarcrush',
        TRUSTED_PROXIES: '1',
        STREAM_HEARTBEAT_MS: '300',
        RATE_LIMIT_USER_PER_MINUTE: String(USER_LIMIT),
        RATE_LIMIT_PUBLIC_PER_MINUTE: String(PUBLIC_LIMIT),
        RATE_LIMIT_SIGN_IN_PER_MINUTE: String(SIGN_IN_LIMIT),
        LOG_LEVEL: 'silent',
      });
      const ports: number[] = [];
      for (let instance = 0; instance < 2; instance++) {
        const app = await createApiApp(AppModule, config);
        await app.listen(0, '127.0.0.1');
        apps.push(app);
        ports.push((app.getHttpServer().address() as AddressInfo).port);
      }
      const proxy = new RoundRobin(ports);
      proxies.push(proxy);
      urls[api] = await proxy.start();
    }
  });

  afterAll(async () => {
    for (const proxy of proxies) await proxy.stop();
    for (const app of apps) await app.close();
    await database.drop();
  });

  async function call(api: Api, method: string, url: string, headers: Record<string, string> = {}, body?: object): Promise<Answer> {
    const response = await fetch(`${urls[api]}${url}`, {
      method,
      headers: { ...headers, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text === '' ? {} : (JSON.parse(text) as Answer['body']) };
  }

  async function ownDeployment(): Promise<{ id: string; userId: string; user: { authorization: string } }> {
    const wallet = newWallet().address;
    const owner = await given(database.dataSource).user({ walletAddress: wallet.toLowerCase() });
    const { id } = await given(database.dataSource).deployment({ userId: owner.id });
    return { id, userId: owner.id, user: await tokens.user('deployment-api', { wallet }) };
  }

  const revisionOf = async (id: string) => (await database.dataSource.manager.findOneByOrFail(DeploymentEntity, { id })).revision;

  describe('Idempotency-Key', () => {
    it('has a write done once, and answered the same at either instance', async () => {
      const { id, user } = await ownDeployment();
      const key = { ...user, 'idempotency-key': 'change-1' };
      const first = await call('deployment-api', 'PUT', `/api/deployments/${id}`, key, { maxOpenPositions: 3, cooldownMinutes: 5 });
      expect(first.status).toBe(200);
      const revision = await revisionOf(id);
      const again = [];
      for (let time = 0; time < 2; time++) {
        again.push(await call('deployment-api', 'PUT', `/api/deployments/${id}`, key, { cooldownMinutes: 5, maxOpenPositions: 3 }));
      }
      expect(new Set([first, ...again].map(({ headers }) => headers.get('x-instance'))).size).toBe(2);
      for (const { status, body, headers } of again) {
        expect({ status, body }).toEqual({ status: first.status, body: first.body });
        expect(headers.get('idempotency-replayed')).toBe('true');
        expect(headers.get('etag')).toBe(first.headers.get('etag'));
      }
      expect(first.headers.get('idempotency-replayed')).toBeNull();
      expect(await revisionOf(id)).toBe(revision);
    });

    it('has requests that come at the same time done once: the others are told to try again, or get the answer', async () => {
      const { id, user } = await ownDeployment();
      const before = await revisionOf(id);
      const key = { ...user, 'idempotency-key': 'at-once' };
      const answers = await Promise.all(
        Array.from({ length: 10 }, () => call('deployment-api', 'PUT', `/api/deployments/${id}`, key, { maxOpenPositions: 2 })),
      );
      const seen = answers.map(({ status, body }) => (status === 200 ? 'done' : `${status} ${body.code}`));
      expect(seen).toContain('done');
      expect(seen.filter((outcome) => outcome !== 'done' && outcome !== '409 IDEMPOTENCY_KEY_IN_PROGRESS')).toEqual([]);
      expect(await revisionOf(id)).toBe(before + 1);
    });

    it('is refused with 409 when it was sent with another body or for another row', async () => {
      const [mine, other] = [await ownDeployment(), await ownDeployment()];
      const key = { ...mine.user, 'idempotency-key': 'reused' };
      await call('deployment-api', 'PUT', `/api/deployments/${mine.id}`, key, { maxOpenPositions: 2 });
      const otherBody = await call('deployment-api', 'PUT', `/api/deployments/${mine.id}`, key, { maxOpenPositions: 4 });
      expect([otherBody.status, otherBody.body.code]).toEqual([409, 'IDEMPOTENCY_KEY_REUSED']);
      const { id } = await given(database.dataSource).deployment({ userId: mine.userId });
      const otherRow = await call('deployment-api', 'PUT', `/api/deployments/${id}`, key, { maxOpenPositions: 2 });
      expect([otherRow.status, otherRow.body.code]).toEqual([409, 'IDEMPOTENCY_KEY_REUSED']);
      // Somebody else may happen upon the same key.
      const theirs = await call(
        'deployment-api',
        'PUT',
        `/api/deployments/${other.id}`,
        { ...other.user, 'idempotency-key': 'reused' },
        { maxOpenPositions: 4 },
      );
      expect(theirs.status).toBe(200);
    });

    it('is free again after a request that failed, after 24 h, and when whoever had it was never heard of again', async () => {
      const { id, user } = await ownDeployment();
      const send = (body: object) => call('deployment-api', 'PUT', `/api/deployments/${id}`, { ...user, 'idempotency-key': 'free' }, body);
      expect((await send({ maxOpenPositions: -1 })).status).toBe(400);
      expect((await send({ maxOpenPositions: 1 })).status).toBe(200);
      expect((await send({ maxOpenPositions: 2 })).status).toBe(409);
      await database.dataSource.query(`UPDATE idempotency_keys SET expires_at = now() - interval '1 second'`);
      expect((await send({ maxOpenPositions: 2 })).status).toBe(200);
      await database.dataSource.query(`UPDATE idempotency_keys SET status = NULL, body = NULL`);
      expect((await send({ maxOpenPositions: 2 })).body.code).toBe('IDEMPOTENCY_KEY_IN_PROGRESS');
      await database.dataSource.query(`UPDATE idempotency_keys SET leased_until = now() - interval '1 second'`);
      expect((await send({ maxOpenPositions: 2 })).status).toBe(200);
    });

    it('of a request for a secret keeps it from being made twice, and the secret from being stored', async () => {
      const user = await tokens.user('agent-api');
      const body = { name: 'mine', scopes: ['agents:read'], expiresInDays: 1 };
      const send = () => call('agent-api', 'POST', '/api/api-keys', { ...user, 'idempotency-key': 'new-api-key' }, body);
      const before = await database.dataSource.manager.count(ApiKeyEntity);
      const made = await send();
      expect(made.status).toBe(201);
      const again = await send();
      expect([again.status, again.body.code]).toEqual([409, 'IDEMPOTENCY_ANSWER_NOT_KEPT']);
      expect(await database.dataSource.manager.count(ApiKeyEntity)).toBe(before + 1);
      const stored = JSON.stringify(await database.dataSource.query('SELECT * FROM idempotency_keys'));
      const secret = Object.values(made.body).find((value) => typeof value === 'string' && value.length > 40) as string;
      expect(secret).toBeTruthy();
      expect(stored).not.toContain(secret);
    });

    it('has to be printable', async () => {
      const { id, user } = await ownDeployment();
      const { status, body } = await call('deployment-api', 'POST', `/api/deployments/${id}/pause`, { ...user, 'idempotency-key': 'a b' });
      expect([status, body.code]).toEqual([400, 'IDEMPOTENCY_KEY_INVALID']);
    });
  });

  describe('If-Match', () => {
    it('lets one of two who read the same deployment change it, and tells the other to read again', async () => {
      const { id, user } = await ownDeployment();
      const etag = (await call('deployment-api', 'GET', `/api/deployments/${id}`, user)).headers.get('etag')!;
      expect(etag).toMatch(/^"\d+-[\w-]+"$/);
      const change = (ifMatch: string, maxOpenPositions: number) =>
        call('deployment-api', 'PUT', `/api/deployments/${id}`, { ...user, 'if-match': ifMatch }, { maxOpenPositions });
      const first = await change(etag, 7);
      expect(first.status).toBe(200);
      expect(first.headers.get('etag')).not.toBe(etag);
      const second = await change(etag, 8);
      expect([second.status, second.body.code]).toEqual([412, 'PRECONDITION_FAILED']);
      expect(second.body.detail).toContain(first.headers.get('etag'));
      expect((await change(`"0", ${first.headers.get('etag')}`, 9)).status).toBe(200);
      expect((await change('*', 10)).status).toBe(200);
      const pause = await call('deployment-api', 'POST', `/api/deployments/${id}/pause`, { ...user, 'if-match': etag });
      expect(pause.status).toBe(412);
    });

    it('guards an agent as well', async () => {
      const wallet = newWallet().address;
      const { id } = await given(database.dataSource).signedAgent({ creatorAddress: wallet.toLowerCase() });
      const user = await tokens.user('agent-api', { wallet });
      const etag = (await call('agent-api', 'GET', `/api/agents/${id}`)).headers.get('etag')!;
      expect((await call('agent-api', 'POST', `/api/agents/${id}/pause`, { ...user, 'if-match': etag })).status).toBe(200);
      expect((await call('agent-api', 'DELETE', `/api/agents/${id}`, { ...user, 'if-match': etag })).status).toBe(412);
    });

    it('is refused where there is nothing to compare it with', async () => {
      const user = await tokens.user('agent-api');
      const { status, body } = await call('agent-api', 'POST', '/api/auth/sign-out', { ...user, 'if-match': '"1"' });
      expect([status, body.code]).toEqual([400, 'IF_MATCH_NOT_TAKEN']);
    });
  });

  describe('rate limits', () => {
    /** Sends one request after the other until one is refused; gives how many were not, and the refusal. */
    async function until429(send: () => Promise<Answer>, most: number): Promise<{ taken: number; refusal: Answer | undefined }> {
      for (let taken = 0; taken <= most; taken++) {
        const answer = await send();
        if (answer.status === 429) return { taken, refusal: answer };
      }
      return { taken: most, refusal: undefined };
    }

    it('count a user over both instances, and say when to come back', async () => {
      const [user, other] = [await tokens.user('signal-api'), await tokens.user('signal-api')];
      const { taken, refusal } = await until429(() => call('signal-api', 'GET', '/api/signals', user), USER_LIMIT + 10);
      expect(taken).toBe(USER_LIMIT);
      expect(refusal).toMatchObject({ status: 429, body: { code: 'RATE_LIMITED', correlationId: expect.any(String) as string } });
      expect(refusal?.headers.get('content-type')).toContain('application/problem+json');
      expect(Number(refusal?.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(Number(refusal?.headers.get('retry-after'))).toBeLessThanOrEqual(60);
      expect(refusal?.headers.get('ratelimit-remaining')).toBe('0');
      const answer = await call('signal-api', 'GET', '/api/signals', other);
      expect([answer.status, answer.headers.get('ratelimit-limit'), answer.headers.get('ratelimit-remaining')]).toEqual([
        200,
        String(USER_LIMIT),
        String(USER_LIMIT - 1),
      ]);
    });

    it('begin anew when the window has ended', async () => {
      const user = await tokens.user('signal-api');
      const send = () => call('signal-api', 'GET', '/api/signals', user);
      await until429(send, USER_LIMIT + 10);
      await database.dataSource.query(`UPDATE rate_limits SET resets_at = now() - interval '1 second'`);
      expect((await send()).status).toBe(200);
    });

    it.each<[string, Api, string, string, number]>([
      ['reading what is public', 'agent-api', 'GET', '/api/agents', PUBLIC_LIMIT],
      ['signing in, more strictly', 'agent-api', 'POST', '/api/auth/nonce', SIGN_IN_LIMIT],
      ['credentials that are not taken', 'deployment-api', 'GET', '/api/deployments', PUBLIC_LIMIT],
    ])('count an IP address when %s', async (_, api, method, url, limit) => {
      const address = { 'x-test-address': `198.51.100.${url.length}` };
      const { taken } = await until429(() => call(api, method, url, address), limit + 10);
      expect(taken).toBe(limit);
      expect((await call(api, method, url, { 'x-test-address': '198.51.100.1' })).status).not.toBe(429);
    });

    it('are not for admins, who have to be able to stop trading', async () => {
      const admin = await tokens.admin('deployment-api');
      const { refusal } = await until429(() => call('deployment-api', 'GET', '/api/kill-switches', admin), USER_LIMIT + 10);
      expect(refusal).toBeUndefined();
    });
  });

  describe('the stream of events', () => {
    interface Event {
      type: string;
      id: string;
      subject: string;
      state: unknown;
    }

    /** Reads the stream in the background, and keeps what came. */
    class Reader {
      readonly events: Event[] = [];
      text = '';
      status = 0;
      isEnded = false;
      instance = '';
      private readonly abort = new AbortController();

      async open(user: Record<string, string>, lastEventId?: string): Promise<this> {
        const response = await fetch(`${urls['deployment-api']}/api/stream`, {
          headers: { ...user, ...(lastEventId !== undefined && { 'last-event-id': lastEventId }) },
          signal: this.abort.signal,
        });
        this.status = response.status;
        this.instance = response.headers.get('x-instance') ?? '';
        void this.read(response.body!);
        return this;
      }

      of(type: string): Event[] {
        return this.events.filter((event) => event.type === type);
      }

      get lastId(): string {
        return this.events.at(-1)!.id;
      }

      close(): void {
        this.abort.abort();
      }

      private async read(body: ReadableStream<Uint8Array>): Promise<void> {
        const parser = createParser({
          onEvent: ({ event = '', id = '', data }) => {
            const parsed = JSON.parse(data) as { id?: string; data?: { state?: unknown } };
            this.events.push({ type: event, id, subject: parsed.id ?? '', state: parsed.data?.state });
          },
        });
        const decoder = new TextDecoder();
        try {
          for await (const chunk of body) {
            const text = decoder.decode(chunk, { stream: true });
            this.text += text;
            parser.feed(text);
          }
        } catch {
          // Closed by the test.
        }
        this.isEnded = true;
      }
    }

    const readers: Reader[] = [];
    /** Until no transaction that is older than what was written runs any more, also of another database: a stream begins with what is not settled. */
    const settled = () =>
      waitFor(
        async () => {
          const [row] = await database.dataSource.query<{ are: boolean }[]>(
            'SELECT coalesce(bool_and(xid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint), true) AS are FROM events',
          );
          return row?.are;
        },
        { timeoutMs: 60_000, what: 'what was written before to be settled' },
      );

    async function openStream(user: Record<string, string>, lastEventId?: string): Promise<Reader> {
      if (lastEventId === undefined) await settled();
      const reader = new Reader();
      readers.push(reader);
      await reader.open(user, lastEventId);
      if (reader.status === 200 && lastEventId === undefined) await waitFor(() => reader.of('ready').length > 0);
      return reader;
    }
    afterEach(() => readers.splice(0).forEach((reader) => reader.close()));

    const addOrder = async (deploymentId: string) => (await given(database.dataSource).order({ deploymentId })).id;

    it('tells its own user, and nobody else, of deployments, signals, orders, fills and positions', async () => {
      const [mine, other] = [await ownDeployment(), await ownDeployment()];
      const [reader, theirs] = [await openStream(mine.user), await openStream(other.user)];
      const position = await given(database.dataSource).position({ deploymentId: mine.id });
      const order = await given(database.dataSource).order({ deploymentId: mine.id, signalId: position.signalId, state: 'filled' });
      const fill = {
        id: newId(),
        venue: position.venue,
        venueFillId: newId(),
        venueOrderId: '1',
        orderId: order.id,
        positionId: position.id,
        side: 'buy' as const,
        price: new Decimal('60000.5'),
        size: new Decimal('0.1'),
        feeUsd: new Decimal('1.25'),
        filledAt: new Date(),
      };
      await database.dataSource.getRepository(FillEntity).insert(fill);
      await call('deployment-api', 'POST', `/api/deployments/${mine.id}/pause`, mine.user);
      await database.dataSource.query('UPDATE positions SET mark_price = 1 WHERE id = $1', [position.id]);
      await addOrder(other.id);
      const seen = () => reader.events.map(({ type, subject, state }) => [type, subject, state]);
      await waitFor(() => reader.of('deployment').length > 0, { what: 'the pause to be told' });
      expect(seen().slice(1)).toEqual([
        ['signal', position.signalId, 'live'],
        ['position', position.id, 'open'],
        ['order', order.id, 'filled'],
        ['fill', fill.id, undefined],
        ['deployment', mine.id, 'paused'],
      ]);
      expect(reader.text).toContain('"price":"60000.5"');
      await waitFor(() => theirs.of('order').length > 0);
      expect(theirs.events.map(({ type }) => type)).toEqual(['ready', 'signal', 'order']);
      expect(reader.instance).not.toBe(theirs.instance);
    });

    it('goes on at the other instance behind the last event, with nothing left out and nothing twice', async () => {
      const { id, user } = await ownDeployment();
      const first = await openStream(user);
      const before = [await addOrder(id), await addOrder(id)];
      await waitFor(() => first.of('order').length === 2);
      const { lastId } = first;
      first.close();
      const meanwhile = [await addOrder(id), await addOrder(id), await addOrder(id)];
      const second = await openStream(user, lastId);
      await waitFor(() => second.of('order').length >= 3);
      const later = await addOrder(id);
      await waitFor(() => second.of('order').length >= 4);
      expect(second.instance).not.toBe(first.instance);
      expect(first.of('order').map(({ subject }) => subject)).toEqual(before);
      expect(second.of('order').map(({ subject }) => subject)).toEqual([...meanwhile, later]);
      expect(second.of('ready')).toEqual([]);
    });

    it('leaves nothing out when a transaction that began earlier ends later', async () => {
      const { id, user } = await ownDeployment();
      const reader = await openStream(user);
      const slow = database.dataSource.createQueryRunner();
      await slow.startTransaction();
      await slow.query('UPDATE deployments SET max_open_positions = 4 WHERE id = $1', [id]);
      const order = await addOrder(id);
      // The order is committed; told of it now, the client would come back behind what the transaction is about to show.
      const { rows } = await readAll(user);
      expect(rows).toEqual([]);
      await slow.commitTransaction();
      await slow.release();
      await waitFor(() => reader.of('order').length > 0);
      expect(reader.events.map(({ type }) => type)).toEqual(['ready', 'deployment', 'signal', 'order']);
      expect(reader.of('order')[0]?.subject).toBe(order);
    });

    /** What a client gets that has been away since the beginning of time that is kept, until nothing more comes. */
    async function readAll(user: Record<string, string>): Promise<{ rows: string[] }> {
      const reader = await openStream(user, `${Date.now()}-0-0`);
      const marker = reader.events.length;
      await waitFor(() => reader.text.includes(': still here'));
      reader.close();
      return {
        rows: reader.events
          .slice(marker)
          .filter(({ type }) => type === 'order')
          .map(({ subject }) => subject),
      };
    }

    it('gives every event once to a client that loses its connection again and again while many are written at once', async () => {
      const deployment = await ownDeployment();
      const written: string[] = [];
      let isWriting = true;
      const writer = async (): Promise<void> => {
        for (let order = 0; order < 8; order++) written.push(await addOrder(deployment.id));
      };
      const writers = Promise.all(Array.from({ length: 5 }, writer)).finally(() => (isWriting = false));
      const seen: Event[] = [];
      let lastId = `${Date.now()}-0-0`;
      while (isWriting || seen.filter(({ type }) => type === 'order').length < written.length) {
        const reader = await openStream(deployment.user, lastId);
        await waitFor(() => reader.events.length > 0);
        reader.close();
        // As a client that stopped reading somewhere in the middle.
        const got = reader.events.slice(0, 1 + (seen.length % 3));
        seen.push(...got);
        lastId = got.at(-1)!.id;
      }
      await writers;
      const orders = seen.filter(({ type }) => type === 'order').map(({ subject }) => subject);
      expect(orders).toHaveLength(40);
      expect(new Set(orders)).toEqual(new Set(written));
    });

    it('says that something is missing to a client that was away for longer than events are kept', async () => {
      const { user } = await ownDeployment();
      const reader = await openStream(user, `${Date.now() - 8 * 86_400_000}-1-1`);
      await waitFor(() => reader.of('gap').length > 0);
    });

    it.each(['1', 'x-y-z', '1-2-99999999999999999999', '1-9223372036854775808-1'])('refuses %s as an id', async (lastEventId) => {
      const { user } = await ownDeployment();
      const answer = await call('deployment-api', 'GET', '/api/stream', { ...user, 'last-event-id': lastEventId });
      expect([answer.status, answer.body.code]).toEqual([400, 'BAD_EVENT_ID']);
    });

    it('ends after a sign-out, and when the access token does', async () => {
      const { user, userId } = await ownDeployment();
      const wallet = newWallet().address;
      const expiring = await tokens.user('deployment-api', { wallet, at: new Date(Date.now() - (15 * 60 - 2) * 1000) });
      const [signedOut, expired] = [await openStream(user), await openStream(expiring)];
      await waitFor(() => expired.isEnded, { what: 'the end of the token' });
      expect(signedOut.isEnded).toBe(false);
      await database.dataSource.query(`UPDATE sessions SET ended_at = now(), end_reason = 'test' WHERE user_id = $1`, [userId]);
      await waitFor(() => signedOut.isEnded, { what: 'the end of the session' });
    });

    it('may be opened ten times by a user at both instances together, and again for each that is closed', async () => {
      const { user } = await ownDeployment();
      const { user: other } = await ownDeployment();
      const opened = [];
      for (let stream = 0; stream < 12; stream++) opened.push(await openStream(user));
      expect(opened.map(({ status }) => status)).toEqual([...Array.from({ length: 10 }, () => 200), 429, 429]);
      expect(new Set(opened.slice(0, 10).map(({ instance }) => instance)).size).toBe(2);
      expect((await openStream(other)).status).toBe(200);
      opened[0]!.close();
      // Whichever of the two is asked.
      await waitFor(async () => (await openStream(user)).status === 200, { what: 'the place of the closed stream' });
      const more = [await openStream(user), await openStream(user)];
      expect(more.map(({ status }) => status)).toEqual([429, 429]);
    });
  });

  it('notices at either instance that a refresh token is used a second time, and ends its session', async () => {
    const wallet = newWallet();
    const address = { 'x-test-address': '203.0.113.7' };
    const { body: issued } = await call('agent-api', 'POST', '/api/auth/nonce', address);
    const message = createSiweMessage({
      address: wallet.address,
      domain: 'localhost:3000',
      uri: 'http://localhost:3000',
      version: '1',
      chainId: 1,
      nonce: issued['nonce'] as string,
      issuedAt: new Date(),
    });
    const signature = await wallet.signMessage({ message });
    const signedIn = await call('agent-api', 'POST', '/api/auth/sign-in', address, { message, signature });
    expect(signedIn.status).toBe(200);
    const refresh = (token: unknown) => call('agent-api', 'POST', '/api/auth/refresh', address, { refreshToken: token });
    const first = signedIn.body['refreshToken'];
    const refreshed = await refresh(first);
    expect(refreshed.status).toBe(200);
    const reused = await refresh(first);
    expect([reused.status, reused.body.code]).toEqual([401, 'REFRESH_TOKEN_REUSED']);
    expect(reused.headers.get('x-instance')).not.toBe(refreshed.headers.get('x-instance'));
    expect((await refresh(refreshed.body['refreshToken'])).status).toBe(401);
    const user = await database.dataSource.query<{ id: string }[]>('SELECT id FROM users WHERE wallet_address = $1', [
      wallet.address.toLowerCase(),
    ]);
    const sessions = await database.dataSource.manager.findBy(SessionEntity, { userId: user[0]!.id });
    expect(sessions.map(({ endReason }) => endReason)).toEqual(['refresh_token_reused']);
    const accessTokens = refreshed.body['accessTokens'] as { agent: string };
    const me = await call('agent-api', 'GET', '/api/auth/me', { ...address, authorization: `Bearer ${accessTokens.agent}` });
    expect(me.status).toBe(401);
  });

  it('tells browsers who may read the answers, and what they may do with them', async () => {
    const ask = (origin: string) =>
      fetch(`${urls['agent-api']}/api/agents`, {
        method: 'OPTIONS',
        headers: { origin, 'access-control-request-method': 'PUT', 'access-control-request-headers': 'if-match,idempotency-key' },
      });
    const allowed = await ask('http://localhost:3000');
    expect(allowed.headers.get('access-control-allow-origin')).toBe('http://localhost:3000');
    expect(allowed.headers.get('access-control-allow-headers')).toMatch(/if-match/i);
    expect((await ask('https://evil.example')).headers.get('access-control-allow-origin')).toBeNull();
    const answer = await call('agent-api', 'GET', '/api/agents');
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'self'");
  });
});
