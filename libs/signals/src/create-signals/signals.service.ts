import { createHash } from 'node:crypto';
import {
  AgentEntity,
  ClassificationEntity,
  KillSwitchEntity,
  PostEntity,
  ReportEntity,
  SIGNED_VERSIONS,
  type CallDecision,
  type SignalSourceKind,
  type StoredCall,
} from '@maxxit/database';
import {
  AGENT_WEIGHTS,
  agentWeight,
  CLASSIFIER,
  CLOCK,
  ConflictError,
  Decimal,
  errorCode,
  errorMessage,
  InvalidRequestError,
  newId,
  NotFoundError,
  ONE,
  SOCIAL_DATA_SOURCE,
  type AgentManifest,
  type AgentWeight,
  type Call,
  type Classification,
  type Classifier,
  type Clock,
  type PostKind,
  type Refusal,
  type Side,
  type SocialDataSource,
} from '@maxxit/domain';
import { faultPoint, withLogContext } from '@maxxit/platform';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { DataSource, IsNull, type EntityManager } from 'typeorm';
import { PRICE_TOLERANCE_MS } from '../impact/call-outcome';
import type { HitRate } from '../impact/hit-rate';
import { SourceImpacts } from '../impact/source-impacts';
import { RESEARCH_INSTITUTES, X_ACCOUNTS } from '../ingest/source-tables';
import { MarketPrices } from '../prices/market-prices';
import { knotsOf, scoreOf, type Knots, type Score } from '../score/score';
import { SIGNAL_RULES, type SignalRules } from '../signals.options';
import { decideSignal, type CallContext, type ConfidenceParts, type SignalDecision, type SignalTerms } from './decide-signal';
import { ReferencePrices } from './reference-prices';
import { SignalWriter, type DecidedCall, type SignalOrigin } from './signal-writer';

/** What to make signals of by hand: a text for one agent; an agent, of what its sources published lately; or a text for nobody. */
export interface GenerateRequest {
  agentId: string | null;
  text: string | null;
  /** Only shows what would happen; writes nothing. A text for nobody is always that. */
  dryRun: boolean;
}

/** How a call scores, with all that the score is made of. */
export interface ScoredCall {
  symbol: string;
  side: Side;
  score: Score['score'];
  inputs: (Score['inputs'][number] & { knots: Knots })[];
}

/** A decision with all that it was made of. */
export interface ReasonedDecision extends CallDecision {
  side: Side;
  /** Null when there is no signal. */
  terms: SignalTerms | null;
  confidenceParts: ConfidenceParts | null;
  /** What went into it, also where it led to nothing. */
  scored: ScoredCall;
  /** The agent's weights by their names, 0..100. */
  weights: Record<AgentWeight, number>;
  impact: HitRate | null;
  /** Opening orders that were placed; in a dry run, that would be. */
  orders: number;
}

/** One text with the whole reasoning about it. */
export interface Reading {
  /** Null for a text that came with the request. */
  source: { kind: 'post' | 'report'; sourceId: string; author: string; publishedAt: Date } | null;
  text: string;
  classification: Classification;
  /** Of each call, by the weights of the table. */
  scores: ScoredCall[];
  decisions: ReasonedDecision[];
}

export interface GenerateResult {
  requestId: string;
  dryRun: boolean;
  readings: Reading[];
}

/** A post or report that is to be read, with the agents that follow it. */
interface Source {
  kind: Extract<SignalSourceKind, 'post' | 'report'>;
  rowId: string;
  sourceId: string;
  author: string;
  /** The X account or the institute. */
  authorId: string;
  /** Its name, as manifests have it. */
  authorName: string;
  text: string;
  /** Whether the text is the author's own words, to be read as such; otherwise why not. */
  unreadable: Refusal | null;
  publishedAt: Date;
  receivedAt: Date;
  maxAgeMs: number;
}

/** An agent with one version of its terms, by which a text is decided. */
type FollowingAgent = Pick<AgentEntity, 'id' | 'version' | 'venues' | 'riskPreset' | 'maxLeverage' | 'minScore' | 'weights'> & {
  sourceWeight: Decimal;
};

/** One that a user has signed. */
type SignedVersion = Omit<FollowingAgent, 'sourceWeight'> & { manifest: AgentManifest };

/** What decisions about a text's calls need to know of it. */
type Published = Pick<Source, 'author' | 'publishedAt'> & { kind: Source['kind'] | 'manual'; authorId: string | null };

/** A decision with what it was made of. */
interface Considered extends DecidedCall {
  score: Score;
  weights: readonly number[];
  impact: HitRate | null;
}

/** The most posts, and the most reports, that an agent's signals are generated of. */
const GENERATE_LIMIT = 20;

const FOLLOWS = {
  post: { ...X_ACCOUNTS, maxAge: 'postMaxAgeMs' },
  report: { ...RESEARCH_INSTITUTES, maxAge: 'reportMaxAgeMs' },
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
    private readonly marketPrices: MarketPrices,
    private readonly impacts: SourceImpacts,
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
    const post = await this.findPost(id);
    if (post.readAt) return null;
    return this.read(this.sourceOfPost(post));
  }

  /** Reads one report, title and text, as `readPost` does a post. */
  async readReport(id: string): Promise<CallDecision[] | null> {
    const report = await this.findReport(id);
    if (report.readAt) return null;
    return this.read(this.sourceOfReport(report));
  }

  /**
   * Reads by the same path what a request asks for, and gives the whole reasoning. A text is read at full source weight; an agent without a
   * text has what its sources published read again that is young enough to trade. Throws InvalidRequestError NOTHING_TO_READ, NotFoundError
   * AGENT_NOT_FOUND, ConflictError AGENT_NOT_ACTIVE and RetryableError PRICE_UNAVAILABLE.
   */
  async generate(request: GenerateRequest): Promise<GenerateResult> {
    const requestId = newId();
    return withLogContext({ correlationId: requestId, ...(request.agentId !== null && { agentId: request.agentId }) }, async () => {
      if (request.agentId === null) {
        if (request.text === null) throw new InvalidRequestError('NOTHING_TO_READ', 'Give an agent, a text, or both.');
        return { requestId, dryRun: true, readings: [await this.readForNobody(request.text)] };
      }
      const agent = await this.dataSource.getRepository(AgentEntity).findOneBy({ id: request.agentId });
      if (!agent) throw new NotFoundError('AGENT_NOT_FOUND', `There is no agent ${request.agentId}.`);
      if (agent.state !== 'active') throw new ConflictError('AGENT_NOT_ACTIVE', `The agent is ${agent.state}; activate it first.`);
      const { dryRun } = request;
      const readings: Reading[] = [];
      if (request.text !== null) {
        const now = this.clock.now();
        const published = { kind: 'manual' as const, author: 'a manual request', authorId: null, publishedAt: now };
        const origin: SignalOrigin = { ...published, sourceId: requestId, classificationId: null, receivedAt: now };
        const signed = await this.signedVersions({ agentId: agent.id });
        const agents = [agent, ...signed].map((terms) => ({ ...terms, sourceWeight: ONE }));
        readings.push(await this.readByHand(request.text, null, published, origin, agents, dryRun));
      } else {
        for (const { source, classificationId } of await this.freshSources(agent.id)) {
          const origin: SignalOrigin = { ...source, classificationId };
          const agents = (await this.followers(source)).filter(({ id }) => id === agent.id);
          readings.push(await this.readByHand(source.text, source, source, origin, agents, dryRun));
        }
      }
      return { requestId, dryRun, readings };
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

  private sourceOfPost(post: PostEntity): Source {
    const refusal = UNREADABLE[post.kind];
    return {
      kind: 'post',
      rowId: post.id,
      sourceId: post.sourceId,
      author: `@${post.xAccount?.username ?? ''}`,
      authorId: post.xAccountId,
      authorName: post.xAccount?.username ?? '',
      text: post.text,
      unreadable: post.deletedAt ? DELETED : (refusal ?? null),
      publishedAt: post.publishedAt,
      receivedAt: post.storedAt,
      maxAgeMs: this.rules.postMaxAgeMs,
    };
  }

  private sourceOfReport(report: ReportEntity): Source {
    return {
      kind: 'report',
      rowId: report.id,
      sourceId: report.id,
      author: report.institute?.name ?? '',
      authorId: report.instituteId,
      authorName: report.institute?.name ?? '',
      text: `${report.title}\n\n${report.text}`,
      unreadable: null,
      publishedAt: report.publishedAt,
      receivedAt: report.storedAt,
      maxAgeMs: this.rules.reportMaxAgeMs,
    };
  }

  private isStale({ publishedAt, maxAgeMs }: Pick<Source, 'publishedAt' | 'maxAgeMs'>): boolean {
    return this.clock.now().getTime() - publishedAt.getTime() > maxAgeMs;
  }

  private read(source: Source): Promise<CallDecision[] | null> {
    return withLogContext({ correlationId: source.rowId, [`${source.kind}Id`]: source.rowId }, async () => {
      const stale = this.isStale(source);
      const classification = await this.classify(source, stale);
      faultPoint('read.classified');
      const agents = classification.calls.length > 0 ? await this.followers(source) : [];
      const decided = stale
        ? staleDecisions(classification.calls, agents, source)
        : await this.decide(classification.calls, agents, source);
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

  private async readForNobody(text: string): Promise<Reading> {
    const classification = await this.classifier.classify(text);
    return { source: null, text, classification, scores: await this.scoresOf(classification.calls, true), decisions: [] };
  }

  private async readByHand(
    text: string,
    source: Source | null,
    published: Published,
    origin: SignalOrigin,
    agents: readonly FollowingAgent[],
    dryRun: boolean,
  ): Promise<Reading> {
    const classification = source ? await this.classify(source, false) : await this.classifier.classify(text);
    const considered = await this.decide(classification.calls, agents, published, dryRun);
    const killed = origin.authorId !== null && (await this.isKilled(this.dataSource.manager, origin.authorId));
    const now = this.clock.now();
    const written = await this.transaction(dryRun, (manager) =>
      this.writer.write(manager, origin, killed ? killedDecisions(considered) : considered, now, this.expiryFrom(now)),
    );
    return {
      source: source && { kind: source.kind, sourceId: source.sourceId, author: source.author, publishedAt: source.publishedAt },
      text,
      classification,
      scores: await this.scoresOf(classification.calls, dryRun),
      decisions: considered.map(({ agentId, agentVersion, call, decision, score, weights, impact }, i) => {
        const { decision: result, orders } = written[i] ?? { decision: null, orders: 0 };
        const made = decision.kind === 'signal' ? decision : null;
        return {
          agentId,
          agentVersion,
          symbol: call.symbol,
          signalId: dryRun && result?.code === 'SIGNAL' ? null : (result?.signalId ?? null),
          code: result?.code ?? 'NOT_DECIDED',
          why: result?.why ?? '',
          side: call.side,
          terms: made?.terms ?? null,
          confidenceParts: made?.confidenceParts ?? null,
          scored: scoredCall(call, score),
          weights: Object.fromEntries(AGENT_WEIGHTS.map((name) => [name, agentWeight(weights, name)])) as Record<AgentWeight, number>,
          impact,
          orders,
        };
      }),
    };
  }

  private async scoresOf(calls: readonly Call[], readOnly: boolean): Promise<ScoredCall[]> {
    const scores: ScoredCall[] = [];
    for (const call of calls) scores.push(scoredCall(call, scoreOf(await this.socialData.forSymbol(call.symbol, { readOnly }), call.side)));
    return scores;
  }

  /** What an agent's sources published that is young enough to trade, oldest first; of those too that only a version in force follows. */
  private async freshSources(agentId: string): Promise<{ source: Source; classificationId: string | null }[]> {
    const found: { source: Source; classificationId: string | null }[] = [];
    const signed = await this.signedVersions({ agentId });
    for (const kind of ['post', 'report'] as const) {
      const { follows, key, items, maxAge, sources, name, list } = FOLLOWS[kind];
      const rows = await this.dataSource.query<{ id: string; classificationId: string | null }[]>(
        `SELECT r.id, c.id AS "classificationId" FROM ${items} r JOIN ${sources} s ON s.id = r.${key}
         LEFT JOIN classifications c ON c.${kind}_id = r.id
         WHERE r.published_at >= $2
           AND (s.${name} = ANY ($4) OR EXISTS (SELECT FROM ${follows} f WHERE f.${key} = r.${key} AND f.agent_id = $1))
         ORDER BY r.published_at DESC LIMIT $3`,
        [
          agentId,
          new Date(this.clock.now().getTime() - this.rules[maxAge]),
          GENERATE_LIMIT,
          signed.flatMap(({ manifest }) => manifest[list].map((source) => source.name)),
        ],
      );
      for (const { id, classificationId } of rows) {
        const source = kind === 'post' ? this.sourceOfPost(await this.findPost(id)) : this.sourceOfReport(await this.findReport(id));
        found.push({ source, classificationId });
      }
    }
    return found.sort((a, b) => a.source.publishedAt.getTime() - b.source.publishedAt.getTime());
  }

  private async findPost(id: string): Promise<PostEntity> {
    // Not findOne, which asks twice where there are relations.
    const [post] = await this.dataSource.getRepository(PostEntity).find({ where: { id }, relations: { xAccount: true } });
    if (!post) throw new NotFoundError('POST_NOT_FOUND', `There is no post ${id}.`);
    return post;
  }

  private async findReport(id: string): Promise<ReportEntity> {
    const report = await this.dataSource.getRepository(ReportEntity).findOne({ where: { id }, relations: { institute: true } });
    if (!report) throw new NotFoundError('REPORT_NOT_FOUND', `There is no report ${id}.`);
    return report;
  }

  /** A stale text that the classifier fails on trades in no case: it is recorded as unread by it rather than tried for ever. */
  private async classify({ text, unreadable }: Source, stale: boolean): Promise<Classification> {
    if (unreadable) return unread(text, unreadable);
    try {
      return await this.classifier.classify(text);
    } catch (error) {
      if (!stale) throw error;
      this.logger.warn({ code: errorCode(error), cause: errorMessage(error) }, 'given up on classifying a text that is too old to trade');
      return unread(text, {
        code: 'CLASSIFICATION_FAILED',
        why: `the classifier failed until the text was too old: ${errorCode(error)}`,
      });
    }
  }

  /**
   * The active agents that follow a source, each by its present terms and by every earlier version that the user of a running deployment has
   * signed: what a creator signs since binds nobody else.
   */
  private async followers({ kind, authorId, authorName }: Source): Promise<FollowingAgent[]> {
    const { follows, key, list } = FOLLOWS[kind];
    const present = await this.dataSource
      .getRepository(AgentEntity)
      .createQueryBuilder('agent')
      .innerJoin(follows, 'follow', `follow.agent_id = agent.id AND follow.${key} = :authorId`, { authorId })
      .addSelect('follow.weight', 'source_weight')
      .where(`agent.state = 'active'`)
      .getRawAndEntities<{ source_weight: string }>();
    const agents = present.entities.map((agent, i) => ({ ...agent, sourceWeight: new Decimal(present.raw[i]?.source_weight ?? 0) }));
    const signed = await this.signedVersions({ follows: list, name: authorName });
    const weightIn = ({ manifest }: SignedVersion) => manifest[list].find(({ name }) => name === authorName)?.weight ?? 0;
    return [...agents, ...signed.map((version) => ({ ...version, sourceWeight: new Decimal(weightIn(version)) }))].sort((a, b) =>
      a.id < b.id ? -1 : a.id > b.id ? 1 : b.version - a.version,
    );
  }

  /** The terms besides the present ones that users of running deployments have signed, of one agent or of all that follow a source. */
  private async signedVersions(of: { agentId: string } | { follows: 'accounts' | 'institutes'; name: string }): Promise<SignedVersion[]> {
    const [condition, parameters] =
      'agentId' in of
        ? ['signed.agent_id = $1', [of.agentId]]
        : [`signed.manifest -> $1 @> jsonb_build_array(jsonb_build_object('name', $2::text))`, [of.follows, of.name]];
    const rows = await this.dataSource.query<{ agent_id: string; version: number; manifest: AgentManifest }[]>(
      `SELECT * FROM (${SIGNED_VERSIONS}) signed WHERE ${condition} ORDER BY signed.agent_id, signed.version DESC`,
      parameters,
    );
    return rows.map(({ agent_id: id, version, manifest }) => ({
      id,
      version,
      manifest,
      venues: manifest.venues,
      riskPreset: manifest.riskPreset,
      maxLeverage: new Decimal(manifest.maxLeverage),
      minScore: new Decimal(manifest.minScore),
      weights: manifest.weights,
    }));
  }

  /** All that needs the outside world, before any transaction. */
  private async decide(
    calls: readonly Call[],
    agents: readonly FollowingAgent[],
    published: Published,
    readOnly = false,
  ): Promise<Considered[]> {
    if (calls.length === 0 || agents.length === 0) return [];
    const impact = await this.impactOf(published);
    const considered: Considered[] = [];
    for (const call of calls) {
      const social = await this.socialData.forSymbol(call.symbol, { readOnly });
      const priceThen = await this.marketPrices.at(call.symbol, published.publishedAt, PRICE_TOLERANCE_MS);
      for (const agent of agents) {
        const score = scoreOf(social, call.side, agent.weights);
        const reference = await this.prices.of(call.symbol, agent.venues);
        const context = { score, reference, priceThen, marketRank: social?.marketRank ?? null, impact, author: published.author };
        considered.push({
          agentId: agent.id,
          agentVersion: agent.version,
          call,
          decision: decideSignal(call, agent, context),
          corroborationWeight: agentWeight(agent.weights, 'corroboration'),
          score,
          weights: agent.weights,
          impact: impact?.hitRate ?? null,
        });
      }
    }
    return considered;
  }

  private async impactOf({ kind, authorId }: Published): Promise<CallContext['impact']> {
    if (kind === 'manual' || authorId === null) return null;
    const [source, weight] = kind === 'post' ? (['account', 'accountImpact'] as const) : (['institute', 'instituteImpact'] as const);
    return { weight, hitRate: await this.impacts.hitRateOf(source, authorId, this.clock.now()) };
  }

  private isKilled(manager: EntityManager, authorId: string): Promise<boolean> {
    return manager.existsBy(KillSwitchEntity, { scope: 'source', target: authorId, liftedAt: IsNull() });
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
    // Nearly all posts: nothing is decided, and nothing of it has to be asked.
    if (decided.length === 0) return [];
    const killed = await this.isKilled(manager, source.authorId);
    const written = await this.writer.write(
      manager,
      { ...source, classificationId },
      killed ? killedDecisions(decided) : decided,
      now,
      this.expiryFrom(now),
    );
    faultPoint('read.signals-written');
    const decisions = written.map(({ decision }) => decision);
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

/** Why posts of some kinds are not read: they are not the author's own call. */
const UNREADABLE: Partial<Record<PostKind, Refusal>> = {
  retweet: { code: 'RETWEET', why: "it repeats somebody else's words" },
  reply: { code: 'REPLY', why: 'it answers somebody else, and what it says depends on what they said' },
};
const DELETED: Refusal = { code: 'DELETED', why: 'its author deleted it before it was read' };

/** A text that nothing was read out of. */
function unread(text: string, refusal: Refusal): Classification {
  return {
    calls: [],
    refused: [refusal],
    model: 'none',
    promptVersion: null,
    rawHash: createHash('sha256').update(text).digest('hex'),
  };
}

function scoredCall({ symbol, side }: Call, { score, inputs }: Score): ScoredCall {
  return { symbol, side, score, inputs: inputs.map((input) => ({ ...input, knots: knotsOf(input.input) })) };
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
  return calls.flatMap((call) =>
    agents.map((agent) => ({ agentId: agent.id, agentVersion: agent.version, call, decision, corroborationWeight: 0 })),
  );
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
