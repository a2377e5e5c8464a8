import { CHANNELS, notify, ReportEntity } from '@maxxit/database';
import {
  CLOCK,
  REPORT_SOURCE,
  type Clock,
  type FeedValidators,
  type ReportPage,
  type ReportSource,
  type SourceReport,
} from '@maxxit/domain';
import { withLogContext } from '@maxxit/platform';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { POLL_RULES, type PollRules } from '../signals.options';
import { storable } from './post-ingestion';
import { backOff, leaseDueSource, nextPollAt, type LeasedSource } from './source-poll';

interface DueInstitute extends LeasedSource, FeedValidators {
  name: string;
  feedUrl: string;
}

/** Fetches what followed research institutes published and stores it, once. */
@Injectable()
export class ReportIngestion {
  private readonly logger = new Logger(ReportIngestion.name);

  constructor(
    private readonly dataSource: DataSource,
    @Inject(REPORT_SOURCE) private readonly source: ReportSource,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(POLL_RULES) private readonly rules: PollRules,
  ) {}

  /** Polls one institute that is due; false when none is. A failure of the feed is noted with a pause and not thrown. */
  async pollNext(): Promise<boolean> {
    const askedAt = this.clock.now();
    const institute = await leaseDueSource<DueInstitute>(this.dataSource, 'research_institutes', askedAt, this.rules.leaseMs);
    if (!institute) return false;
    await withLogContext({ instituteId: institute.id, institute: institute.name }, async () => {
      let page: ReportPage;
      try {
        page = await this.source.reports(institute.feedUrl, institute);
      } catch (error) {
        await backOff(this.dataSource, 'research_institutes', institute, this.rules, this.clock.now(), error, this.logger);
        return;
      }
      await this.store(institute, page, askedAt);
    });
    return true;
  }

  private async store(institute: DueInstitute, page: ReportPage, askedAt: Date): Promise<void> {
    for (const { sourceId, why } of page.malformed)
      this.logger.warn({ code: 'MALFORMED_REPORT', sourceId, why }, 'a report could not be read');
    await this.dataSource.transaction(async (manager) => {
      await storeReports(manager, institute.id, page.reports);
      await manager.query(
        'UPDATE research_institutes SET failures = 0, polled_at = $2, next_poll_at = $3, etag = $4, last_modified = $5 WHERE id = $1',
        [institute.id, askedAt, nextPollAt(askedAt, this.rules), page.validators.etag, page.validators.lastModified],
      );
    });
  }
}

/** Stores those that are not there yet, in the caller's transaction, and wakes whoever reads them. Returns how many were new. */
export async function storeReports(manager: EntityManager, instituteId: string, reports: readonly SourceReport[]): Promise<number> {
  if (reports.length === 0) return 0;
  const result = await manager
    .createQueryBuilder()
    .insert()
    .into(ReportEntity)
    .values(
      reports.map(({ sourceId, title, text, publishedAt }) => ({
        instituteId,
        sourceId: storable(sourceId),
        title: storable(title),
        text: storable(text),
        publishedAt,
      })),
    )
    .orIgnore()
    .returning('id')
    .execute();
  const stored = (result.raw as unknown[]).length;
  if (stored > 0) await notify(manager, CHANNELS.reportStored);
  return stored;
}
