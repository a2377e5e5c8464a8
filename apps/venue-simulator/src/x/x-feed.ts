import { InvalidRequestError, NotFoundError, type PostKind } from '@maxxit/domain';
import type { Reply } from '../service-reply';

/** Unix ms at which the ids of X begin. */
const SNOWFLAKE_EPOCH = 1_288_834_974_657;

/** A post may be edited for this long. */
const EDIT_WINDOW_MS = 3_600_000;

/** What a post said at one time; each version has an id of its own. */
interface Version {
  id: bigint;
  text: string;
  /** Unix ms */
  at: number;
}

interface Post {
  kind: PostKind;
  /** Oldest first. */
  versions: [Version, ...Version[]];
  deleted: boolean;
}

export interface XUser {
  id: string;
  username: string;
  suspended: boolean;
  posts: Post[];
}

/** A post as a timeline shows it: the version that stands, with the ids of all of them. */
export interface ShownPost extends Version {
  kind: PostKind;
  user: XUser;
  history: bigint[];
}

/** A 64-bit post id of that time: milliseconds since the epoch of X, shifted by 22 bits, and a sequence number. */
export function snowflake(at: number, sequence: number): bigint {
  return (BigInt(Math.floor(at) - SNOWFLAKE_EPOCH) << 22n) | BigInt(sequence & 0x3fffff);
}

/** Python's str() of an aware datetime: "2025-11-08 12:34:56+00:00". */
export function pythonTime(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')}+00:00`;
}

/** The timelines of X, and what the X API Proxy answers about them (docs/contracts/x-api-proxy.yaml). */
export class XFeed {
  private readonly users = new Map<string, XUser>();
  private sequence = 0;

  constructor(private readonly now: () => number) {}

  /** Does nothing when the user exists. */
  createUser(username: string): XUser {
    const key = username.toLowerCase();
    let user = this.users.get(key);
    if (!user) {
      user = { id: String(1_000_000_001 + this.users.size), username, suspended: false, posts: [] };
      this.users.set(key, user);
    }
    return user;
  }

  /** From now on X knows nothing of the user any more. Throws NotFoundError for an unknown one. */
  suspend(username: string): void {
    this.mustFind(username).suspended = true;
  }

  /** Publishes at `publishedAt` (Unix ms; now by default) and returns the post's id. Throws NotFoundError for an unknown user. */
  publish(username: string, text: string, publishedAt: number = this.now(), kind: PostKind = 'post'): string {
    const id = snowflake(publishedAt, this.sequence++);
    this.add(username, { id, text, at: publishedAt }, kind);
    return id.toString();
  }

  /** The same with an id of one's choice. */
  add(username: string, version: Version, kind: PostKind = 'post'): void {
    this.mustFind(username).posts.push({ kind, versions: [version], deleted: false });
  }

  /** Gives a post another text and returns the id of the new version. Throws NotFoundError, and InvalidRequestError after an hour. */
  edit(id: string, text: string): string {
    const post = this.mustFindPost(id);
    if (this.now() - post.versions[0].at > EDIT_WINDOW_MS)
      throw new InvalidRequestError('X_EDIT_TOO_LATE', 'X lets nobody edit a post that is older than an hour.');
    const version = { id: snowflake(this.now(), this.sequence++), text, at: this.now() };
    post.versions.push(version);
    return version.id.toString();
  }

  delete(id: string): void {
    this.mustFindPost(id).deleted = true;
  }

  /** Null for nobody, and for who is suspended. */
  userByName(username: string): XUser | null {
    const user = this.users.get(username.toLowerCase());
    return user && !user.suspended ? user : null;
  }

  userById(id: string): XUser | null {
    return [...this.users.values()].find((user) => user.id === id && !user.suspended) ?? null;
  }

  /** What stands and has been published, newest first. */
  timeline(user: XUser): ShownPost[] {
    return user.posts
      .filter(({ versions, deleted }) => !deleted && versions[0].at <= this.now())
      .map((post) => shown(user, post, post.versions.at(-1) ?? post.versions[0]))
      .sort((a, b) => (a.id < b.id ? 1 : -1));
  }

  /** One version of a post, by its id; null when there is none, or the post was deleted. */
  version(id: string): ShownPost | null {
    for (const user of this.users.values()) {
      for (const post of user.posts) {
        const version = post.versions.find((one) => one.id.toString() === id);
        if (version) return post.deleted || user.suspended || version.at > this.now() ? null : shown(user, post, version);
      }
    }
    return null;
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

  /** The proxy's answer: newest first; `maxResults` and `sinceId` as they stand in the query string. */
  tweets(username: string, maxResults: string | undefined, sinceId: string | undefined): Reply {
    const name = username.replace(/^@/, '');
    if (!/^\w{1,15}$/.test(name)) return { status: 404, body: { error: 'User not found', username } };
    const user = this.userByName(name);
    if (!user) return { status: 404, body: { error: 'User not found', username, count: 0, data: [] } };
    const count = Math.min(/^[+-]?\d+$/.test(maxResults ?? '') ? Number(maxResults) : 10, 100);
    if (count < 5) return upstreamError('400 Bad Request\nThe `max_results` query parameter value is not between 5 and 100');
    if (sinceId && !/^\d{1,19}$/.test(sinceId)) return upstreamError('400 Bad Request\nThe `since_id` query parameter value is not valid');
    const since = sinceId ? BigInt(sinceId) : -1n;
    const data = this.timeline(user)
      .filter(({ id }) => id > since)
      .slice(0, count)
      .map(({ id, text, at }) => ({ id: id.toString(), text, created_at: pythonTime(at), author_id: user.id }));
    return { status: 200, body: { username, count: data.length, data } };
  }

  state() {
    return [...this.users.values()].map(({ id, username, posts }) => ({ id, username, posts: posts.length }));
  }

  private mustFind(username: string): XUser {
    const user = this.users.get(username.replace(/^@/, '').toLowerCase());
    if (!user) throw new NotFoundError('X_USER_NOT_FOUND', `Create the X user ${username} first.`);
    return user;
  }

  private mustFindPost(id: string): Post {
    const posts = [...this.users.values()].flatMap((user) => user.posts);
    const post = posts.find(({ versions }) => versions.some((version) => version.id.toString() === id));
    if (!post) throw new NotFoundError('X_POST_NOT_FOUND', `There is no post ${id}.`);
    return post;
  }
}

function shown(user: XUser, { kind, versions }: Post, version: Version): ShownPost {
  return { ...version, kind, user, history: versions.map(({ id }) => id) };
}

/** An upstream error that the proxy passes on as its own 500, a rate limit among them. */
export function upstreamError(details: string): Reply {
  return { status: 500, body: { error: 'Twitter API error', details } };
}

/** What the proxy makes of an exception of its own. */
export function unexpectedError(details: string): Reply {
  return { status: 500, body: { error: 'An unexpected error occurred', details } };
}
