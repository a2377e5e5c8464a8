import { FatalError, RetryableError, type PostAuthor, type PostPage, type PostSource, type SourcePost } from '@maxxit/domain';
import { HttpService } from '@nestjs/axios';
import { z } from 'zod';
import { httpGetJson, type HttpAnswer } from './http-get';
import { kindOfText } from './post-kind';

/** The most posts that the proxy gives in one answer; it has no second page. */
const PAGE_SIZE = 100;

const MAX_BYTES = 5_000_000;

/** The highest id that fits into 64 bits with a sign, as the database has it. */
const MAX_ID = 2n ** 63n - 1n;

export interface XProxyOptions {
  url: string;
  timeoutMs: number;
}

const pageSchema = z.object({ data: z.array(z.unknown()) });
const itemSchema = z.object({ id: z.string().regex(/^\d{1,19}$/), text: z.string(), created_at: z.string().nullable() });
const errorSchema = z.object({ error: z.string().optional(), details: z.string().optional() });

/**
 * Posts through the X API Proxy (docs/contracts/x-api-proxy.yaml): one page of the newest 100, since the proxy has no more. A full page
 * after the first run may have older posts missing, which is reported as a gap. The proxy tells neither edits (an edited version comes as a
 * post of its own) nor deletions, and only the text shows what is a retweet or a reply.
 * Throws RetryableError SOURCE_UNREACHABLE, SOURCE_RATE_LIMITED (which the proxy hides in a 500) or SOURCE_ERROR, and FatalError
 * SOURCE_USER_NOT_FOUND, SOURCE_UNAUTHORISED, SOURCE_REFUSED or SOURCE_BAD_ANSWER.
 */
export class XProxyPostSource implements PostSource {
  constructor(
    private readonly http: HttpService,
    private readonly options: XProxyOptions,
  ) {}

  async newPosts({ username }: PostAuthor, sinceId: string | null): Promise<PostPage> {
    const answer = await httpGetJson(
      this.http,
      {
        url: `${this.options.url}/tweets/${encodeURIComponent(username)}`,
        params: { max_results: String(PAGE_SIZE), ...(sinceId !== null && { since_id: sinceId }) },
        timeoutMs: this.options.timeoutMs,
        maxBytes: MAX_BYTES,
      },
      'SOURCE_UNREACHABLE',
      'The X API Proxy',
    );
    if (answer.status !== 200) throw refusal(username, answer);
    const page = pageSchema.safeParse(answer.body);
    if (!page.success)
      throw new FatalError('SOURCE_BAD_ANSWER', 'The X API Proxy gave an answer without a list of posts; check its version.');
    return readPage(username, page.data.data, sinceId);
  }
}

function readPage(username: string, items: readonly unknown[], sinceId: string | null): PostPage {
  const posts = new Map<string, SourcePost>();
  const malformed: PostPage['malformed'] = [];
  for (const item of items) {
    const result = readItem(username, item);
    if ('why' in result) malformed.push(result);
    else if (sinceId === null || BigInt(result.sourceId) > BigInt(sinceId)) posts.set(result.sourceId, result);
  }
  const oldestFirst = [...posts.values()].sort((a, b) => (BigInt(a.sourceId) < BigInt(b.sourceId) ? -1 : 1));
  const newestId = [...oldestFirst, ...malformed]
    .flatMap(({ sourceId }) => (sourceId === null ? [] : BigInt(sourceId)))
    .reduce<bigint | null>((highest, id) => (highest === null || id > highest ? id : highest), null);
  return { posts: oldestFirst, newestId: newestId?.toString() ?? null, gap: sinceId !== null && items.length >= PAGE_SIZE, malformed };
}

function readItem(username: string, item: unknown): SourcePost | PostPage['malformed'][number] {
  const parsed = itemSchema.safeParse(item);
  const id = z.object({ id: itemSchema.shape.id }).safeParse(item).data?.id ?? null;
  const sourceId = id !== null && BigInt(id) <= MAX_ID ? BigInt(id).toString() : null;
  if (!parsed.success || sourceId === null) {
    const fields = parsed.error?.issues.map((issue) => issue.path.join('.')).join(', ');
    return { sourceId, why: `unreadable: ${fields ?? 'id'}` };
  }
  const { text } = parsed.data;
  const publishedAt = parsePythonTime(parsed.data.created_at);
  return publishedAt
    ? { sourceId, username, kind: kindOfText(username, text), text, publishedAt, edited: false }
    : { sourceId, why: 'created_at is not a time in UTC' };
}

/** `str()` of an aware Python datetime in UTC, "2025-11-08 12:34:56+00:00"; null for anything else, "None" included. */
export function parsePythonTime(text: string | null): Date | null {
  const match = /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2})(?:\.(\d{3})\d{3})?\+00:00$/.exec(text ?? '');
  if (!match) return null;
  const iso = `${match[1]}T${match[2]}.${match[3] ?? '000'}Z`;
  const time = new Date(iso);
  // 30 February would otherwise become 2 March.
  return !Number.isNaN(time.getTime()) && time.toISOString() === iso ? time : null;
}

function refusal(username: string, { status, body }: HttpAnswer): Error {
  const { error, details } = errorSchema.safeParse(body).data ?? {};
  const said = [error, details].filter(Boolean).join(': ').slice(0, 200) || 'no reason given';
  const message = `The X API Proxy answered ${status} for @${username} (${said})`;
  if (status === 404) return new FatalError('SOURCE_USER_NOT_FOUND', `${message}. Check the account's name.`);
  if (status === 401) return new FatalError('SOURCE_UNAUTHORISED', `${message}. Check the proxy's credential.`);
  if (status === 429 || (status === 500 && /\b429\b/.test(details ?? ''))) {
    return new RetryableError('SOURCE_RATE_LIMITED', `${message}; it is asked again later.`);
  }
  if (status >= 500) return new RetryableError('SOURCE_ERROR', `${message}; it is asked again later.`);
  return new FatalError('SOURCE_REFUSED', `${message}.`);
}
