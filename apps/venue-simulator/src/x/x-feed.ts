import { NotFoundError } from '@maxxit/domain';
import type { Reply } from '../service-reply';

/** Unix ms at which the ids of X begin. */
const SNOWFLAKE_EPOCH = 1_288_834_974_657;

interface Post {
  id: bigint;
  text: string;
  publishedAt: number;
}

interface XUser {
  id: string;
  username: string;
  posts: Post[];
}

/** A 64-bit post id of that time: milliseconds since the epoch of X, shifted by 22 bits, and a sequence number. */
export function snowflake(at: number, sequence: number): bigint {
  return (BigInt(Math.floor(at) - SNOWFLAKE_EPOCH) << 22n) | BigInt(sequence & 0x3fffff);
}

/** Python's str() of an aware datetime: "2025-11-08 12:34:56+00:00". */
export function pythonTime(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')}+00:00`;
}

/** The timelines behind the X API Proxy (docs/contracts/x-api-proxy.yaml), and that proxy's answers. */
export class XFeed {
  private readonly users = new Map<string, XUser>();
  private sequence = 0;

  constructor(private readonly now: () => number) {}

  /** Does nothing when the user exists. */
  createUser(username: string): XUser {
    const key = username.toLowerCase();
    let user = this.users.get(key);
    if (!user) {
      user = { id: String(1_000_000_001 + this.users.size), username, posts: [] };
      this.users.set(key, user);
    }
    return user;
  }

  /** Publishes at `publishedAt` (Unix ms; now by default) and returns the post's id. Throws NotFoundError for an unknown user. */
  publish(username: string, text: string, publishedAt: number = this.now()): string {
    const user = this.users.get(username.replace(/^@/, '').toLowerCase());
    if (!user) throw new NotFoundError('X_USER_NOT_FOUND', `Create the X user ${username} first.`);
    const id = snowflake(publishedAt, this.sequence++);
    user.posts.push({ id, text, publishedAt });
    user.posts.sort((a, b) => (a.id < b.id ? 1 : -1));
    return id.toString();
  }

  health(): Reply {
    return { status: 200, body: { status: 'healthy', service: 'twitter-proxy', game_api_configured: true, client_initialized: true } };
  }

  selfTest(): Reply {
    return {
      status: 200,
      body: {
        message: 'X API proxy',
        game_api_key_configured: true,
        client_initialized: true,
        endpoints: ['/health', '/tweets/<username>', '/test'],
      },
    };
  }

  /** Newest first; `maxResults` and `sinceId` as they stand in the query string. */
  tweets(username: string, maxResults: string | undefined, sinceId: string | undefined): Reply {
    const name = username.replace(/^@/, '');
    if (!/^\w{1,15}$/.test(name)) return { status: 404, body: { error: 'User not found', username } };
    const user = this.users.get(name.toLowerCase());
    if (!user) return { status: 404, body: { error: 'User not found', username, count: 0, data: [] } };
    const count = Math.min(/^[+-]?\d+$/.test(maxResults ?? '') ? Number(maxResults) : 10, 100);
    if (count < 5) return upstreamError('400 Bad Request\nThe `max_results` query parameter value is not between 5 and 100');
    if (sinceId && !/^\d{1,19}$/.test(sinceId)) return upstreamError('400 Bad Request\nThe `since_id` query parameter value is not valid');
    const since = sinceId ? BigInt(sinceId) : -1n;
    const data = user.posts
      .filter((post) => post.publishedAt <= this.now() && post.id > since)
      .slice(0, count)
      .map((post) => ({ id: post.id.toString(), text: post.text, created_at: pythonTime(post.publishedAt), author_id: user.id }));
    return { status: 200, body: { username, count: data.length, data } };
  }

  state() {
    return [...this.users.values()].map(({ id, username, posts }) => ({ id, username, posts: posts.length }));
  }
}

/** An upstream error that the proxy passes on as its own 500, a rate limit among them. */
export function upstreamError(details: string): Reply {
  return { status: 500, body: { error: 'Twitter API error', details } };
}

/** What the proxy makes of an exception of its own. */
export function unexpectedError(details: string): Reply {
  return { status: 500, body: { error: 'An unexpected error occurred', details } };
}
