import {
  notify,
  CHANNELS,
  SignalEntity,
  SignalSourceEntity,
  VERSION_IN_FORCE,
  type CallDecision,
  type SignalSourceKind,
} from '@maxxit/database';
import { Decimal, newId, type Call } from '@maxxit/domain';
import { faultPoint } from '@maxxit/platform';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { SignalDecision } from './decide-signal';

/** For this long a second source confirms a signal instead of making a new one. */
const CORROBORATION_HOURS = 6;

/** What a call came from. */
export interface SignalOrigin {
  kind: SignalSourceKind;
  /** The post's source id, the report's row id, or the id of the manual request. */
  sourceId: string;
  classificationId: string | null;
  /** The X account or institute; null for a manual request, which confirms nothing. */
  authorId: string | null;
  publishedAt: Date;
  /** When it reached us. */
  receivedAt: Date;
}

/** One call with what was decided about it for one agent. */
export interface DecidedCall {
  agentId: string;
  /** Of the agent's terms by which it was decided. */
  agentVersion: number;
  call: Call;
  decision: SignalDecision;
  /** 0..100: how far a second source raises the confidence. */
  corroborationWeight: number;
}

/** What became of one call, and how many orders were placed for it. */
export interface WrittenCall {
  decision: CallDecision;
  orders: number;
}

/** Writes signals with their orders; everything here happens inside the caller's transaction. */
@Injectable()
export class SignalWriter {
  /**
   * Writes what was decided and gives one answer per call, in its order. The agents' rows are locked first, so that two sources at the
   * same time can't both make a signal for one agent, version and symbol.
   */
  async write(
    manager: EntityManager,
    origin: SignalOrigin,
    decided: readonly DecidedCall[],
    now: Date,
    expiresAt: Date,
  ): Promise<WrittenCall[]> {
    const agentIds = [...new Set(decided.map(({ agentId }) => agentId))];
    const active = await manager.query<{ id: string }[]>(
      `SELECT id FROM agents WHERE id = ANY ($1::uuid[]) AND state = 'active' ORDER BY id FOR NO KEY UPDATE`,
      [agentIds],
    );
    faultPoint('signal.agents-locked');
    const written: WrittenCall[] = [];
    for (const one of decided) {
      const result = (code: string, why: string, signalId: string | null = null, orders = 0): WrittenCall => ({
        decision: { agentId: one.agentId, agentVersion: one.agentVersion, symbol: one.call.symbol, signalId, code, why },
        orders,
      });
      if (!active.some(({ id }) => id === one.agentId)) written.push(result('AGENT_NOT_ACTIVE', 'the agent is no longer active'));
      else if (one.decision.kind === 'none') written.push(result(one.decision.code, one.decision.why));
      else written.push(await this.signalOrEvidence(manager, origin, one, one.decision, now, expiresAt, result));
    }
    if (written.some(({ orders }) => orders > 0)) await notify(manager, CHANNELS.orderPending);
    return written;
  }

  private async signalOrEvidence(
    manager: EntityManager,
    origin: SignalOrigin,
    { agentId, agentVersion, call, corroborationWeight }: DecidedCall,
    { terms }: Extract<SignalDecision, { kind: 'signal' }>,
    now: Date,
    expiresAt: Date,
    result: (code: string, why: string, signalId: string | null, orders?: number) => WrittenCall,
  ): Promise<WrittenCall> {
    const known = await manager.findOne(SignalEntity, {
      select: { id: true },
      where: { agentId, agentVersion, sourceKind: origin.kind, sourceId: origin.sourceId, symbol: call.symbol },
    });
    if (known) return result('ALREADY_SIGNALLED', 'it has made a signal of the agent before', known.id);
    const earlier = await this.earlierSignal(manager, agentId, agentVersion, call, now);
    if (earlier?.inForce && earlier.side === call.side) {
      const share = terms.confidence.times(corroborationWeight).div(100);
      const raised = await this.corroborate(manager, origin, earlier.id, call, share);
      const effect = raised ? `, whose confidence rises to ${raised.toDecimalPlaces(4).toFixed()}` : '';
      return result('CORROBORATED', `it confirms a signal that is in force since ${earlier.createdAt.toISOString()}${effect}`, earlier.id);
    }
    const superseded = await this.supersedeOpposite(manager, agentId, agentVersion, call, now);
    const id = newId();
    const { explanation, ...figures } = terms;
    await manager.insert(SignalEntity, {
      ...figures,
      laterTargetFractions: terms.laterTargetFractions.map((fraction) => fraction.toFixed()),
      id,
      agentId,
      agentVersion,
      sourceKind: origin.kind,
      sourceId: origin.sourceId,
      symbol: call.symbol,
      side: call.side,
      explanation,
      publishedAt: origin.publishedAt,
      receivedAt: origin.receivedAt,
      createdAt: now,
      expiresAt,
    });
    faultPoint('signal.written');
    await this.addEvidence(manager, origin, id, call);
    const orders = await this.fanOut(manager, id, now);
    faultPoint('signal.fanned-out');
    const why = `${explanation}; ${orders} orders${superseded > 0 ? '; it takes the place of the opposite signal' : ''}`;
    return result('SIGNAL', why, id, orders);
  }

  /**
   * Adds the evidence. When none of the signal's evidence is from the same author, and it is still live, its confidence c becomes
   * 1 - (1 - c)(1 - share), for the orders that are still to be decided. Returns the new confidence, or null when it stays.
   */
  private async corroborate(
    manager: EntityManager,
    origin: SignalOrigin,
    signalId: string,
    call: Call,
    share: Decimal,
  ): Promise<Decimal | null> {
    const [before] = await manager.query<{ same: boolean }[]>(
      `SELECT EXISTS (
         SELECT FROM signal_sources e JOIN classifications c ON c.id = e.classification_id
         LEFT JOIN posts p ON p.id = c.post_id LEFT JOIN reports r ON r.id = c.report_id
         WHERE e.signal_id = $1 AND coalesce(p.x_account_id, r.institute_id) = $2
       ) AS same`,
      [signalId, origin.authorId],
    );
    await this.addEvidence(manager, origin, signalId, call);
    if (origin.authorId === null || before?.same !== false) return null;
    const rows = await manager.query<{ confidence: string }[]>(
      `WITH raised AS (
         UPDATE signals SET confidence = 1 - (1 - confidence) * (1 - $2::numeric) WHERE id = $1 AND state = 'live' AND $2::numeric > 0
         RETURNING confidence
       )
       SELECT confidence FROM raised`,
      [signalId, share.toFixed()],
    );
    return rows[0] ? new Decimal(rows[0].confidence) : null;
  }

  /** The latest signal of the agent by these terms in this symbol within the last hours; in force while live, or an order or position of it is. */
  private async earlierSignal(
    manager: EntityManager,
    agentId: string,
    agentVersion: number,
    { symbol }: Call,
    now: Date,
  ): Promise<{ id: string; side: string; createdAt: Date; inForce: boolean } | null> {
    const [row] = await manager.query<{ id: string; side: string; createdAt: Date; inForce: boolean }[]>(
      `SELECT s.id, s.side, s.created_at AS "createdAt",
         (s.state = 'live' AND s.expires_at > $3)
         OR EXISTS (SELECT FROM orders o WHERE o.signal_id = s.id AND o.state IN ('pending', 'submitting', 'unknown'))
         OR EXISTS (SELECT FROM positions p WHERE p.signal_id = s.id AND p.state IN ('opening', 'open', 'closing')) AS "inForce"
       FROM signals s
       WHERE s.agent_id = $1 AND s.symbol = $2 AND s.created_at > $3::timestamptz - $4 * interval '1 hour' AND s.agent_version = $5
       ORDER BY s.created_at DESC, s.id DESC LIMIT 1`,
      [agentId, symbol, now, CORROBORATION_HOURS, agentVersion],
    );
    return row ?? null;
  }

  private async addEvidence(manager: EntityManager, origin: SignalOrigin, signalId: string, call: Call): Promise<void> {
    await manager
      .createQueryBuilder()
      .insert()
      .into(SignalSourceEntity)
      .values({
        signalId,
        sourceKind: origin.kind,
        sourceId: origin.sourceId,
        classificationId: origin.classificationId,
        confidence: new Decimal(call.confidence),
      })
      .orIgnore()
      .execute();
  }

  /** Live signals of the other side end here, with their orders that were not sent. The position is closed by the monitor. */
  private async supersedeOpposite(
    manager: EntityManager,
    agentId: string,
    agentVersion: number,
    { symbol, side }: Call,
    now: Date,
  ): Promise<number> {
    const rows = await manager.query<unknown[]>(
      `WITH superseded AS (
         UPDATE signals SET state = 'superseded'
          WHERE agent_id = $1 AND agent_version = $5 AND symbol = $2 AND side <> $3 AND state = 'live' RETURNING id
       ), cancelled AS (
         UPDATE orders SET state = 'cancelled', code = 'SIGNAL_SUPERSEDED', reason = 'a newer signal is on the other side', settled_at = $4
         WHERE state = 'pending' AND purpose = 'open' AND signal_id IN (SELECT id FROM superseded)
       )
       SELECT id FROM superseded`,
      [agentId, symbol, side, now, agentVersion],
    );
    return rows.length;
  }

  /**
   * One opening order per active deployment of the agent that the signal's version of its terms binds; the client order id is that of
   * `clientOrderId`, in SQL.
   */
  private async fanOut(manager: EntityManager, signalId: string, now: Date): Promise<number> {
    const rows = await manager.query<unknown[]>(
      `WITH placed AS (
         INSERT INTO orders (client_order_id, deployment_id, signal_id, purpose, leg, symbol, side, state, next_attempt_at, created_at)
         SELECT '0x' || encode(substring(sha256(convert_to(d.id || ':' || s.id || ':open:0', 'UTF8')) FOR 16), 'hex'),
           d.id, s.id, 'open', 0, s.symbol, s.side, 'pending', $2, $2
         FROM signals s JOIN agents a ON a.id = s.agent_id JOIN deployments d ON d.agent_id = a.id
         WHERE s.id = $1 AND d.state = 'active' AND ${VERSION_IN_FORCE} = s.agent_version
         RETURNING id
       )
       SELECT id FROM placed`,
      [signalId, now],
    );
    return rows.length;
  }
}
