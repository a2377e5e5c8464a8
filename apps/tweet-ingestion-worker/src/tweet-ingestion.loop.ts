import { CHANNELS, PgListener } from '@maxxit/database';
import { errorCode, errorMessage } from '@maxxit/domain';
import { Metrics, withLogContext, WorkerLoop } from '@maxxit/platform';
import { PostIngestion, SignalsService } from '@maxxit/signals';
import { Inject, Injectable, Logger, type OnModuleInit } from '@nestjs/common';

export const INTERVAL_MS = Symbol('INTERVAL_MS');

/** The most posts that one tick reads; what is left is the next tick's. */
const POSTS_PER_TICK = 500;

/** Ends what has expired, stores what followed accounts published, and reads it. */
@Injectable()
export class TweetIngestionLoop extends WorkerLoop implements OnModuleInit {
  private readonly logger = new Logger(TweetIngestionLoop.name);

  constructor(
    @Inject(INTERVAL_MS) intervalMs: number,
    private readonly ingestion: PostIngestion,
    private readonly signals: SignalsService,
    private readonly listener: PgListener,
    private readonly metrics: Metrics,
  ) {
    super('tweet-ingestion', intervalMs);
  }

  onModuleInit(): void {
    this.listener.listen(CHANNELS.postStored, () => this.wake());
    this.listener.on('gap', () => this.wake());
  }

  async tick(): Promise<void> {
    await this.signals.expire();
    while (!this.stopping && (await this.ingestion.pollNext())) this.beat();
    await this.ingestion.checkChanges();
    for (const postId of await this.signals.unreadPosts(POSTS_PER_TICK)) {
      if (this.stopping) return;
      await withLogContext({ postId }, () => this.read(postId));
      this.beat();
    }
  }

  /** A post that can't be read now stays unread and is tried again with the next tick. */
  private async read(postId: string): Promise<void> {
    try {
      await this.signals.readPost(postId);
    } catch (error) {
      this.metrics.errors.inc({ code: errorCode(error) });
      this.logger.warn({ code: errorCode(error), cause: errorMessage(error) }, 'a post could not be read; it is tried again');
    }
  }
}
