import { CHANNELS, cursorText, isForgotten, parseCursor, PgListener, presentCursor, readEvents, type EventCursor } from '@maxxit/database';
import { CLOCK, errorMessage, RetryableError, TooManyRequestsError, type Clock } from '@maxxit/domain';
import type { SignedInUser } from '@maxxit/platform';
import { Inject, Injectable, Logger, type MessageEvent, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Observable, type Subscriber } from 'rxjs';
import { DataSource } from 'typeorm';

/** How many streams a user may have open at all instances together. */
const STREAMS_PER_USER = 10;
/** And all users at one. */
const STREAMS_PER_INSTANCE = 1_000;
const PAGE = 200;
/** How soon to look again for an event that waits for a transaction before it, ms. */
const WAITING_MS = 50;
/** What a notification did not tell of is found after this, ms. */
const POLL_MS = 5_000;

export const STREAM_HEARTBEAT_MS = Symbol('STREAM_HEARTBEAT_MS');

/** One open stream: sleeps until it is woken. */
class Connection {
  private wakeUp: (() => void) | undefined;
  private isWoken = false;
  isClosed = false;

  constructor(readonly user: SignedInUser) {}

  wake(): void {
    this.isWoken = true;
    this.wakeUp?.();
  }

  close(): void {
    this.isClosed = true;
    this.wake();
  }

  async sleep(ms: number): Promise<void> {
    if (!this.isWoken) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms);
        this.wakeUp = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.wakeUp = undefined;
    this.isWoken = false;
  }
}

/**
 * What happens to a user's deployments, as server-sent events. All of it is read from the database, behind the place that the stream has
 * come to: whichever instance a client comes back to, it goes on where it was, with nothing left out and nothing twice.
 */
@Injectable()
export class EventStreams implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger(EventStreams.name);
  private readonly connections = new Set<Connection>();
  /** The places of users that are taken here, by name. */
  private readonly places = new Set<string>();
  private isStopping = false;

  constructor(
    private readonly dataSource: DataSource,
    private readonly listener: PgListener,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(STREAM_HEARTBEAT_MS) private readonly heartbeatMs: number,
  ) {}

  onModuleInit(): void {
    this.listener.listen(CHANNELS.userEvent, (userId) => {
      for (const connection of this.connections) if (connection.user.id === userId) connection.wake();
    });
    this.listener.on('gap', () => {
      this.connections.forEach((connection) => connection.wake());
      // The locks went with the connection. A place that somebody else took meanwhile is one stream too many, until one of them ends.
      for (const place of this.places) void this.listener.tryLock(place);
    });
  }

  /** Ends all streams: their clients come back, to another instance. */
  onModuleDestroy(): void {
    this.isStopping = true;
    for (const connection of this.connections) connection.close();
  }

  /**
   * The events behind `lastEventId`, or from now on. Throws InvalidRequestError BAD_EVENT_ID, RetryableError STREAMS_FULL; both at once, while
   * Nest has not begun to answer.
   */
  async open(user: SignedInUser, lastEventId: string | undefined): Promise<Observable<MessageEvent>> {
    const given = lastEventId === undefined ? undefined : parseCursor(lastEventId);
    this.assertRoom();
    const present = await presentCursor(this.dataSource, this.clock.now());
    const isGap = given !== undefined && isForgotten(given, this.clock.now());
    const start = given === undefined || isGap ? present : given;
    return new Observable<MessageEvent>((subscriber) => {
      const connection = new Connection(user);
      this.connections.add(connection);
      // A client that has seen no event yet has to know where to come back to.
      if (given === undefined || isGap) {
        subscriber.next({ type: isGap ? 'gap' : 'ready', id: cursorText(start), data: '{}', retry: 1_000 });
      }
      void this.run(connection, start, subscriber);
      return () => {
        this.connections.delete(connection);
        connection.close();
      };
    });
  }

  private assertRoom(): void {
    if (this.connections.size >= STREAMS_PER_INSTANCE || this.isStopping)
      throw new RetryableError('STREAMS_FULL', 'There is no room for another stream at the moment. Try again in a minute.');
  }

  /**
   * Takes one of the user's places, by a lock that all instances see and that ends with this one; gives what leaves it again. Throws
   * TooManyRequestsError TOO_MANY_STREAMS.
   */
  async takePlace({ id }: SignedInUser): Promise<() => void> {
    for (let place = 0; place < STREAMS_PER_USER; place++) {
      const name = placeName(id, place);
      // A lock is its session's, who may take it twice: what is taken here is known here.
      if (this.places.has(name)) continue;
      this.places.add(name);
      if (await this.listener.tryLock(name)) return () => this.leavePlace(name);
      this.places.delete(name);
    }
    throw new TooManyRequestsError('TOO_MANY_STREAMS', `You have ${STREAMS_PER_USER} streams open, and may have no more. Close one first.`);
  }

  private leavePlace(name: string): void {
    if (this.places.delete(name)) void this.listener.unlock(name);
  }

  private async run(connection: Connection, start: EventCursor, subscriber: Subscriber<MessageEvent>): Promise<void> {
    let cursor = start;
    let heardAt = performance.now();
    try {
      while (!connection.isClosed) {
        const { events, isMore, isWaiting } = await readEvents(this.dataSource, connection.user.id, cursor, PAGE);
        for (const { kind, subjectId, data, at, cursor: behind } of events) {
          subscriber.next({ type: kind, id: cursorText(behind), data: { kind, id: subjectId, at: at.toISOString(), data } });
          cursor = behind;
        }
        if (performance.now() - heardAt >= this.heartbeatMs) {
          if (!(await this.isStillSignedIn(connection.user))) break;
          subscriber.next({ comment: 'still here' });
          heardAt = performance.now();
        }
        const leftMs = this.msLeft(connection.user);
        if (leftMs <= 0) break;
        if (isMore) await nextTurn();
        else await connection.sleep(Math.min(isWaiting ? WAITING_MS : POLL_MS, this.heartbeatMs, leftMs));
      }
    } catch (error) {
      // The client comes back with the last id that it got.
      this.logger.warn({ cause: errorMessage(error) }, 'a stream was ended by an error');
    }
    subscriber.complete();
  }

  private msLeft({ credentialsExpireAt }: SignedInUser): number {
    return credentialsExpireAt === null ? Number.POSITIVE_INFINITY : credentialsExpireAt.getTime() - this.clock.now().getTime();
  }

  /** Whether the user has not signed out since, and the API key was not revoked. */
  private async isStillSignedIn({ sessionId, apiKeyId }: SignedInUser): Promise<boolean> {
    const now = this.clock.now();
    const [row] = await this.dataSource.query<unknown[]>(
      `SELECT 1 FROM sessions WHERE id = $1 AND ended_at IS NULL AND expires_at > $3
       UNION ALL SELECT 1 FROM api_keys WHERE id = $2 AND revoked_at IS NULL AND expires_at > $3`,
      [sessionId, apiKeyId, now],
    );
    return row !== undefined;
  }
}

function placeName(userId: string, place: number): string {
  return `event stream ${place} of ${userId}`;
}
