import { CHANNELS, notify } from '@maxxit/database';
import { CLOCK, POST_SOURCE, type Clock, type PostPage, type PostSource } from '@maxxit/domain';
import { faultPoint, withLogContext } from '@maxxit/platform';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { withdrawSignals } from '../create-signals/withdraw-signals';
import { POLL_RULES, type PollRules } from '../signals.options';
import { backOff, leaseDueSource, nextPollAt, type LeasedSource } from './source-poll';

interface DueAccount extends LeasedSource {
  username: string;
  userId: string | null;
  sinceId: string | null;
}

/** The most posts that one question about changes names. */
const CHANGES_LIMIT = 100;

/** Fetches what followed X accounts published and stores it, once. */
@Injectable()
export class PostIngestion {
  private readonly logger = new Logger(PostIngestion.name);
  private changesAskedAt = -Infinity;

  constructor(
    private readonly dataSource: DataSource,
    @Inject(POST_SOURCE) private readonly source: PostSource,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(POLL_RULES) private readonly rules: PollRules,
  ) {}

  /** Polls one account that is due; false when none is. A failure of the source is noted with a pause and not thrown. */
  async pollNext(): Promise<boolean> {
    const askedAt = this.clock.now();
    const account = await leaseDueSource<DueAccount>(this.dataSource, 'x_accounts', askedAt, this.rules.leaseMs);
    if (!account) return false;
    faultPoint('ingest.leased');
    await withLogContext({ xAccountId: account.id, username: account.username }, async () => {
      let page: PostPage;
      try {
        page = await this.source.newPosts({ ...account, userId: await this.userIdOf(account) }, account.sinceId);
      } catch (error) {
        await backOff(this.dataSource, 'x_accounts', account, this.rules, this.clock.now(), error, this.logger);
        return;
      }
      faultPoint('ingest.fetched');
      await this.store(account, page, askedAt);
    });
    return true;
  }

  /**
   * Asks the source, once an interval, what became of posts whose signals are still live. One that was deleted, or edited to say something
   * else, takes back the orders that were not sent. A failure of the source is logged and not thrown.
   */
  async checkChanges(): Promise<void> {
    const now = this.clock.now();
    if (!this.source.changes || now.getTime() - this.changesAskedAt < this.rules.intervalMs) return;
    this.changesAskedAt = now.getTime();
    const live = await this.dataSource.query<{ sourceId: string }[]>(
      `SELECT DISTINCT p.source_id AS "sourceId" FROM signals s JOIN posts p ON p.source_id::text = s.source_id
       WHERE s.source_kind = 'post' AND s.state = 'live' AND s.expires_at > $1 AND p.deleted_at IS NULL ORDER BY p.source_id DESC LIMIT $2`,
      [now, CHANGES_LIMIT],
    );
    if (live.length === 0) return;
    try {
      const changes = await this.source.changes(live.map(({ sourceId }) => sourceId));
      await this.dataSource.transaction(async (manager) => {
        for (const change of changes) {
          if (change.kind === 'edited') await this.edit(manager, change.sourceId, change.text, now);
          else await this.delete(manager, change.sourceId, now);
        }
      });
    } catch (error) {
      this.logger.warn({ err: error }, 'the source could not be asked what became of posts');
    }
  }

  /** X's id of the account, asked for once and kept for ever, since each question is paid for. */
  private async userIdOf({ id, username, userId }: DueAccount): Promise<string | null> {
    if (userId !== null || !this.source.resolve) return userId;
    const resolved = await this.source.resolve(username);
    faultPoint('ingest.resolved');
    await this.dataSource.query('UPDATE x_accounts SET x_user_id = $2 WHERE id = $1', [id, resolved]);
    return resolved;
  }

  /** Posts and cursor in one transaction; the cursor only ever moves forward. */
  private async store(account: DueAccount, page: PostPage, askedAt: Date): Promise<void> {
    for (const { sourceId, why } of page.malformed) this.logger.warn({ code: 'MALFORMED_POST', sourceId, why }, 'a post could not be read');
    if (page.gap) this.logger.warn({ code: 'SOURCE_GAP', posts: page.posts.length }, 'the page is full: older posts may be missing');
    await this.dataSource.transaction(async (manager) => {
      // One statement for all of them: PostgreSQL takes no more than 65,535 parameters.
      await manager.query(
        `INSERT INTO posts (x_account_id, source_id, kind, text, published_at, edited_at)
         SELECT $1, source_id::bigint, kind, text, published_at::timestamptz, CASE WHEN edited THEN $3::timestamptz END
         FROM jsonb_to_recordset($2::jsonb) AS p (source_id text, kind text, text text, published_at text, edited boolean)
         ORDER BY source_id::bigint
         ON CONFLICT (source_id) DO NOTHING`,
        [account.id, JSON.stringify(page.posts.map((post) => rowOf(post))), askedAt],
      );
      faultPoint('ingest.posts-inserted');
      for (const { sourceId, text, edited } of page.posts) if (edited) await this.edit(manager, sourceId, text, askedAt);
      await manager.query(
        `UPDATE x_accounts SET since_id = greatest(since_id, $2::bigint), failures = 0, polled_at = $3, next_poll_at = $4,
           gap_at = CASE WHEN $5 THEN $3 ELSE gap_at END
         WHERE id = $1`,
        [account.id, page.newestId, askedAt, nextPollAt(askedAt, this.rules), page.gap],
      );
      faultPoint('ingest.cursor-moved');
      if (page.posts.length > 0) await notify(manager, CHANNELS.postStored);
    });
    faultPoint('ingest.stored');
    if (page.posts.length > 0) this.logger.log({ posts: page.posts.length, newestId: page.newestId }, 'posts stored');
  }

  /** Before a post is read the edit takes the place of its text; after that it is kept beside it, and takes back what was not sent. */
  private async edit(manager: EntityManager, sourceId: string, newText: string, now: Date): Promise<void> {
    const rows = await manager.query<{ read: boolean }[]>(
      `WITH edited AS (
         UPDATE posts SET edited_at = $3, text = CASE WHEN read_at IS NULL THEN $2 ELSE text END,
           edited_text = CASE WHEN read_at IS NULL THEN NULL ELSE $2 END
         WHERE source_id = $1 AND coalesce(edited_text, text) <> $2 RETURNING read_at IS NOT NULL AS read
       )
       SELECT read FROM edited`,
      [sourceId, storable(newText), now],
    );
    if (!rows[0]?.read) return;
    const signals = await withdrawSignals(manager, sourceId, 'POST_EDITED', 'its author edited the post', now);
    this.logger.log({ sourceId, signals }, 'a post was edited after it was read');
  }

  private async delete(manager: EntityManager, sourceId: string, now: Date): Promise<void> {
    await manager.query('UPDATE posts SET deleted_at = coalesce(deleted_at, $2) WHERE source_id = $1', [sourceId, now]);
    const signals = await withdrawSignals(manager, sourceId, 'POST_DELETED', 'its author deleted the post', now);
    this.logger.log({ sourceId, signals }, 'a post was deleted');
  }
}

function rowOf({ sourceId, kind, text, publishedAt, edited }: PostPage['posts'][number]): Record<string, unknown> {
  return { source_id: sourceId, kind, text: storable(text), published_at: publishedAt.toISOString(), edited };
}

/** PostgreSQL's text holds everything but the character 0, and no half of a surrogate pair. */
export function storable(text: string): string {
  return text.replace(/\u0000|\p{Surrogate}/gu, '\ufffd');
}
