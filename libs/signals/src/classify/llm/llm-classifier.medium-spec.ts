import { createDataSource, developmentLogins, LlmAnswerEntity, type Service, SourceBudgetEntity } from '@maxxit/database';
import { Decimal } from '@maxxit/domain';
import { createTestDatabase, FakeClock, type TestDatabase } from '@maxxit/testing';
import { Logger } from '@nestjs/common';
import { createHash } from 'node:crypto';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { SourceBudget } from '../../sources/source-budget';
import { OfflineClassifier } from '../offline-classifier';
import { LlmClassifier } from './llm-classifier';
import { makeLlmClient, type LlmClientOptions } from './llm-client';

const KEY = 'sk-test-0123456789abcdef';
const TEXT = 'Long BTC 64000, SL 62500, TP 68000';
const CALL = { symbol: 'BTC', side: 'long', entry: '64000', stopLoss: '62500', takeProfits: ['68000'], leverage: null, confidence: 0.9 };
const ANSWER = { calls: [CALL], reason: 'It says so.' };

interface Asked {
  path: string;
  headers: http.IncomingHttpHeaders;
  body: Record<string, unknown>;
}

/** An endpoint of a vendor on loopback. The shapes are those of the vendors' API references: chat completions, messages. */
class ModelDouble {
  readonly asked: Asked[] = [];
  /** What it answers in turn; the last one for ever. A number is a status; null: nothing. */
  answers: (string | number | null)[] = [JSON.stringify(ANSWER)];
  private readonly server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>;
      this.asked.push({ path: request.url ?? '', headers: request.headers, body });
      const answer = this.answers.length > 1 ? this.answers.shift() : this.answers[0];
      if (answer === null || answer === undefined) return;
      const isMessages = request.url?.endsWith('/messages');
      response.writeHead(typeof answer === 'number' ? answer : 200, { 'content-type': 'application/json' });
      if (typeof answer === 'number') return void response.end(JSON.stringify({ error: { message: `refused ${KEY}` } }));
      response.end(JSON.stringify(isMessages ? messages(answer) : completion(answer)));
    });
  });

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

const completion = (content: string) => ({
  id: 'c1', object: 'chat.completion', created: 1, model: 'm', choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content } }],
  usage: { prompt_tokens: 400, completion_tokens: 100, total_tokens: 500 },
}); // prettier-ignore

const messages = (text: string) => ({
  id: 'm1', type: 'message', role: 'assistant', model: 'm', stop_reason: 'tool_use', stop_sequence: null,
  content: [{ type: 'tool_use', id: 't1', name: 'answer', input: safeJson(text) }], usage: { input_tokens: 400, output_tokens: 100 },
}); // prettier-ignore

function safeJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

describe.each(['openai', 'anthropic'] as const)('LlmClassifier over %s', (provider) => {
  let database: TestDatabase;
  let double: ModelDouble;
  let baseUrl: string;
  const clock = new FakeClock(new Date('2026-11-23T12:00:00Z'));

  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());
  beforeEach(async () => {
    await database.dataSource.query('TRUNCATE llm_answers, source_budgets');
    double = new ModelDouble();
    baseUrl = await double.listen();
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await double.close();
  });

  const classifier = (options: Partial<LlmClientOptions> = {}, dayUsd = '1', dataSource = database.dataSource) =>
    new LlmClassifier(
      new OfflineClassifier(),
      makeLlmClient({ provider, model: 'm', apiKey: KEY, baseUrl, timeoutMs: 5_000, maxOutputTokens: 500, ...options }),
      dataSource,
      new SourceBudget(dataSource, clock, 'llm', {
        dayUsd: new Decimal(dayUsd),
        monthUsd: new Decimal(10),
        monthReads: 100,
      }),
      { inputUsd: new Decimal(5), outputUsd: new Decimal(25), maxOutputTokens: 500 },
    );
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

  it('keeps model, prompt version and the hash of the raw answer', async () => {
    const read = await classifier().classify(TEXT);

    expect(read).toMatchObject({
      model: 'm+offline-rules-5',
      promptVersion: 'calls-1',
      rawHash: sha256(JSON.stringify(ANSWER)),
      refused: [],
    });
    expect(read.calls).toMatchObject([{ symbol: 'BTC', side: 'long', entry: new Decimal(64_000) }]);
  });

  it('asks at temperature 0 where the API has one, for an answer of the schema, with the text as data', async () => {
    await classifier().classify(TEXT);

    const [asked] = double.asked;
    expect(JSON.stringify(asked?.body)).toContain(JSON.stringify(JSON.stringify(TEXT)).slice(1, -1));
    expect(asked?.headers.authorization).toBe(`Bearer ${KEY}`);
    expect(asked?.body).toMatchObject(
      provider === 'openai'
        ? { temperature: 0, response_format: { type: 'json_schema', json_schema: { strict: true } } }
        : { tool_choice: { type: 'tool', name: 'answer' } },
    );
  });

  it('pays for a text once: the process remembers, and so does the database for the others', async () => {
    const first = classifier();
    await first.classify(TEXT);
    await first.classify(TEXT);
    const again = await classifier().classify(TEXT);

    expect(double.asked).toHaveLength(1);
    expect(again.model).toBe('m+offline-rules-5');
    expect(await database.dataSource.getRepository(LlmAnswerEntity).countBy({})).toBe(1);
  });

  it('tells the model once what did not fit', async () => {
    double.answers = ['{"calls": "none"}', JSON.stringify(ANSWER)];

    expect((await classifier().classify(TEXT)).calls).toHaveLength(1);
    expect(JSON.stringify(double.asked[1]?.body)).toContain('does not fit the schema');
  });

  it('leaves it to the rules when the second answer does not fit either, and keeps neither', async () => {
    double.answers = ['{"calls": "none"}'];

    const read = await classifier().classify(TEXT);

    expect(double.asked).toHaveLength(2);
    expect(read).toMatchObject({ model: 'offline-rules-5', refused: [{ code: 'LLM_AWAY' }] });
    expect(read.calls).toHaveLength(1);
    expect(await database.dataSource.getRepository(LlmAnswerEntity).countBy({})).toBe(0);
  });

  it.each<[string, () => Promise<LlmClassifier>]>([
    ['refuses', async () => ((double.answers = [500]), classifier())],
    ['asks to wait', async () => ((double.answers = [429]), classifier())],
    ['does not answer in time', async () => ((double.answers = [null]), classifier({ timeoutMs: 300 }))],
    ['is not there', async () => (await double.close(), (double = new ModelDouble()), classifier())],
  ])('leaves it to the rules when the model %s, without a word of the key', async (_, make) => {
    const logged = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);

    const read = await (await make()).classify(TEXT);

    expect(read).toMatchObject({ model: 'offline-rules-5', refused: [{ code: 'LLM_AWAY' }] });
    expect(JSON.stringify([read, logged.mock.calls])).not.toContain(KEY);
    if (!double.asked.length) await double.listen();
  });

  it('asks nothing when the budget of the day leaves no room', async () => {
    const read = await classifier({}, '0.001').classify(TEXT);

    expect(double.asked).toEqual([]);
    expect(read.refused).toMatchObject([{ code: 'LLM_AWAY', why: expect.stringContaining('SOURCE_BUDGET_EXHAUSTED') as string }]);
  });

  it('counts what was used, not what was reserved', async () => {
    await classifier().classify(TEXT);

    // 400 tokens at 5 USD and 100 at 25 USD a million: 0.002 + 0.0025.
    const row = await database.dataSource.getRepository(SourceBudgetEntity).findOneByOrFail({ source: 'llm' });
    expect(row.dayUsd).toEqual(new Decimal('0.0045'));
  });

  it.each<Service>(['tweet-ingestion-worker', 'research-signal-worker', 'signal-api'])('asks it with the rights of %s', async (service) => {
    const urls = await developmentLogins(database.url, [service]);
    const dataSource = await createDataSource(urls[service] ?? '').initialize();
    try {
      expect(await classifier({}, '1', dataSource).classify(TEXT)).toMatchObject({ model: 'm+offline-rules-5' });
    } finally {
      await dataSource.destroy();
    }
  });

  it('pays nothing for a text that no answer could make a trade of', async () => {
    const read = await classifier().classify('Long ВТС 64000, SL 62500, TP 68000');

    expect(read).toMatchObject({ calls: [], refused: [{ code: 'LOOK_ALIKE_LETTERS' }] });
    expect(double.asked).toEqual([]);
  });
});
