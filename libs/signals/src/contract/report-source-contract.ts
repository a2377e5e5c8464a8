import type { ReportSource, SourceReport } from '@maxxit/domain';

/** One way to reports, with the world behind it. */
export interface ReportSourceWorld {
  source: ReportSource;
  feedUrl: string;
  publish(report: SourceReport): void;
  /** A report that nobody can read, for want of a time. */
  publishUnreadable(id: string): void;
  /** From now on it can't be read for a while. */
  fail(): void;
}

const NEW = { etag: null, lastModified: null };
const report = (id: string, time: string, text = 'Long gold'): SourceReport => ({
  sourceId: `https://example.org/${id}`,
  title: `Report ${id}`,
  text,
  publishedAt: new Date(time),
});

/** What every source of reports has to do, whatever is behind it. `make` gives a new, empty world each time. */
export function describeReportSourceContract(name: string, make: () => Promise<ReportSourceWorld>): void {
  describe(`${name}, as a source of reports`, () => {
    let world: ReportSourceWorld;
    beforeEach(async () => (world = await make()));
    const read = () => world.source.reports(world.feedUrl, NEW);

    it('gives nothing when there is nothing', async () => {
      expect(await read()).toMatchObject({ reports: [], malformed: [] });
    });

    it('gives each report whole, with its time in UTC, oldest first', async () => {
      const late = report('b', '2026-01-05T13:00:00Z', 'Long gold & silver.\nStop: 2,300 < the low');
      const early = report('a', '2026-01-05T12:00:00Z');
      world.publish(late);
      world.publish(early);
      expect((await read()).reports).toEqual([early, late]);
    });

    it('gives a report of the same id once', async () => {
      world.publish(report('a', '2026-01-05T12:00:00Z'));
      world.publish(report('a', '2026-01-05T13:00:00Z', 'Short gold'));
      const { reports, malformed } = await read();
      expect([reports.map(({ text }) => text), malformed.length]).toEqual([['Long gold'], 1]);
    });

    it('names what it cannot read, and gives the rest', async () => {
      world.publishUnreadable('x');
      world.publish(report('a', '2026-01-05T12:00:00Z'));
      const { reports, malformed } = await read();
      expect([reports.length, malformed.map(({ why }) => why)]).toEqual([1, [expect.stringContaining('publishedAt')]]);
    });

    it('is to be asked again when it can not be read for a while', async () => {
      world.fail();
      await expect(read()).rejects.toMatchObject({ name: 'RetryableError', code: 'FEED_UNREADABLE' });
    });
  });
}
