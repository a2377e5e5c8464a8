import { ClassificationEntity, ReportEntity } from '@maxxit/database';
import { NotFoundError } from '@maxxit/domain';
import { decodeCursor, timeText, toPage, type PageQueryDto } from '@maxxit/platform';
import { SourceImpacts } from '@maxxit/signals';
import { Injectable } from '@nestjs/common';
import { And, DataSource, In, LessThan, MoreThanOrEqual, Raw } from 'typeorm';
import { withCallOn } from '../posts/with-call-on';
import { HitRateDto } from '../signals/generate-signal.dto';
import { ClassifiedReportDto, type InstitutePageDto, type ListReportsDto, type ReportPageDto } from './research.dto';

interface InstituteRow {
  id: string;
  name: string;
  reports: number;
  lastPublishedAt: Date | null;
  agents: number;
}

@Injectable()
export class ReadResearchService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly impacts: SourceImpacts,
  ) {}

  /** The last stored first, with what was read out of each. */
  async reports({ limit, cursor, instituteId, symbol, from, to }: ListReportsDto): Promise<ReportPageDto> {
    const { manager } = this.dataSource;
    const published = [...(from ? [MoreThanOrEqual(new Date(from))] : []), ...(to ? [LessThan(new Date(to))] : [])];
    const rows = await manager.find(ReportEntity, {
      where: {
        ...(instituteId && { instituteId }),
        ...(published.length > 0 && { publishedAt: And(...published) }),
        id: And(
          ...(cursor ? [LessThan(decodeCursor(cursor, ['uuid'])[0])] : []),
          ...(symbol ? [withCallOn('report_id', symbol)] : []),
          Raw(() => 'true'),
        ),
      },
      relations: { institute: true },
      order: { id: 'DESC' },
      take: limit + 1,
    });
    const { items, nextCursor } = toPage(rows, limit, ({ id }) => [id]);
    const classifications = await manager.findBy(ClassificationEntity, { reportId: In(items.map(({ id }) => id)) });
    const byReport = new Map(classifications.map((classification) => [classification.reportId, classification]));
    return { items: items.map((report) => ClassifiedReportDto.ofRow(report, byReport.get(report.id))), nextCursor };
  }

  /** Throws NotFoundError REPORT_NOT_FOUND. */
  async report(id: string): Promise<ClassifiedReportDto> {
    const { manager } = this.dataSource;
    const report = await manager.findOne(ReportEntity, { where: { id }, relations: { institute: true } });
    if (!report) throw new NotFoundError('REPORT_NOT_FOUND', `There is no report ${id}.`);
    return ClassifiedReportDto.ofRow(report, await manager.findOneBy(ClassificationEntity, { reportId: id }));
  }

  /** By name. Where an institute's reports are read from is not shown: an address may hold a key. */
  async institutes({ limit, cursor }: PageQueryDto): Promise<InstitutePageDto> {
    const rows = await this.dataSource.query<InstituteRow[]>(
      `SELECT i.id, i.name,
              (SELECT count(*)::int FROM reports r WHERE r.institute_id = i.id) AS reports,
              (SELECT max(r.published_at) FROM reports r WHERE r.institute_id = i.id) AS "lastPublishedAt",
              (SELECT count(*)::int FROM agent_research_institutes f JOIN agents a ON a.id = f.agent_id
                WHERE f.institute_id = i.id AND a.state = 'active') AS agents
         FROM research_institutes i
        WHERE $2::text IS NULL OR i.name COLLATE "C" > $2
        ORDER BY i.name COLLATE "C"
        LIMIT $1`,
      [limit + 1, cursor ? decodeCursor(cursor, ['text'])[0] : null],
    );
    const { items, nextCursor } = toPage(rows, limit, ({ name }) => [name]);
    const hitRates = new Map<string, HitRateDto>();
    for (const { id } of items) {
      const [impact] = await this.impacts.list({ kind: 'institute', sourceId: id });
      if (impact) hitRates.set(id, HitRateDto.of(impact.hitRate));
    }
    return {
      items: items.map((row) => ({ ...row, lastPublishedAt: timeText(row.lastPublishedAt), hitRate: hitRates.get(row.id) ?? null })),
      nextCursor,
    };
  }
}
