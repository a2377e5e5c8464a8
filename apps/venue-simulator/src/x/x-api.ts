import type { Reply } from '../service-reply';
import type { ShownPost, XFeed, XUser } from './x-feed';

const WINDOW_MS = 15 * 60_000;
/** X gives no more than this of a timeline. */
const MAX_POSTS = 3200;
/** What is longer is cut in `text` and whole in `note_tweet`. */
const MAX_TEXT = 280;
/** Requests of an app in a window. */
const LIMITS = { usersBy: 300, userByName: 300, timeline: 10_000, posts: 3500 } as const;

export type XQuery = Record<string, string | undefined>;

/**
 * X's own API v2, of what Maxxit asks of it: https://docs.x.com/x-api. Any bearer token is taken. Where its documents are silent: what it cuts
 * of a long post ends with "...", and `exclude=replies` leaves out replies to oneself as well.
 */
export class XApi {
  private readonly used = new Map<string, number>();

  constructor(
    private readonly feed: XFeed,
    private readonly now: () => number,
  ) {}

  /** GET /2/users/by */
  usersBy(authorization: string | undefined, { usernames = '' }: XQuery): Reply {
    return this.answer('usersBy', authorization, () => {
      const names = usernames.split(',');
      if (names.length > 100 || names.some((name) => !/^\w{1,15}$/.test(name))) return invalid('usernames', usernames);
      const users = names.flatMap((name) => this.feed.userByName(name) ?? []);
      const errors = names.filter((name) => !this.feed.userByName(name)).map((name) => userNotFound('usernames', name));
      return list(users.map(userOf), errors);
    });
  }

  /** GET /2/users/by/username/:username */
  userByName(authorization: string | undefined, username: string): Reply {
    return this.answer('userByName', authorization, () => {
      if (!/^\w{1,15}$/.test(username)) return invalid('username', username);
      const user = this.feed.userByName(username);
      return { status: 200, body: user ? { data: userOf(user) } : { errors: [userNotFound('username', username)] } };
    });
  }

  /** GET /2/users/:id/tweets */
  timeline(authorization: string | undefined, userId: string, query: XQuery): Reply {
    return this.answer('timeline', authorization, () => {
      const { max_results = '10', since_id, pagination_token, exclude = '' } = query;
      if (!/^\d{1,3}$/.test(max_results) || Number(max_results) < 5 || Number(max_results) > 100)
        return invalid('max_results', max_results);
      if (since_id !== undefined && !/^\d{1,19}$/.test(since_id)) return invalid('since_id', since_id);
      const before = pagination_token === undefined ? null : idOfToken(pagination_token);
      if (before === undefined) return invalid('pagination_token', pagination_token ?? '');
      const user = this.feed.userById(userId);
      if (!user) return { status: 200, body: { errors: [userNotFound('id', userId)] } };
      const left = this.feed
        .timeline(user)
        .slice(0, MAX_POSTS)
        .filter(({ kind }) => !(exclude.includes('retweets') && kind === 'retweet'))
        .filter(({ kind }) => !(exclude.includes('replies') && (kind === 'reply' || kind === 'thread')))
        .filter(({ id }) => id > BigInt(since_id ?? -1) && (before === null || id < before));
      const page = left.slice(0, Number(max_results));
      const [newest, oldest] = [page[0], page.at(-1)];
      if (!newest || !oldest) return { status: 200, body: { meta: { result_count: 0 } } };
      const meta = {
        result_count: page.length,
        newest_id: newest.id.toString(),
        oldest_id: oldest.id.toString(),
        ...(left.length > page.length && { next_token: tokenOf(oldest.id) }),
      };
      return { status: 200, body: { data: page.map((post) => postOf(post, query)), meta } };
    });
  }

  /** GET /2/tweets */
  posts(authorization: string | undefined, query: XQuery): Reply {
    return this.answer('posts', authorization, () => {
      const ids = (query.ids ?? '').split(',');
      if (ids.length > 100 || ids.some((id) => !/^\d{1,19}$/.test(id))) return invalid('ids', query.ids ?? '');
      const found = ids.flatMap((id) => this.feed.version(id) ?? []);
      const errors = ids
        .filter((id) => !this.feed.version(id))
        .map((id) => ({
          ...notFound('tweet', 'ids', id),
          detail: `Could not find tweet with ids: [${id}].`,
        }));
      return list(
        found.map((post) => postOf(post, query)),
        errors,
      );
    });
  }

  /** Checks the token, counts the request, and adds the headers that say how many are left. */
  private answer(endpoint: keyof typeof LIMITS, authorization: string | undefined, respond: () => Reply): Reply {
    if (!/^Bearer \S+$/.test(authorization ?? '')) return unauthorized();
    const window = Math.floor(this.now() / WINDOW_MS);
    const key = `${endpoint} ${window}`;
    const used = (this.used.get(key) ?? 0) + 1;
    this.used.set(key, used);
    const headers = {
      'x-rate-limit-limit': String(LIMITS[endpoint]),
      'x-rate-limit-remaining': String(Math.max(0, LIMITS[endpoint] - used)),
      'x-rate-limit-reset': String(((window + 1) * WINDOW_MS) / 1000),
    };
    return { ...(used > LIMITS[endpoint] ? rateLimited() : respond()), headers };
  }
}

export function unauthorized(): Reply {
  return { status: 401, body: { title: 'Unauthorized', type: 'about:blank', status: 401, detail: 'Unauthorized' } };
}

export function rateLimited(): Reply {
  return { status: 429, body: { title: 'Too Many Requests', detail: 'Too Many Requests', type: problem('rate-limit-exceeded') } };
}

export function unavailable(detail: string): Reply {
  return { status: 503, body: { title: 'Service Unavailable', detail, type: 'about:blank', status: 503 } };
}

function problem(name: string): string {
  return `https://api.x.com/2/problems/${name}`;
}

function invalid(parameter: string, value: string): Reply {
  return {
    status: 400,
    body: {
      errors: [{ parameters: { [parameter]: [value] }, message: `The \`${parameter}\` query parameter value [${value}] is not valid` }],
      title: 'Invalid Request',
      detail: 'One or more parameters to your request was invalid.',
      type: problem('invalid-request'),
    },
  };
}

function notFound(type: string, parameter: string, value: string) {
  return {
    value,
    parameter,
    resource_id: value,
    resource_type: type,
    title: 'Not Found Error',
    type: problem('resource-not-found'),
  };
}

function userNotFound(parameter: string, value: string) {
  return { ...notFound('user', parameter, value), detail: `Could not find user with ${parameter}: [${value}].` };
}

/** What is empty is left out. */
function list(data: object[], errors: object[]): Reply {
  return { status: 200, body: { ...(data.length > 0 && { data }), ...(errors.length > 0 && { errors }) } };
}

function userOf({ id, username }: XUser) {
  return { id, name: username, username };
}

function postOf({ id, text, at, kind, user, history }: ShownPost, query: XQuery) {
  const wanted = new Set((query['tweet.fields'] ?? '').split(','));
  const type = ({ reply: 'replied_to', thread: 'replied_to', quote: 'quoted', retweet: 'retweeted' } as const)[kind as 'reply'];
  const answered = kind === 'thread' ? user.id : kind === 'reply' ? '1' : undefined;
  return {
    id: id.toString(),
    text: text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT - 3)}...` : text,
    edit_history_tweet_ids: history.map(String),
    ...(wanted.has('created_at') && { created_at: new Date(at).toISOString() }),
    ...(wanted.has('author_id') && { author_id: user.id }),
    ...(wanted.has('note_tweet') && text.length > MAX_TEXT && { note_tweet: { text } }),
    ...(wanted.has('referenced_tweets') && type && { referenced_tweets: [{ type, id: '1' }] }),
    ...(wanted.has('in_reply_to_user_id') && answered && { in_reply_to_user_id: answered }),
  };
}

function tokenOf(id: bigint): string {
  return Buffer.from(id.toString()).toString('base64url');
}

/** Undefined for what is none of our tokens. */
function idOfToken(token: string): bigint | undefined {
  const text = Buffer.from(token, 'base64url').toString();
  return /^\d{1,19}$/.test(text) ? BigInt(text) : undefined;
}
