import type { PostAuthor, PostSource } from '@maxxit/domain';

const FAULTS = {
  rate_limited: ['RetryableError', 'SOURCE_RATE_LIMITED'],
  server_error: ['RetryableError', 'SOURCE_ERROR'],
  silent: ['RetryableError', 'SOURCE_UNREACHABLE'],
  unauthorised: ['FatalError', 'SOURCE_UNAUTHORISED'],
  unknown_user: ['FatalError', 'SOURCE_USER_NOT_FOUND'],
  nonsense: ['FatalError', 'SOURCE_BAD_ANSWER'],
} as const;
export type SourceFault = keyof typeof FAULTS;

/** One way to posts, with the world behind it. */
export interface PostSourceWorld {
  source: PostSource;
  author: PostAuthor;
  /** Publishes as the author: own words, unless `text` begins as a reply or retweet does. */
  publish(id: string, text?: string): void;
  /** An item that nobody can read, with this id. */
  publishUnreadable(id: string): void;
  fault(kind: SourceFault): void;
}

/** What every source of posts has to do, whatever is behind it. `make` gives a new, empty world each time, which can show all but `unshown`. */
export function describePostSourceContract(name: string, make: () => Promise<PostSourceWorld>, unshown: readonly SourceFault[] = []): void {
  describe(`${name}, as a source of posts`, () => {
    let world: PostSourceWorld;
    beforeEach(async () => (world = await make()));
    const posts = (sinceId: string | null) => world.source.newPosts(world.author, sinceId);
    const ids = async (sinceId: string | null) => (await posts(sinceId)).posts.map(({ sourceId }) => sourceId);

    it('gives nothing and no cursor when there is nothing', async () => {
      expect(await posts(null)).toEqual({ posts: [], newestId: null, gap: false, malformed: [] });
      expect((await posts('5')).posts).toEqual([]);
    });

    it('gives what is newer than the cursor, oldest first by the number of the 64-bit id', async () => {
      for (const id of ['999', '9007199254740992', '9007199254740993', '1987654321098765432']) world.publish(id);
      expect(await ids(null)).toEqual(['999', '9007199254740992', '9007199254740993', '1987654321098765432']);
      expect(await ids('9007199254740992')).toEqual(['9007199254740993', '1987654321098765432']);
      expect((await posts('999')).newestId).toBe('1987654321098765432');
    });

    it('gives each post with its author, its whole text and the time in UTC', async () => {
      world.publish('1700000000000000000', 'Long $BTC\nstop 58k 🚀');
      expect((await posts(null)).posts).toEqual([
        {
          sourceId: '1700000000000000000',
          username: world.author.username,
          kind: 'post',
          text: 'Long $BTC\nstop 58k 🚀',
          publishedAt: new Date('2026-01-05T12:00:00Z'),
          edited: false,
        },
      ]);
    });

    it('tells replies to others and continued threads from posts', async () => {
      world.publish('1', '@somebody long $BTC');
      world.publish('2', `@${world.author.username} and the stop is 58k`);
      expect((await posts(null)).posts.map(({ kind }) => kind)).toEqual(['reply', 'thread']);
    });

    it('names what it cannot read, gives the rest, and moves past it', async () => {
      world.publish('1');
      world.publishUnreadable('2');
      const page = await posts(null);
      expect([page.posts.length, page.malformed.map(({ sourceId }) => sourceId), page.newestId]).toEqual([1, ['2'], '2']);
    });

    const faults = (Object.keys(FAULTS) as SourceFault[]).filter((fault) => !unshown.includes(fault));
    it.each(faults.map((fault) => [fault, ...FAULTS[fault]] as const))(
      'when it is %s, throws a %s with the code %s',
      async (fault, error, code) => {
        world.fault(fault);
        await expect(posts('1')).rejects.toMatchObject({ name: error, code });
      },
    );
  });
}
