import type { SourceReport } from '@maxxit/domain';
import { isPublicAddress } from '@maxxit/platform';
import { HttpService } from '@nestjs/axios';
import axios from 'axios';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { HttpDouble } from '../contract/http-double';
import { describeReportSourceContract } from '../contract/report-source-contract';
import { ReportFeedSource } from './report-feed-source';

const NEW = { etag: null, lastModified: null };
const double = new HttpDouble();
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'maxxit-reports-'));
let url: string;

beforeAll(async () => (url = await double.listen()));
beforeEach(() => (double.asked.length = 0));
afterAll(async () => {
  await double.close();
  fs.rmSync(folder, { recursive: true });
});

const source = (privateHosts = true) =>
  new ReportFeedSource(new HttpService(axios.create()), { reportsDir: folder, timeoutMs: 5000, maxBytes: 100_000, privateHosts });

describeReportSourceContract('a folder', async () => {
  const own = fs.mkdtempSync(path.join(folder, 'institute-'));
  let files = 0;
  const write = (content: object) => fs.writeFileSync(path.join(own, `${files++}.json`), JSON.stringify(content));
  return {
    source: source(),
    feedUrl: `folder:${path.basename(own)}`,
    publish: ({ sourceId, ...report }) => write({ ...report, id: sourceId }),
    publishUnreadable: (id) => write({ id, title: 'No time', text: 'Long gold' }),
    fail: () => fs.rmSync(own, { recursive: true }),
  };
});

/** An item of a feed; without a time it can't be read. */
type Item = Omit<SourceReport, 'publishedAt'> & { publishedAt: Date | null };
const xml = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
const when = (time: Date | null, element: (text: Date) => string) => (time ? element(time) : '');

/** Each format as its own specification has it. */
const FORMATS: Record<string, (items: readonly Item[]) => string> = {
  'a JSON array': (items) => JSON.stringify(items.map(({ sourceId, ...item }) => ({ ...item, id: sourceId }))),
  RSS: (items) =>
    `<?xml version="1.0"?><rss version="2.0"><channel><title>F</title><link>https://example.org</link><description>d</description>${items
      .map(
        ({ sourceId, title, text, publishedAt }) =>
          `<item><guid isPermaLink="false">${sourceId}</guid><title>${title}</title><description>${xml(xml(text))}</description>${when(publishedAt, (time) => `<pubDate>${time.toUTCString()}</pubDate>`)}</item>`,
      )
      .join('')}</channel></rss>`,
  Atom: (items) =>
    `<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><id>f</id><title>F</title><updated>2026-01-05T00:00:00Z</updated>${items
      .map(
        ({ sourceId, title, text, publishedAt }) =>
          `<entry><id>${sourceId}</id><title>${title}</title><content type="html">${xml(xml(text))}</content>${when(publishedAt, (time) => `<published>${time.toISOString()}</published>`)}</entry>`,
      )
      .join('')}</feed>`,
  RDF: (items) =>
    `<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://example.org"><title>F</title><link>https://example.org</link><description>d</description></channel>${items
      .map(
        ({ sourceId, title, text, publishedAt }) =>
          `<item rdf:about="${sourceId}"><title>${title}</title><link>${sourceId}</link><description>${xml(xml(text))}</description>${when(publishedAt, (time) => `<dc:date>${time.toISOString()}</dc:date>`)}</item>`,
      )
      .join('')}</rdf:RDF>`,
  'a JSON Feed': (items) =>
    JSON.stringify({
      version: 'https://jsonfeed.org/version/1.1',
      title: 'F',
      items: items.map(({ sourceId, title, text, publishedAt }) => ({
        id: sourceId,
        title,
        content_text: text,
        date_published: publishedAt ?? undefined,
      })),
    }),
};

describe.each(Object.entries(FORMATS))('%s', (name, render) => {
  describeReportSourceContract(name, async () => {
    const items: Item[] = [];
    double.answer = () => ({ status: 200, body: render(items) });
    return {
      source: source(),
      feedUrl: url,
      publish: (report) => items.push(report),
      publishUnreadable: (id) => items.push({ sourceId: id, title: 'No time', text: 'Long gold', publishedAt: null }),
      fail: () => (double.answer = () => ({ status: 503, body: '' })),
    };
  });
});

describe('a feed', () => {
  it('is asked for changes only, by what it said of its version', async () => {
    const seen = { etag: '"v1"', lastModified: 'Mon, 05 Jan 2026 12:00:00 GMT' };
    double.answer = () => ({ status: 200, body: '[]', headers: { etag: seen.etag, 'last-modified': seen.lastModified } });
    expect((await source().reports(url, NEW)).validators).toEqual(seen);
    expect(double.asked[0]?.headers).not.toHaveProperty('if-none-match');
    double.answer = () => ({ status: 304, body: '' });
    expect(await source().reports(url, seen)).toEqual({ reports: [], malformed: [], validators: seen });
    expect(double.asked[1]?.headers).toMatchObject({ 'if-none-match': seen.etag, 'if-modified-since': seen.lastModified });
  });

  it('is read by its words: markup ends lines, and scripts are left out', async () => {
    const html = '<p>Long <b>gold</b></p><script>buy()</script><ul><li>stop 2,300</li></ul>';
    double.answer = () => ({
      status: 200,
      body: `<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>F</title><item><guid>a</guid><title>T</title><pubDate>Mon, 05 Jan 2026 13:00:00 +0100</pubDate><description>short</description><content:encoded><![CDATA[${html}]]></content:encoded></item></channel></rss>`,
    });
    expect((await source().reports(url, NEW)).reports).toEqual([
      { sourceId: 'a', title: 'T', text: 'Long gold\nstop 2,300', publishedAt: new Date('2026-01-05T12:00:00Z') },
    ]);
  });

  it.each([
    'http://127.0.0.1:1/',
    'http://10.1.2.3/',
    'http://169.254.169.254/latest/meta-data',
    'http://2130706433/',
    'http://0x7f.1/',
    'http://[::1]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[fd00::1]/',
  ])('is not read at %s, where nobody but this machine or its neighbours is', async (address) => {
    await expect(source(false).reports(address, NEW)).rejects.toMatchObject({ name: 'FatalError', code: 'FEED_NOT_ALLOWED' });
  });

  it('is not read under a name that stands for such an address, unless that is meant', async () => {
    double.answer = () => ({ status: 200, body: '[]' });
    const named = url.replace('127.0.0.1', 'localhost');
    await expect(source(false).reports(named, NEW)).rejects.toThrow(/PRIVATE_ADDRESS/);
    expect(double.asked).toHaveLength(0);
    expect((await source(true).reports(named, NEW)).reports).toEqual([]);
  });

  it.each([
    ['8.8.8.8', true],
    ['172.15.255.255', true],
    ['172.32.0.0', true],
    ['100.128.0.0', true],
    ['2606:4700:4700::1111', true],
    ['172.16.0.0', false],
    ['172.31.255.255', false],
    ['100.64.0.1', false],
    ['192.168.1.1', false],
    ['224.0.0.1', false],
    ['::', false],
    ['fe80::1', false],
    ['64:ff9b::a00:1', false],
    ['localhost', false],
  ])('takes %s for a public address: %p', (address, expected) => {
    expect(isPublicAddress(address)).toBe(expected);
  });
});
