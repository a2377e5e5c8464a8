import { createTestDatabase, FakeClock, type TestDatabase } from '@maxxit/testing';
import { HttpService } from '@nestjs/axios';
import { Logger } from '@nestjs/common';
import axios from 'axios';
import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { LunarCrushSource } from './lunarcrush-source';
import { ReportFeedSource } from './report-feed-source';
import { XProxyPostSource } from './x-proxy-post-source';

interface Asked {
  url: string;
  authorization: string | undefined;
}

let url: string;
let server: http.Server;
let asked: Asked[];
/** What the server says next. */
let answer: { status: number; body: unknown };

beforeAll(async () => {
  Logger.overrideLogger(false);
  server = http.createServer((request, response) => {
    asked.push({ url: request.url ?? '', authorization: request.headers.authorization });
    if (answer.status === 0) return;
    response.writeHead(answer.status, { 'content-type': 'application/json' });
    response.end(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

beforeEach(() => {
  asked = [];
  answer = { status: 200, body: {} };
});

afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const httpService = () => new HttpService(axios.create());
const ALICE = { username: 'alice', userId: null };
const NEW = { etag: null, lastModified: null };

describe('XProxyPostSource', () => {
  const source = (timeoutMs = 5000) => new XProxyPostSource(httpService(), { url, timeoutMs });
  const post = (id: string, values: object = {}) => ({
    id,
    text: `post ${id}`,
    created_at: '2025-11-08 12:34:56+00:00',
    author_id: '1',
    ...values,
  });

  it('asks for a full page of what is newer than the cursor, and nothing about a cursor on the first run', async () => {
    answer.body = { username: 'alice', count: 0, data: [] };
    await source().newPosts(ALICE, null);
    await source().newPosts(ALICE, '9007199254740993');
    expect(asked.map((request) => request.url)).toEqual([
      '/tweets/alice?max_results=100',
      '/tweets/alice?max_results=100&since_id=9007199254740993',
    ]);
  });

  it('gives posts oldest first by the number of their 64-bit id, not by its text', async () => {
    const ids = ['9007199254740993', '9007199254740992', '999', '1987654321098765432'];
    answer.body = { username: 'alice', count: 4, data: ids.map((id) => post(id)) };
    const page = await source().newPosts(ALICE, null);
    expect(page.posts.map(({ sourceId }) => sourceId)).toEqual(['999', '9007199254740992', '9007199254740993', '1987654321098765432']);
    expect(page.posts[0]).toEqual({
      sourceId: '999',
      username: 'alice',
      kind: 'post',
      text: 'post 999',
      publishedAt: new Date('2025-11-08T12:34:56Z'),
      edited: false,
    });
  });

  it('leaves out what is not newer than the cursor', async () => {
    answer.body = { data: [post('9007199254740993'), post('9007199254740992')] };
    const page = await source().newPosts(ALICE, '9007199254740992');
    expect(page.posts.map(({ sourceId }) => sourceId)).toEqual(['9007199254740993']);
  });

  it('reports a gap for a full page, except on the first run', async () => {
    const data = Array.from({ length: 100 }, (_, i) => post(String(1000 + i)));
    answer.body = { count: 100, data };
    expect((await source().newPosts(ALICE, '1')).gap).toBe(true);
    expect((await source().newPosts(ALICE, null)).gap).toBe(false);
    answer.body = { count: 99, data: data.slice(1) };
    expect((await source().newPosts(ALICE, '1')).gap).toBe(false);
  });

  it('names what it cannot read and gives the rest', async () => {
    const odd = [
      post('7', { created_at: 'None' }),
      post('8', { created_at: null }),
      post('9', { created_at: '2025-02-30 00:00:00+00:00' }),
    ];
    const worse = [post('10', { text: 5 }), { id: 11 }, null, post('99999999999999999999')];
    answer.body = {
      data: [
        ...odd,
        ...worse,
        post('12', { created_at: '2025-11-08 12:34:56.123456+00:00' }),
        post('13', { created_at: '2025-11-08T12:34:56Z' }),
      ],
    };
    const page = await source().newPosts(ALICE, null);
    expect(page.posts.map(({ sourceId, publishedAt }) => [sourceId, publishedAt.toISOString()])).toEqual([
      ['12', '2025-11-08T12:34:56.123Z'],
    ]);
    expect(page.malformed.map(({ sourceId }) => sourceId)).toEqual(['7', '8', '9', '10', null, null, null, '13']);
  });

  it.each([
    [404, { error: 'User not found', username: 'alice' }, 'FatalError', 'SOURCE_USER_NOT_FOUND'],
    [401, { error: 'Unauthorized', details: '401 Unauthorized' }, 'FatalError', 'SOURCE_UNAUTHORISED'],
    [500, { error: 'Twitter API error', details: '429 Too Many Requests' }, 'RetryableError', 'SOURCE_RATE_LIMITED'],
    [500, { error: 'An unexpected error occurred', details: 'x' }, 'RetryableError', 'SOURCE_ERROR'],
    [502, '<html>', 'RetryableError', 'SOURCE_ERROR'],
    [400, {}, 'FatalError', 'SOURCE_REFUSED'],
    [200, '<html>', 'FatalError', 'SOURCE_BAD_ANSWER'],
    [200, { data: 'none' }, 'FatalError', 'SOURCE_BAD_ANSWER'],
  ])('answers a %i with %j by %s %s', async (status, body, name, code) => {
    answer = { status, body };
    await expect(source().newPosts(ALICE, null)).rejects.toMatchObject({ name, code });
  });

  it('gives up on a proxy that does not answer in time, or at all', async () => {
    answer.status = 0;
    await expect(source(50).newPosts(ALICE, null)).rejects.toMatchObject({ name: 'RetryableError', code: 'SOURCE_UNREACHABLE' });
    const closed = new XProxyPostSource(httpService(), { url: 'http://127.0.0.1:1', timeoutMs: 5000 });
    await expect(closed.newPosts(ALICE, null)).rejects.toMatchObject({ name: 'RetryableError', code: 'SOURCE_UNREACHABLE' });
  });
});

describe('ReportFeedSource', () => {
  let folder: string;
  const report = (id: string, publishedAt = '2026-01-05T12:00:00Z') => ({ id, title: `Report ${id}`, publishedAt, text: 'Long gold' });
  const source = (maxBytes = 100_000) =>
    new ReportFeedSource(httpService(), { reportsDir: path.join(folder, 'reports'), timeoutMs: 5000, maxBytes, privateHosts: true });
  const write = (name: string, content: string | object) =>
    fs.writeFileSync(path.join(folder, 'reports', 'macro', name), typeof content === 'string' ? content : JSON.stringify(content));

  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'maxxit-reports-'));
    fs.mkdirSync(path.join(folder, 'reports', 'macro'), { recursive: true });
    fs.mkdirSync(path.join(folder, 'private'));
    fs.writeFileSync(path.join(folder, 'private', 'secret.json'), JSON.stringify(report('secret')));
  });
  afterEach(() => fs.rmSync(folder, { recursive: true }));

  it('reads JSON reports, lists of them, and markdown with front matter, oldest first', async () => {
    write('a.json', report('a', '2026-01-05T14:00:00+01:00'));
    write('b.json', [report('b1', '2026-01-05T12:00:00Z'), report('b2', '2026-01-05T12:30:00Z')]);
    write('c.md', '---\nid: c\ntitle: Copper outlook\npublishedAt: 2026-01-05T11:00:00Z\n---\n# Copper\n\nLong copper.\n');
    write('notes.txt', 'nothing');
    const { reports, malformed } = await source().reports('folder:macro', NEW);
    expect(reports.map(({ sourceId }) => sourceId)).toEqual(['c', 'b1', 'b2', 'a']);
    expect(reports[0]).toEqual({
      sourceId: 'c',
      title: 'Copper outlook',
      text: '# Copper\n\nLong copper.',
      publishedAt: new Date('2026-01-05T11:00:00Z'),
    });
    expect(malformed).toEqual([]);
  });

  it('names files that it cannot read and gives the rest', async () => {
    write('a.json', report('a'));
    write('broken.json', '{');
    write('bare.md', '# No front matter');
    write('early.json', { ...report('early'), publishedAt: 'yesterday' });
    write('zero.json', { ...report('zero'), text: ' ' });
    write('long.json', { ...report('long'), text: 'x'.repeat(2000) });
    write('twice.json', report('a'));
    fs.symlinkSync(path.join(folder, 'private', 'secret.json'), path.join(folder, 'reports', 'macro', 'link.json'));
    const { reports, malformed } = await source(1000).reports('folder:macro', NEW);
    expect(reports.map(({ sourceId }) => sourceId)).toEqual(['a']);
    expect(malformed.map(({ sourceId }) => sourceId).sort()).toEqual([
      'a',
      'bare.md',
      'broken.json',
      'early.json',
      'link.json',
      'long.json',
      'zero.json',
    ]);
  });

  it('reads nothing outside of the reports folder', async () => {
    fs.symlinkSync(path.join(folder, 'private'), path.join(folder, 'reports', 'link'));
    for (const name of ['../private', 'macro/../../private', path.join(folder, 'private'), 'link', '', '.']) {
      await expect(source().reports(`folder:${name}`, NEW)).rejects.toMatchObject({ name: 'FatalError', code: 'FEED_NOT_ALLOWED' });
    }
  });

  it('tries a folder that is not there again, and refuses folders without a REPORTS_DIR', async () => {
    await expect(source().reports('folder:absent', NEW)).rejects.toMatchObject({ name: 'RetryableError', code: 'FEED_UNREADABLE' });
    const without = new ReportFeedSource(httpService(), { reportsDir: undefined, timeoutMs: 5000, maxBytes: 1000, privateHosts: true });
    await expect(without.reports('folder:macro', NEW)).rejects.toMatchObject({ code: 'FEED_NOT_ALLOWED' });
  });

  it('reads a JSON array from a URL', async () => {
    answer.body = [report('b', '2026-01-05T13:00:00Z'), { id: 1 }, report('a')];
    const page = await source().reports(`${url}/feed`, NEW);
    expect(page.reports.map(({ sourceId }) => sourceId)).toEqual(['a', 'b']);
    expect(page.malformed.map(({ sourceId }) => sourceId)).toEqual(['report 2']);
  });

  it.each([
    [503, [], 'FEED_UNREADABLE'],
    [302, [], 'FEED_REFUSED'],
    [404, [], 'FEED_REFUSED'],
    [200, { reports: [] }, 'FEED_BAD_ANSWER'],
    [200, [{ text: 'x'.repeat(200_000) }], 'FEED_UNREADABLE'],
  ])('refuses an answer of %i', async (status, body, code) => {
    answer = { status, body };
    await expect(source().reports(url, NEW)).rejects.toMatchObject({ code });
  });

  it.each(['file:///etc/passwd', 'ftp://example.org/x', 'nonsense'])('refuses the feed %s', async (feed) => {
    await expect(source().reports(feed, NEW)).rejects.toMatchObject({ name: 'FatalError', code: 'FEED_NOT_ALLOWED' });
  });
});

describe('LunarCrushSource', () => {
  const clock = new FakeClock();
  let database: TestDatabase;
  beforeAll(async () => (database = await createTestDatabase()));
  beforeEach(() => database.dataSource.query('DELETE FROM social_lists'));
  afterAll(() => database.drop());

  const source = () =>
    new LunarCrushSource(httpService(), database.dataSource, clock, { url, key: 'the-key', intervalMs: 60_000, timeoutMs: 5000 });
  const btc = {
    id: 1,
    symbol: 'BTC',
    market_cap_rank: 1,
    galaxy_score: 39.9,
    alt_rank: 212,
    sentiment: 73,
    percent_change_24h: -3.9039,
    social_volume_24h: 1000,
  };

  it('reads one list for all symbols and takes the coin with the best market-cap rank', async () => {
    answer.body = {
      data: [
        { ...btc, id: 2, market_cap_rank: 4321, galaxy_score: 1 },
        btc,
        { ...btc, id: 3, market_cap_rank: null },
        { symbol: 'ETH', id: 4 },
        null,
      ],
    };
    const social = source();
    const [first] = await Promise.all([social.forSymbol('BTC'), social.forSymbol('ETH'), social.forSymbol('SOL')]);
    expect(first).toEqual({
      symbol: 'BTC',
      galaxyScore: 39.9,
      sentiment: 0.73,
      socialVolumeChangePct: null,
      priceChange24hPct: -3.9039,
      altRank: 212,
      marketRank: 1,
    });
    expect(await social.forSymbol('eth')).toMatchObject({ symbol: 'ETH', galaxyScore: null, sentiment: null });
    expect(await social.forSymbol('SOL')).toBeNull();
    expect(asked).toHaveLength(1);
  });

  it('sends the key in the header and nowhere else', async () => {
    answer.body = { data: [] };
    await source().forSymbol('BTC');
    expect(asked[0]?.authorization).toBe('Bearer the-key');
    expect(asked[0]?.url).not.toContain('the-key');
  });

  it('computes the change of the social volume against the list before', async () => {
    const social = source();
    answer.body = { data: [btc] };
    await social.forSymbol('BTC');
    clock.advance(60_000);
    answer.body = { data: [{ ...btc, social_volume_24h: 1250 }] };
    expect(await social.forSymbol('BTC')).toMatchObject({ socialVolumeChangePct: 25 });
    expect(asked).toHaveLength(2);
  });

  it('reads the list once an interval for all processes, and shows each of them the change since the one before', async () => {
    answer.body = { data: [btc] };
    await Promise.all([source(), source(), source()].map((social) => social.forSymbol('BTC')));
    expect(await source().forSymbol('BTC')).toMatchObject({ galaxyScore: 39.9 });
    expect(asked).toHaveLength(1);
    clock.advance(60_000);
    answer.body = { data: [{ ...btc, social_volume_24h: 500 }] };
    const [first, second] = [source(), source()];
    await first.forSymbol('BTC');
    expect(await second.forSymbol('BTC')).toMatchObject({ socialVolumeChangePct: -50 });
    expect(asked).toHaveLength(2);
  });

  it('goes on with the last list while the next is being read or fails, for one more interval', async () => {
    const social = source();
    answer.body = { data: [btc] };
    await social.forSymbol('BTC');
    answer = { status: 500, body: {} };
    clock.advance(119_999);
    expect(await social.forSymbol('BTC')).toMatchObject({ galaxyScore: 39.9 });
    clock.advance(1);
    expect(await social.forSymbol('BTC')).toBeNull();
  });

  it('keeps nothing of what is read for a dry run', async () => {
    answer.body = { data: [btc] };
    expect(await source().forSymbol('BTC', { readOnly: true })).toMatchObject({ symbol: 'BTC' });
    expect(await database.dataSource.query('SELECT id FROM social_lists')).toEqual([]);
  });

  it.each([
    [401, {}],
    [429, {}],
    [500, {}],
    [200, '<html>'],
    [200, { data: 'none' }],
  ])('has no data after a %i, and does not ask again at once', async (status, body) => {
    answer = { status, body };
    const social = source();
    expect(await social.forSymbol('BTC')).toBeNull();
    expect(await social.forSymbol('ETH')).toBeNull();
    expect(asked).toHaveLength(1);
  });
});
