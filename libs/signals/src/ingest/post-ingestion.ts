import { CHANNELS, notify, PostEntity } from '@maxxit/database';
import { CLOCK, POST_SOURCE, type Clock, type PostPage, type PostSource } from '@maxxit/domain';
import { faultPoint, withLogContext } from '@maxxit/platform';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { POLL_RULES, type PollRules } from '../signals.options';
import { backOff, leaseDueSource, nextPollAt, type LeasedSource } from './source-poll';

interface DueAccount extends LeasedSource {
  username: string;
  sinceId: string | null;
}

/** Fetches what followed X accounts published and stores it, once. */
@Injectable()
export class PostIngestion {
  private readonly logger = new Logger(PostIngestion.name);

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
        page = await this.source.newPosts(account.username, account.sinceId);
      } catch (error) {
        await backOff(this.dataSource, 'x_accounts', account, this.rules, this.clock.now(), error, this.logger);
        return;
      }
      faultPoint('ingest.fetched');
      await this.store(account, page, askedAt);
    });
    return true;
  }

  /** Posts and cursor in one transaction; the cursor only ever moves forward. */
  private async store(account: DueAccount, page: PostPage, askedAt: Date): Promise<void> {
    for (const { sourceId, why } of page.malformed) this.logger.warn({ code: 'MALFORMED_POST', sourceId, why }, 'a post could not be read');
    if (page.gap) this.logger.warn({ code: 'SOURCE_GAP', posts: page.posts.length }, 'the page is full: older posts may be missing');
    const highestId = [...page.posts, ...page.malformed]
      .flatMap(({ sourceId }) => (sourceId === null ? [] : BigInt(sourceId)))
      .reduce<bigint | null>((highest, id) => (highest === null || id > highest ? id : highest), null);
    await this.dataSource.transaction(async (manager) => {
      if (page.posts.length > 0) {
        await manager
          .createQueryBuilder()
          .insert()
          .into(PostEntity)
          .values(
            page.posts.map(({ sourceId, text, publishedAt }) => ({ xAccountId: account.id, sourceId, text: storable(text), publishedAt })),
          )
          .orIgnore()
          .execute();
      }
      faultPoint('ingest.posts-inserted');
      await manager.query(
        `UPDATE x_accounts SET since_id = greatest(since_id, $2::bigint), failures = 0, polled_at = $3, next_poll_at = $4,
           gap_at = CASE WHEN $5 THEN $3 ELSE gap_at END
         WHERE id = $1`,
        [account.id, highestId?.toString() ?? null, askedAt, nextPollAt(askedAt, this.rules), page.gap],
      );
      faultPoint('ingest.cursor-moved');
      if (page.posts.length > 0) await notify(manager, CHANNELS.postStored);
    });
    faultPoint('ingest.stored');
    if (page.posts.length > 0) this.logger.log({ posts: page.posts.length, highestId: highestId?.toString() }, 'posts stored');
  }
}

/** PostgreSQL's text holds everything but the character 0. */
export function storable(text: string): string {
  return text.replaceAll('\u0000', '\ufffd');
}
