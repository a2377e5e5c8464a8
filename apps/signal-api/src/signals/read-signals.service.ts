import { OrderEntity, PostEntity, ReportEntity, SignalEntity, SignalSourceEntity } from '@maxxit/database';
import { NotFoundError } from '@maxxit/domain';
import { decodeCursor, decimalText, timeText, toPage, type SignedInUser } from '@maxxit/platform';
import { Injectable } from '@nestjs/common';
import { And, DataSource, In, LessThan, MoreThanOrEqual, Raw } from 'typeorm';
import { DecidedClassificationDto } from '../posts/classification.dto';
import {
  ReportDto,
  SignalDto,
  SignalOrderDto,
  SignalOutcomeDto,
  type EvidenceDto,
  type ListResearchSignalsDto,
  type ListSignalsDto,
  type ResearchSignalPageDto,
  type SignalDetailDto,
  type SignalPageDto,
} from './signal.dto';

/** Signals; lists have the newest first, since ids are made in the order of time. */
@Injectable()
export class ReadSignalsService {
  constructor(private readonly dataSource: DataSource) {}

  async list(filter: ListSignalsDto): Promise<SignalPageDto> {
    const { items, nextCursor } = await this.page(filter);
    return { items: items.map((signal) => SignalDto.of(signal)), nextCursor };
  }

  /** Signals that a report made, each with it. */
  async research(filter: ListResearchSignalsDto): Promise<ResearchSignalPageDto> {
    const { items, nextCursor } = await this.page({ ...filter, sourceKind: 'report' });
    const reports = await this.dataSource.manager.find(ReportEntity, {
      where: { id: In(items.map(({ sourceId }) => sourceId)) },
      relations: { institute: true },
    });
    const byId = new Map(reports.map((report) => [report.id, ReportDto.of(report)]));
    return { items: items.map((signal) => ({ ...SignalDto.of(signal), report: byId.get(signal.sourceId) ?? null })), nextCursor };
  }

  /** A signal with all that it rests on, and what followed for the caller (for an admin, for all). Throws NotFoundError SIGNAL_NOT_FOUND. */
  async get(id: string, caller: SignedInUser): Promise<SignalDetailDto> {
    const { manager } = this.dataSource;
    const signal = await manager.findOneBy(SignalEntity, { id });
    if (!signal) throw new NotFoundError('SIGNAL_NOT_FOUND', `There is no signal ${id}.`);
    const orders = await manager.find(OrderEntity, {
      where: { signalId: id, ...(!caller.isAdmin && { deployment: { userId: caller.id } }) },
      relations: { position: true },
      order: { id: 'ASC' },
    });
    return {
      ...SignalDto.of(signal),
      scoreInputs: signal.scoreInputs,
      evidence: await this.evidenceOf(id),
      orders: orders.map((order) => SignalOrderDto.of(order)),
      outcomes: orders.filter(({ purpose }) => purpose === 'open').map((order) => SignalOutcomeDto.of(order)),
    };
  }

  private async page({ limit, cursor, agentId, symbol, side, state, sourceKind, venue, minScore, from, to }: ListSignalsDto) {
    const made = [...(from ? [MoreThanOrEqual(new Date(from))] : []), ...(to ? [LessThan(new Date(to))] : [])];
    const rows = await this.dataSource.manager.find(SignalEntity, {
      where: {
        ...(agentId && { agentId }),
        ...(symbol && { symbol: Raw((column) => `upper(${column}) = upper(:symbol)`, { symbol }) }),
        ...(side && { side }),
        ...(state && { state }),
        ...(sourceKind && { sourceKind }),
        ...(venue && { agent: { venues: Raw((column) => `:venue = ANY(${column})`, { venue }) } }),
        ...(minScore && { score: Raw((column) => `${column} >= CAST(:minScore AS numeric)`, { minScore }) }),
        ...(made.length > 0 && { createdAt: And(...made) }),
        ...(cursor && { id: LessThan(decodeCursor(cursor, ['uuid'])[0]) }),
      },
      order: { id: 'DESC' },
      take: limit + 1,
    });
    return toPage(rows, limit, ({ id }) => [id]);
  }

  private async evidenceOf(signalId: string): Promise<EvidenceDto[]> {
    const { manager } = this.dataSource;
    const sources = await manager.find(SignalSourceEntity, {
      where: { signalId },
      relations: { classification: true },
      order: { createdAt: 'ASC', id: 'ASC' },
    });
    const idsOf = (kind: string) => sources.filter(({ sourceKind }) => sourceKind === kind).map(({ sourceId }) => sourceId);
    const posts = await manager.find(PostEntity, { where: { sourceId: In(idsOf('post')) }, relations: { xAccount: true } });
    const reports = await manager.find(ReportEntity, { where: { id: In(idsOf('report')) }, relations: { institute: true } });

    return sources.map(({ sourceKind, sourceId, confidence, classification }) => {
      const post = sourceKind === 'post' ? posts.find((row) => row.sourceId === sourceId) : undefined;
      const report = sourceKind === 'report' ? reports.find((row) => row.id === sourceId) : undefined;
      return {
        kind: sourceKind,
        sourceId,
        author: post?.xAccount!.username ?? report?.institute!.name ?? null,
        title: report?.title ?? null,
        text: post?.text ?? report?.text ?? null,
        publishedAt: timeText(post?.publishedAt ?? report?.publishedAt ?? null),
        confidence: decimalText(confidence),
        classification: classification ? DecidedClassificationDto.ofRow(classification) : null,
      };
    });
  }
}
