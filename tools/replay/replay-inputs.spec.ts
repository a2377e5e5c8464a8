import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { readAgent, readCandles, readPosts } from './replay-inputs';

describe('the files of a replay', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'maxxit-replay-'));
  afterAll(() => fs.rmSync(folder, { recursive: true }));
  const file = (name: string, content: string | Buffer) => {
    fs.writeFileSync(path.join(folder, name), content);
    return path.join(folder, name);
  };

  describe('candles', () => {
    const csv = [
      'timestamp,open,high,low,close,volume',
      '2021-12-31 23:01:00.000000,46319.0,46385.0,46319.0,46377.0,2300413.7',
      '2021-12-31 23:02:00.000000,46377.0,46411.0,46377.0,46411.5,1829623.1',
    ].join('\n');

    it('close one interval after their timestamp, which is UTC, and are of the symbol that the name begins with', () => {
      const { symbol, intervalMs, candles } = readCandles(file('btc-perp-1m.csv', csv.replace('46411.5', '46400.5')));
      expect([symbol, intervalMs]).toEqual(['BTC', 60_000]);
      expect(candles.map(({ close, closedAt }) => [close.toFixed(), closedAt.toISOString()])).toEqual([
        ['46377', '2021-12-31T23:02:00.000Z'],
        ['46400.5', '2021-12-31T23:03:00.000Z'],
      ]);
    });

    it('may be compressed, and named otherwise', () => {
      const compressed = file('x.csv.gz', gzipSync(csv.replace('46411.5', '46411')));
      expect(readCandles(`EUR/USD=${compressed}`)).toMatchObject({ symbol: 'EUR/USD', candles: { length: 2 } });
    });

    it.each([
      ['a price outside of low and high', csv, 'line 3: low and high do not enclose open and close'],
      ['a price that is none', csv.replace('46319.0,46385.0', 'NaN,46385.0'), 'line 2: open is not a price above 0'],
      ['times that go back', csv.replace('46411.5', '46411').replace('23:02', '23:01'), 'line 3: timestamps have to increase'],
      ['no candle', 'timestamp,open,high,low,close', 'there is no candle in it'],
    ])('are refused with %s', (_what, content, message) => {
      expect(() => readCandles(file('btc.csv', content))).toThrow(message);
    });
  });

  describe('posts', () => {
    const line = (values: object) =>
      JSON.stringify({ id: '7', username: '@Alice', text: 'gm', publishedAt: '2026-01-05T12:00:00Z', ...values });

    it('are put in the order of their publication', () => {
      const posts = readPosts(file('posts.jsonl', `${line({})}\n\n${line({ id: 6, publishedAt: '2026-01-05T12:59:00+01:00' })}\n`));
      expect(posts.map(({ id, username, publishedAt }) => [id, username, publishedAt.toISOString()])).toEqual([
        ['6', 'alice', '2026-01-05T11:59:00.000Z'],
        ['7', 'alice', '2026-01-05T12:00:00.000Z'],
      ]);
    });

    it.each([
      ['no JSON', 'gm', 'line 1: not JSON'],
      ['an id that is no number', line({ id: 'a' }), 'line 1: id is not a whole number'],
      ['a time without a zone', line({ publishedAt: '2026-01-05 12:00' }), 'line 1: publishedAt is not an ISO time'],
      ['an id twice', `${line({})}\n${line({})}`, 'line 2: the id 7 is there twice'],
    ])('are refused with %s', (_what, content, message) => {
      expect(() => readPosts(file('posts.jsonl', content))).toThrow(message);
    });
  });

  describe('an agent', () => {
    it('has what it does not say by default', () => {
      expect(readAgent(file('agent.yaml', 'name: A\naccounts:\n  - username: "@Alice"\n'))).toMatchObject({
        riskPreset: 'moderate',
        accounts: [{ username: 'alice' }],
        deployment: { maxOpenPositions: 5 },
      });
    });

    it('is refused with all that is wrong, unknown names among it', () => {
      const content = 'name: A\nriskPreset: wild\naccounts: []\ndeployment: { leverage: 3 }\n';
      expect(() => readAgent(file('agent.yaml', content))).toThrow(/riskPreset .*accounts .*deployment .*"leverage"/);
    });

    it('is refused when it is not there', () => {
      expect(() => readAgent(path.join(folder, 'none.yaml'))).toThrow("can't be read");
    });
  });
});
