import { createHash } from 'node:crypto';
import {
  AgentEntity,
  ClassificationEntity,
  KillSwitchEntity,
  PostEntity,
  ReportEntity,
  type CallDecision,
  type SignalSourceKind,
  type StoredCall,
} from '@maxxit/database';
import {
  CLASSIFIER,
  CLOCK,
  ConflictError,
  Decimal,
  errorCode,
  errorMessage,
  newId,
  NotFoundError,
  ONE,
  SOCIAL_DATA_SOURCE,
  type Call,
  type Classification,
  type Classifier,
  type Clock,
  type SocialDataSource,
} from '@maxxit/domain';
import { faultPoint, withLogContext } from '@maxxit/platform';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { DataSource, In, IsNull, type EntityManager } from 'typeorm';
import { scoreOf, type Score } from '../score/score';
import { SIGNAL_RULES, type SignalRules } from '../signals.options';
import { decideSignal, type SignalDecision } from './decide-signal';
import { ReferencePrices } from './reference-prices';
import { SignalWriter, type DecidedCall, type SignalOrigin } from './signal-writer';

/** What to make signals of by hand: a text to be read, for one agent. */
export interface GenerateRequest {
  agentId: string;
  text: string;
  /** Only shows what would happen; writes nothing. */
  dryRun: boolean;
}

/** The whole reasoning about a text: what was read out of it, and what became of each call. */
export interface GenerateResult {
  requestId: string;
  dryRun: boolean;
  classification: Classification;
  decisions: (CallDecision & { terms: Extract<SignalDecision, { kind: 'signal' }>['terms'] | null })[];
}

/** A post or report that is to be read, with the agents that follow it. */
interface Source {
  kind: Extract<SignalSourceKind, 'post' | 'report'>;
  rowId: string;
  sourceId: string;
  author: string;
  /** The X account or the institute. */
  authorId: string;
  text: string;
  publishedAt: Date;
  maxAgeMs: number;
}

type FollowingAgent = Pick<AgentEntity, 'id' | 'venues' | 'riskPreset' | 'maxLeverage' | 'minScore'> & { sourceWeight: Decimal };

const FOLLOWS = {
  post: { table: 'agent_accounts', source: 'x_account_id', row: 'posts' },
  report: { table: 'agent_research_institutes', source: 'institute_id', row: 'reports' },
} as const;

/**
 * From a text to signals with their orders. Reading, scoring and asking prices happen first; then one transaction marks the text as read
 * and writes all that follows from it, so that of several instances one does it, once.
 */
@Injectable()
export class SignalsService {
  private readonly logger = new Logger(SignalsService.name);

  constructor(
    private readonly dataSource: DataSource,
    private readonly writer: SignalWriter,
    private readonly prices: ReferencePrices,
    @Inject(CLASSIFIER) private readonly classifier: Classifier,
    @Inject(SOCIAL_DATA_SOURCE) private readonly socialData: SocialDataSource,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(SIGNAL_RULES) private readonly rules: SignalRules,
  ) {}

  /** Ids of posts that nobody has read yet, oldest first. */
  async unreadPosts(limit: number): Promise<string[]> {
    const rows = await this.dataSource.query<{ id: string }[]>('SELECT id FROM posts WHERE read_at IS NULL ORDER BY source_id LIMIT $1', [
      limit,
    ]);
    return rows.map(({ id }) => id);
  }

  /** Ids of reports that nobody has read yet, oldest first. */
  async unreadReports(limit: number): Promise<string[]> {
    const rows = await this.dataSource.query<{ id: string }[]>(
      'SELECT id FROM reports WHERE read_at IS NULL ORDER BY published_at, id LIMIT $1',
      [limit],
    );
    return rows.map(({ id }) => id);
  }

  /**
   * Reads one post: its classification, and for each active agent that follows the account a signal with its orders, or why not.
   * Returns null when another instance has read it. Throws RetryableError PRICE_UNAVAILABLE, and the post stays unread.
   */
  async readPost(id: string): Promise<CallDecision[] | null> {
    const post = await this.dataSource.getRepository(PostEntity).findOne({ where: { id }, relations: { xAccount: true } });
    if (!post) throw new NotFoundError('POST_NOT_FOUND', `There is no post ${id}.`);
    if (post.readAt) return null;
    return this.read({
      kind: 'post',
      rowId: id,
      sourceId: post.sourceId,
      author: `@${post.xAccount?.username ?? ''}`,
      authorId: post.xAccountId,
      text: post.text,
      publishedAt: post.publishedAt,
      maxAgeMs: this.rules.postMaxAgeMs,
    });
  }

  /** Reads one report, title and text, as `readPost` does a post. */
  async readReport(id: string): Promise<CallDecision[] | null> {
    const report = await this.dataSource.getRepository(ReportEntity).findOne({ where: { id }, relations: { institute: true } });
    if (!report) throw new NotFoundError('REPORT_NOT_FOUND', `There is no report ${id}.`);
    if (report.readAt) return null;
    return this.read({
      kind: 'report',
      rowId: id,
      sourceId: id,
      author: report.institute?.name ?? '',
      authorId: report.instituteId,
      text: `${report.title}\n\n${report.text}`,
      publishedAt: report.publishedAt,
      maxAgeMs: this.rules.reportMaxAgeMs,
    });
  }

  /**
   * Reads a text by the same path for one agent, at full source weight. Throws NotFoundError AGENT_NOT_FOUND, ConflictError
   * AGENT_NOT_ACTIVE and RetryableError PRICE_UNAVAILABLE.
   */
  async generate(request: GenerateRequest): Promise<GenerateResult> {
    const requestId = newId();
    return withLogContext({ correlationId: requestId, agentId: request.agentId }, async () => {
      const agent = await this.dataSource.getRepository(AgentEntity).findOneBy({ id: request.agentId });
      if (!agent) throw new NotFoundError('AGENT_NOT_FOUND', `There is no agent ${request.agentId}.`);
      if (agent.state !== 'active') throw new ConflictError('AGENT_NOT_ACTIVE', `The agent is ${agent.state}; activate it first.`);
      const classification = await this.classifier.classify(request.text);
      const now = this.clock.now();
      const decided = await this.decide(classification.calls, [{ ...agent, sourceWeight: ONE }], 'a manual request');
      const origin: SignalOrigin = { kind: 'manual', sourceId: requestId, classificationId: null, publishedAt: now };
      const decisions = await this.transaction(request.dryRun, (manager) =>
        this.writer.write(manager, origin, decided, now, this.expiryFrom(now)),
      );
      return {
        requestId,
        dryRun: request.dryRun,
        classification,
        decisions: decisions.map((result, i) => {
          const decision = decided[i]?.decision;
          return {
            ...result,
            signalId: request.dryRun && result.code === 'SIGNAL' ? null : result.signalId,
            terms: decision?.kind === 'signal' ? decision.terms : null,
          };
        }),
      };
    });
  }

  /** Ends live signals whose time has passed, and their orders that were not sent. Returns how many signals it ended. */
  async expire(): Promise<number> {
    const now = this.clock.now();
    return this.dataSource.transaction(async (manager) => {
      const expired = await manager.query<unknown[]>(
        `WITH expired AS (UPDATE signals SET state = 'expired' WHERE state = 'live' AND expires_at <= $1 RETURNING id) SELECT id FROM expired`,
        [now],
      );
      await manager.query(
        `UPDATE orders SET state = 'expired', code = 'SIGNAL_EXPIRED', reason = 'the signal expired before the order was sent', settled_at = $1
         FROM signals s WHERE s.id = orders.signal_id AND s.expires_at <= $1 AND orders.state = 'pending' AND orders.purpose = 'open'`,
        [now],
      );
      return expired.length;
    });
  }

  private read(source: Source): Promise<CallDecision[] | null> {
    return withLogContext({ correlationId: source.rowId, [`${source.kind}Id`]: source.rowId }, async () => {
      const stale = this.clock.now().getTime() - source.publishedAt.getTime() > source.maxAgeMs;
      const classification = await this.classify(source, stale);
      faultPoint('read.classified');
      const agents = await this.followers(source);
      const decided = stale
        ? staleDecisions(classification.calls, agents, source)
        : await this.decide(classification.calls, agents, source.author);
      faultPoint('read.decided');
      const decisions = await this.dataSource.transaction((manager) => this.record(manager, source, classification, decided));
      faultPoint('read.recorded');
      if (decisions === null) this.logger.debug('another instance has read it');
      else
        this.logger.log(
          { calls: classification.calls.length, refused: classification.refused.map(({ code }) => code), decisions },
          `${source.kind} read`,
        );
      return decisions;
    });
  }

  /** A stale text that the classifier fails on trades in no case: it is recorded as unread by it rather than tried for ever. */
  private async classify({ text }: Source, stale: boolean): Promise<Classification> {
    try {
      return await this.classifier.classify(text);
    } catch (error) {
      if (!stale) throw error;
      this.logger.warn({ code: errorCode(error), cause: errorMessage(error) }, 'given up on classifying a text that is too old to trade');
      return {
        calls: [],
        refused: [{ code: 'CLASSIFICATION_FAILED', why: `the classifier failed until the text was too old: ${errorCode(error)}` }],
        model: 'none',
        promptVersion: null,
        rawHash: createHash('sha256').update(text).digest('hex'),
      };
    }
  }

  private async followers({ kind, rowId }: Source): Promise<FollowingAgent[]> {
    const { table, source, row } = FOLLOWS[kind];
    const follows = await this.dataSource.query<{ agentId: string; weight: string }[]>(
      `SELECT f.agent_id AS "agentId", f.weight FROM ${table} f JOIN ${row} r ON r.${source} = f.${source} WHERE r.id = $1`,
      [rowId],
    );
    const agents = await this.dataSource
      .getRepository(AgentEntity)
      .find({ where: { id: In(follows.map(({ agentId }) => agentId)), state: 'active' }, order: { id: 'ASC' } });
    return agents.map((agent) => ({
      ...agent,
      sourceWeight: new Decimal(follows.find(({ agentId }) => agentId === agent.id)?.weight ?? 0),
    }));
  }

  /** All that needs the outside world, before any transaction. */
  private async decide(calls: readonly Call[], agents: readonly FollowingAgent[], author: string): Promise<DecidedCall[]> {
    const decided: DecidedCall[] = [];
    for (const call of calls) {
      const score: Score | null = agents.length > 0 ? scoreOf(await this.socialData.forSymbol(call.symbol), call.side) : null;
      for (const agent of agents) {
        const reference = await this.prices.of(call.symbol, agent.venues);
        decided.push({
          agentId: agent.id,
          call,
          decision: decideSignal(call, agent, score ?? { score: null, inputs: [] }, reference, author),
        });
      }
    }
    return decided;
  }

  /** The one transaction; null, with nothing written, when the text has been read by another instance. */
  private async record(
    manager: EntityManager,
    source: Source,
    classification: Classification,
    decided: readonly DecidedCall[],
  ): Promise<CallDecision[] | null> {
    const now = this.clock.now();
    const entity = source.kind === 'post' ? PostEntity : ReportEntity;
    const { affected } = await manager
      .createQueryBuilder()
      .update(entity)
      .set({ readAt: now })
      .where('id = :id AND read_at IS NULL', { id: source.rowId })
      .execute();
    if (affected !== 1) return null;
    faultPoint('read.marked');
    const classificationId = newId();
    await manager.insert(ClassificationEntity, {
      id: classificationId,
      postId: source.kind === 'post' ? source.rowId : null,
      reportId: source.kind === 'report' ? source.rowId : null,
      model: classification.model,
      promptVersion: classification.promptVersion,
      rawHash: classification.rawHash,
      calls: classification.calls.map(storedCall),
      refused: classification.refused,
      decisions: [],
      createdAt: now,
    });
    faultPoint('read.classification-written');
    const origin: SignalOrigin = { kind: source.kind, sourceId: source.sourceId, classificationId, publishedAt: source.publishedAt };
    const killed = await manager.existsBy(KillSwitchEntity, { scope: 'source', target: source.authorId, liftedAt: IsNull() });
    const decisions = await this.writer.write(manager, origin, killed ? killedDecisions(decided) : decided, now, this.expiryFrom(now));
    faultPoint('read.signals-written');
    await manager.update(ClassificationEntity, { id: classificationId }, { decisions });
    return decisions;
  }

  private expiryFrom(now: Date): Date {
    return new Date(now.getTime() + this.rules.signalTtlMs);
  }

  /** Runs `work` in a transaction that a dry run rolls back, so that it shows exactly what would happen. */
  private async transaction<T>(dryRun: boolean, work: (manager: EntityManager) => Promise<T>): Promise<T> {
    const runner = this.dataSource.createQueryRunner();
    try {
      await runner.startTransaction();
      const result = await work(runner.manager);
      if (dryRun) await runner.rollbackTransaction();
      else await runner.commitTransaction();
      return result;
    } catch (error) {
      if (runner.isTransactionActive) await runner.rollbackTransaction();
      throw error;
    } finally {
      await runner.release();
    }
  }
}

function killedDecisions(decided: readonly DecidedCall[]): DecidedCall[] {
  const decision: SignalDecision = { kind: 'none', code: 'KILL_SWITCH', why: 'a kill switch on its source is in force' };
  return decided.map((call) => ({ ...call, decision }));
}

function staleDecisions(calls: readonly Call[], agents: readonly FollowingAgent[], { kind, maxAgeMs }: Source): DecidedCall[] {
  const decision: SignalDecision = {
    kind: 'none',
    code: STALE_CODES[kind],
    why: `it is older than ${Math.round(maxAgeMs / 60_000)} minutes`,
  };
  return calls.flatMap((call) => agents.map((agent) => ({ agentId: agent.id, call, decision })));
}

const STALE_CODES = { post: 'STALE_POST', report: 'STALE_REPORT' } as const;

function storedCall(call: Call): StoredCall {
  return {
    symbol: call.symbol,
    side: call.side,
    leverage: call.leverage?.toFixed() ?? null,
    entry: call.entry?.toFixed() ?? null,
    stopLoss: call.stopLoss?.toFixed() ?? null,
    takeProfits: call.takeProfits.map((price) => price.toFixed()),
    confidence: call.confidence,
  };
}
