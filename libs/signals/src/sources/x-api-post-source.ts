import {
  Decimal,
  FatalError,
  RetryableError,
  type PostAuthor,
  type PostChange,
  type PostKind,
  type PostPage,
  type PostSource,
  type RequestBudget,
  type SourcePost,
} from '@maxxit/domain';
import { faultPoint } from '@maxxit/platform';
import { HttpService } from '@nestjs/axios';
import { z } from 'zod';
import { httpGetJson, type HttpAnswer } from './http-get';
import type { SourceBudget } from './source-budget';

/** X charges by what it returns: https://docs.x.com/x-api/getting-started/pricing */
const POST_USD = new Decimal('0.005');
const USER_USD = new Decimal('0.01');

/** X gives no more than this of a timeline, whatever its pages: https://docs.x.com/x-api/posts/timelines/introduction */
const MAX_POSTS = 3200;

/** X limits how often each endpoint is asked in a window, and says with every answer what is left: https://docs.x.com/x-api/fundamentals/rate-limits */
type Endpoint = 'user' | 'timeline' | 'posts';

/** Posts that one question about changes may name. */
const MAX_LOOKUP = 100;

const MAX_BYTES = 10_000_000;

/** Unix ms at which the ids of X begin. */
const SNOWFLAKE_EPOCH_MS = 1_288_834_974_657n;

const POST_FIELDS = 'created_at,note_tweet,referenced_tweets,in_reply_to_user_id,edit_history_tweet_ids';

export interface XApiOptions {
  url: string;
  /** The app's bearer token: goes into the Authorization header and nowhere else. */
  token: string;
  timeoutMs: number;
  /** Posts of a page, 5..100. */
  pageSize: number;
}

const ID = z.string().regex(/^\d{1,19}$/);
const postSchema = z.object({
  id: ID,
  text: z.string(),
  created_at: z.iso.datetime({ offset: true }),
  note_tweet: z.object({ text: z.string() }).partial().optional(),
  edit_history_tweet_ids: z.array(ID).optional(),
  in_reply_to_user_id: z.string().optional(),
  referenced_tweets: z.array(z.object({ type: z.string() })).optional(),
});
type XPost = z.infer<typeof postSchema>;
const problemSchema = z.object({
  title: z.string().optional(),
  detail: z.string().optional(),
  type: z.string().optional(),
  resource_id: z.string().optional(),
});
const answerSchema = z.object({
  data: z.unknown().optional(),
  errors: z.array(problemSchema).optional(),
  meta: z.object({ next_token: z.string().optional(), result_count: z.number().optional() }).optional(),
});
type Answer = z.infer<typeof answerSchema>;

/**
 * Posts through X's own API v2, paid by what is read. All pages of what is newer than the cursor, and nothing is given before the last of
 * them is there: X shows the newest first, and a part would leave a hole. Retweets are not asked for, since nobody trades on them.
 * Throws RetryableError SOURCE_UNREACHABLE, SOURCE_ERROR, SOURCE_RATE_LIMITED, SOURCE_USAGE_CAPPED or SOURCE_BUDGET_EXHAUSTED (the last
 * three with `details.retryAt`), and FatalError SOURCE_USER_NOT_FOUND, SOURCE_PROTECTED, SOURCE_UNAUTHORISED, SOURCE_REFUSED or
 * SOURCE_BAD_ANSWER.
 */
export class XApiPostSource implements PostSource {
  constructor(
    private readonly http: HttpService,
    private readonly budget: SourceBudget,
    private readonly limits: RequestBudget,
    private readonly options: XApiOptions,
  ) {}

  async resolve(username: string): Promise<string> {
    const answer = await this.paid('user', 1, USER_USD, 0, `users/by/username/${encodeURIComponent(username)}`, {}, `@${username}`);
    const user = z.object({ id: ID }).safeParse(answer.data);
    if (user.success) return user.data.id;
    throw problemOf(answer, `@${username}`) ?? badAnswer();
  }

  async newPosts({ username, userId }: PostAuthor, sinceId: string | null): Promise<PostPage> {
    const id = userId ?? (await this.resolve(username));
    const { pageSize } = this.options;
    const items: unknown[] = [];
    const malformed: PostPage['malformed'] = [];
    let next: string | undefined;
    do {
      const answer = await this.paid(
        'timeline',
        pageSize,
        POST_USD,
        pageSize,
        `users/${id}/tweets`,
        {
          max_results: String(pageSize),
          exclude: 'retweets',
          'tweet.fields': POST_FIELDS,
          ...(sinceId !== null && { since_id: sinceId }),
          ...(next !== undefined && { pagination_token: next }),
        },
        `@${username}`,
      );
      const page = listOf(answer);
      const problem = page.length === 0 ? problemOf(answer, `@${username}`) : null;
      if (problem) throw problem;
      items.push(...page);
      faultPoint('ingest.page-read');
      for (const { resource_id, title, detail } of answer.errors ?? []) {
        malformed.push({ sourceId: ID.safeParse(resource_id).data ?? null, why: `X left it out: ${detail ?? title ?? 'no reason given'}` });
      }
      next = answer.meta?.next_token;
    } while (next !== undefined && sinceId !== null && items.length < MAX_POSTS);
    return { ...readItems(username, id, items, malformed, sinceId), gap: sinceId !== null && items.length >= MAX_POSTS };
  }

  async changes(sourceIds: readonly string[]): Promise<PostChange[]> {
    const asked = sourceIds.slice(0, MAX_LOOKUP);
    if (asked.length === 0) return [];
    const { posts, errors } = await this.lookUp(asked);
    const changes: PostChange[] = errors
      .filter(({ type, resource_id }) => type?.endsWith('/resource-not-found') && asked.includes(resource_id ?? ''))
      .map(({ resource_id = '' }) => ({ sourceId: resource_id, kind: 'deleted' }));
    // X answers with the version that was asked for: the one that stands is the last of its history.
    const latest = new Map(
      posts.flatMap(({ id, edit_history_tweet_ids: [...ids] = [] }) => (ids.length > 1 ? [[ids.at(-1) ?? id, id]] : [])),
    );
    if (latest.size > 0) {
      for (const post of (await this.lookUp([...latest.keys()])).posts) {
        changes.push({ sourceId: latest.get(post.id) ?? post.id, kind: 'edited', text: textOf(post) });
      }
    }
    return changes;
  }

  private async lookUp(ids: readonly string[]): Promise<{ posts: XPost[]; errors: z.infer<typeof problemSchema>[] }> {
    const query = { ids: ids.join(','), 'tweet.fields': POST_FIELDS };
    const answer = await this.paid('posts', ids.length, POST_USD, ids.length, 'tweets', query, 'posts');
    return { posts: listOf(answer).flatMap((item) => postSchema.safeParse(item).data ?? []), errors: answer.errors ?? [] };
  }

  /** Asks once the budget has room for `most` items at that price, and gives back what X did not return. */
  private async paid(
    endpoint: Endpoint,
    most: number,
    price: Decimal,
    reads: number,
    path: string,
    params: Record<string, string>,
    about: string,
  ): Promise<Answer> {
    await this.budget.reserve({ usd: price.times(most), reads });
    let returned = 0;
    try {
      const answer = await this.ask(endpoint, path, params, about);
      returned = Array.isArray(answer.data) ? answer.data.length : answer.data === undefined ? 0 : 1;
      return answer;
    } finally {
      await this.budget.refund({ usd: price.times(most - returned), reads: Math.max(0, reads - returned) });
    }
  }

  private async ask(endpoint: Endpoint, path: string, params: Record<string, string>, about: string): Promise<Answer> {
    const { url, token, timeoutMs } = this.options;
    await this.turn(endpoint);
    const answer = await httpGetJson(
      this.http,
      { url: `${url}/2/${path}`, params, headers: { authorization: `Bearer ${token}` }, timeoutMs, maxBytes: MAX_BYTES },
      'SOURCE_UNREACHABLE',
      'X',
    );
    await this.note(endpoint, answer);
    if (answer.status !== 200) throw await this.refusal(answer, about);
    const parsed = answerSchema.safeParse(answer.body);
    if (!parsed.success) throw badAnswer();
    return parsed.data;
  }

  /** Waits within what X allows of the endpoint, which all processes share. */
  private async turn(endpoint: Endpoint): Promise<void> {
    try {
      await this.limits.take({ scope: scopeOf(endpoint), weight: 1, priority: 'read' });
    } catch (error) {
      if (!(error instanceof RetryableError)) throw error;
      throw new RetryableError('SOURCE_RATE_LIMITED', `X is not asked (${endpoint}) before its limit is reset.`, error.details);
    }
  }

  /** What X says of the limit of the endpoint: nothing is left of it after a 429. */
  private async note(endpoint: Endpoint, { status, headers }: HttpAnswer): Promise<void> {
    const [cap, left, reset] = ['limit', 'remaining', 'reset'].map((name) => Number(headers[`x-rate-limit-${name}`]));
    if (!reset || !(reset > 0)) return;
    const isKnown = cap !== undefined && left !== undefined && cap > 0 && left >= 0;
    if (!isKnown && status !== 429) return;
    const allowance = isKnown && status !== 429 ? { used: Math.max(0, cap - left), cap } : { used: 1, cap: 1 };
    await this.limits.learn(scopeOf(endpoint), { ...allowance, resetsAt: new Date(reset * 1000) });
  }

  private async refusal({ status, body, headers }: HttpAnswer, about: string): Promise<Error> {
    const { type, title, detail } = problemSchema.safeParse(body).data ?? {};
    const message = `X answered ${status} for ${about} (${(detail ?? title ?? 'no reason given').slice(0, 200)})`;
    if (status === 429 && type?.endsWith('/usage-capped')) {
      const retryAt = await this.budget.pauseUntilNextMonth();
      return new RetryableError('SOURCE_USAGE_CAPPED', `${message}; nothing is asked before the next month.`, { retryAt });
    }
    if (status === 429) {
      const reset = Number(headers['x-rate-limit-reset']);
      const retryAt = Number.isFinite(reset) && reset > 0 ? { retryAt: new Date(reset * 1000) } : {};
      return new RetryableError('SOURCE_RATE_LIMITED', `${message}; it is asked again later.`, retryAt);
    }
    if (status === 401) return new FatalError('SOURCE_UNAUTHORISED', `${message}. Check X_API_TOKEN.`);
    if (status === 404) return new FatalError('SOURCE_USER_NOT_FOUND', `${message}. Check the account's name.`);
    if (status >= 500) return new RetryableError('SOURCE_ERROR', `${message}; it is asked again later.`);
    return new FatalError('SOURCE_REFUSED', `${message}.`);
  }
}

function scopeOf(endpoint: Endpoint): string {
  return `x-api/${endpoint}`;
}

function listOf({ data }: Answer): unknown[] {
  if (data === undefined) return [];
  if (Array.isArray(data)) return data;
  throw badAnswer();
}

function badAnswer(): FatalError {
  return new FatalError('SOURCE_BAD_ANSWER', 'X gave an answer that can not be read; the API may have changed.');
}

/** What an answer without data says about the account: it is gone, suspended or protected. */
function problemOf({ errors }: Answer, about: string): FatalError | null {
  const [first] = errors ?? [];
  if (!first) return null;
  const why = first.detail ?? first.title ?? 'no reason given';
  if (first.type?.endsWith('/not-authorized-for-resource')) {
    return new FatalError('SOURCE_PROTECTED', `X shows nothing of ${about}: ${why} Follow another account, or this one once it is public.`);
  }
  return new FatalError('SOURCE_USER_NOT_FOUND', `X does not know ${about} or has suspended it: ${why}`);
}

function readItems(
  username: string,
  userId: string,
  items: readonly unknown[],
  malformed: PostPage['malformed'],
  sinceId: string | null,
): Omit<PostPage, 'gap'> {
  const posts = new Map<string, SourcePost>();
  let newest: bigint | null = null;
  for (const item of items) {
    const id = z.object({ id: ID }).safeParse(item).data?.id ?? null;
    if (id !== null && (newest === null || BigInt(id) > newest)) newest = BigInt(id);
    const parsed = postSchema.safeParse(item);
    if (!parsed.success) {
      malformed.push({ sourceId: id, why: `unreadable: ${parsed.error.issues.map(({ path }) => path.join('.')).join(', ')}` });
    } else if (sinceId === null || BigInt(parsed.data.id) > BigInt(sinceId)) {
      const post = postOf(username, userId, parsed.data);
      // Newest first: what is there already is the later version.
      if (!posts.has(post.sourceId)) posts.set(post.sourceId, post);
    }
  }
  const oldestFirst = [...posts.values()].sort((a, b) => (BigInt(a.sourceId) < BigInt(b.sourceId) ? -1 : 1));
  return { posts: oldestFirst, newestId: newest?.toString() ?? null, malformed };
}

function postOf(username: string, userId: string, post: XPost): SourcePost {
  const [first = post.id] = post.edit_history_tweet_ids ?? [];
  const edited = first !== post.id;
  return {
    sourceId: first,
    username,
    kind: kindOf(userId, post),
    text: textOf(post),
    // An edited post is as old as its first version: an edit makes nothing new.
    publishedAt: edited ? new Date(Number((BigInt(first) >> 22n) + SNOWFLAKE_EPOCH_MS)) : new Date(post.created_at),
    edited,
  };
}

/** A long post's text is cut in `text` and whole in its note. */
function textOf({ text, note_tweet }: XPost): string {
  return note_tweet?.text ?? text;
}

function kindOf(userId: string, { referenced_tweets = [], in_reply_to_user_id }: XPost): PostKind {
  const types = referenced_tweets.map(({ type }) => type);
  if (types.includes('retweeted')) return 'retweet';
  if (types.includes('replied_to')) return in_reply_to_user_id === userId ? 'thread' : 'reply';
  return types.includes('quoted') ? 'quote' : 'post';
}
