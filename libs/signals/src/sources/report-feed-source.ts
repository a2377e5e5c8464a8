import {
  errorMessage,
  FatalError,
  RetryableError,
  type FeedValidators,
  type ReportPage,
  type ReportSource,
  type SourceReport,
} from '@maxxit/domain';
import { HttpService } from '@nestjs/axios';
import fs from 'node:fs/promises';
import path from 'node:path';
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import { httpGet, parseJson } from './http-get';
import { agentsFor } from './public-address';
import { readSyndication } from './syndication';

/** The most files of a folder, and reports of a feed, that are read in one go. */
const MAX_REPORTS = 1000;

export interface ReportFeedOptions {
  /** The folder that `folder:` feeds are below; without it there are none. */
  reportsDir: string | undefined;
  timeoutMs: number;
  /** Of one file or one answer. */
  maxBytes: number;
  /** Whether feeds may lie on this machine or in a private network. */
  privateHosts: boolean;
}

const NO_VALIDATORS: FeedValidators = { etag: null, lastModified: null };

const reportSchema = z.object({
  id: z.union([z.string(), z.number()]).transform(String).pipe(z.string().trim().min(1).max(200)),
  title: z.string().trim().min(1).max(500),
  publishedAt: z.iso.datetime({ offset: true }).transform((text) => new Date(text)),
  text: z.string().trim().min(1),
});

type Malformed = ReportPage['malformed'][number];

/**
 * Reports from a folder below REPORTS_DIR (`folder:<name>`, *.json and *.md) or from an http(s) URL that answers with a JSON array, RSS,
 * Atom, RDF or JSON Feed; the formats are in docs/how-to/publish-research-reports.md. A report that can't be read is named and the others are given.
 * Throws RetryableError FEED_UNREADABLE, and FatalError FEED_NOT_ALLOWED, FEED_REFUSED or FEED_BAD_ANSWER.
 */
export class ReportFeedSource implements ReportSource {
  constructor(
    private readonly http: HttpService,
    private readonly options: ReportFeedOptions,
  ) {}

  async reports(feedUrl: string, known: FeedValidators): Promise<ReportPage> {
    const { entries, validators } = feedUrl.startsWith('folder:')
      ? { entries: await this.readFolder(feedUrl.slice('folder:'.length)), validators: NO_VALIDATORS }
      : await this.readUrl(feedUrl, known);
    const reports = new Map<string, SourceReport>();
    const malformed: Malformed[] = [];
    for (const entry of entries) {
      const parsed = reportSchema.safeParse(entry.content);
      if (!parsed.success) {
        malformed.push({
          sourceId: entry.name,
          why: entry.why ?? parsed.error.issues.map(({ path: [field], message }) => `${String(field)}: ${message}`).join('; '),
        });
      } else if (reports.has(parsed.data.id)) {
        malformed.push({ sourceId: parsed.data.id, why: `${entry.name} has the id of another report` });
      } else {
        const { id, title, text, publishedAt } = parsed.data;
        reports.set(id, { sourceId: id, title, text, publishedAt });
      }
    }
    return { reports: [...reports.values()].sort((a, b) => a.publishedAt.getTime() - b.publishedAt.getTime()), malformed, validators };
  }

  private async readUrl(feedUrl: string, known: FeedValidators): Promise<{ entries: Entry[]; validators: FeedValidators }> {
    const url = URL.canParse(feedUrl) ? new URL(feedUrl) : null;
    if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
      throw new FatalError('FEED_NOT_ALLOWED', 'A feed has to be an http or https URL, or folder:<name>.');
    }
    const { timeoutMs, maxBytes, privateHosts } = this.options;
    const answer = await httpGet(
      this.http,
      {
        url: url.href,
        headers: {
          accept:
            'application/json, application/feed+json, application/rss+xml, application/atom+xml, application/xml;q=0.9, text/xml;q=0.9',
          ...(known.etag !== null && { 'if-none-match': known.etag }),
          ...(known.lastModified !== null && { 'if-modified-since': known.lastModified }),
        },
        timeoutMs,
        maxBytes,
        ...(!privateHosts && { agents: agentsFor(url) }),
      },
      'FEED_UNREADABLE',
      'The feed of reports',
    );
    if (answer.status === 304) return { entries: [], validators: known };
    if (answer.status === 429 || answer.status >= 500) {
      throw new RetryableError('FEED_UNREADABLE', `The feed of reports answered ${answer.status}; it is asked again later.`);
    }
    if (answer.status !== 200) throw new FatalError('FEED_REFUSED', `The feed of reports answered ${answer.status}; check its URL.`);
    const items = parseJson(answer.text);
    const contents = Array.isArray(items) ? items : readSyndication(answer.text);
    if (!contents) throw new FatalError('FEED_BAD_ANSWER', 'The feed of reports is no JSON array, RSS, Atom, RDF or JSON Feed.');
    return {
      entries: contents.slice(0, MAX_REPORTS).map((content: unknown, i) => ({ name: `report ${i + 1}`, content })),
      validators: {
        etag: answer.headers.etag?.slice(0, 500) ?? null,
        lastModified: answer.headers['last-modified']?.slice(0, 100) ?? null,
      },
    };
  }

  private async readFolder(name: string): Promise<Entry[]> {
    const folder = await this.folderOf(name);
    const names = (await fs.readdir(folder)).filter((file) => /\.(?:json|md)$/i.test(file)).sort();
    const entries: Entry[] = [];
    for (const file of names.slice(0, MAX_REPORTS)) entries.push(...(await this.readFile(folder, file)));
    return entries;
  }

  /** The folder's real path, once it is sure that it lies below the reports folder: links and ".." may lead nowhere else. */
  private async folderOf(name: string): Promise<string> {
    if (this.options.reportsDir === undefined) {
      throw new FatalError('FEED_NOT_ALLOWED', 'A folder feed needs REPORTS_DIR to be set for the research-signal-worker.');
    }
    try {
      const root = await fs.realpath(this.options.reportsDir);
      const wanted = path.resolve(root, name);
      if (!isBelow(root, wanted)) throw notAllowed();
      const folder = await fs.realpath(wanted);
      if (!isBelow(root, folder)) throw notAllowed();
      return folder;
    } catch (error) {
      if (error instanceof FatalError) throw error;
      throw new RetryableError('FEED_UNREADABLE', `The folder "${name}" below REPORTS_DIR could not be read; check that it exists.`);
    }
  }

  private async readFile(folder: string, name: string): Promise<Entry[]> {
    const unreadable = (why: string): Entry[] => [{ name, content: undefined, why }];
    const file = path.join(folder, name);
    try {
      const stat = await fs.lstat(file);
      if (!stat.isFile()) return unreadable('it is not a plain file');
      if (stat.size > this.options.maxBytes) return unreadable(`it is longer than ${this.options.maxBytes} bytes`);
      const text = await fs.readFile(file, 'utf8');
      if (/\.md$/i.test(name)) return [{ name, content: readMarkdown(text) }];
      const content = JSON.parse(text) as unknown;
      return Array.isArray(content) ? content.map((one: unknown) => ({ name, content: one })) : [{ name, content }];
    } catch (error) {
      return unreadable(errorMessage(error).slice(0, 200));
    }
  }
}

interface Entry {
  /** Names the report to whoever has to repair it. */
  name: string;
  content: unknown;
  why?: string;
}

function isBelow(root: string, folder: string): boolean {
  const relative = path.relative(root, folder);
  return relative !== '' && !relative.startsWith('..') && !path.isAbsolute(relative);
}

function notAllowed(): FatalError {
  return new FatalError('FEED_NOT_ALLOWED', 'A folder feed has to name a folder below REPORTS_DIR.');
}

/** Markdown with YAML between two lines of three dashes before it. */
function readMarkdown(file: string): unknown {
  const match = /^\ufeff?---\r?\n([^]*?)\r?\n---\r?\n([^]*)$/.exec(file);
  if (!match) throw new Error('it has no front matter: id, title and publishedAt between two lines of ---');
  const head: unknown = parseYaml(match[1] ?? '');
  return { ...(typeof head === 'object' ? head : {}), text: match[2] ?? '' };
}
