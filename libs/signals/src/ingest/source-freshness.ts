import { CLOCK, type Clock } from '@maxxit/domain';
import { HealthRegistry, Metrics } from '@maxxit/platform';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { freshnessOf } from './freshness';
import { isFollowed, RESEARCH_INSTITUTES, X_ACCOUNTS } from './source-tables';

/** How many of its latest posts say how often a source posts. */
const LATEST = 50;

/** A source that failed this many times in a row is reported. */
const FAILURES = 3;

const KINDS = { account: X_ACCOUNTS, institute: RESEARCH_INSTITUTES } as const;
export type FreshnessKind = keyof typeof KINDS;

/** One source as /status shows it. */
export interface SourceState {
  source: string;
  silentSeconds: number | null;
  /** Null while too little is known. */
  usualSeconds: number | null;
  overdue: boolean;
  failures: number;
}

export const FRESHNESS_KIND = Symbol('FRESHNESS_KIND');

/** Reports sources that normally post and don't, and sources that can't be read: in /status, and to Prometheus. */
@Injectable()
export class SourceFreshness implements OnModuleInit {
  constructor(
    private readonly dataSource: DataSource,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(FRESHNESS_KIND) private readonly kind: FreshnessKind,
    private readonly health: HealthRegistry,
    private readonly metrics: Metrics,
  ) {}

  onModuleInit(): void {
    this.health.addStatus(`${this.kind}s`, () => this.report());
    this.metrics.onCollect('sourceSilence', async () => {
      for (const { source, silentSeconds } of await this.states()) {
        if (silentSeconds !== null) this.metrics.sourceSilence.set({ kind: this.kind, source }, silentSeconds);
      }
    });
    this.metrics.onCollect('sourceOverdue', async () => {
      for (const { source, overdue } of await this.states()) this.metrics.sourceOverdue.set({ kind: this.kind, source }, overdue ? 1 : 0);
    });
  }

  /** Each source that an active agent follows, by name. */
  async states(): Promise<SourceState[]> {
    const { sources, name, items, key } = KINDS[this.kind];
    const rows = await this.dataSource.query<{ source: string; failures: number; published: Date[] | null }[]>(
      `SELECT s.${name} AS source, s.failures, latest.published FROM ${sources} s
       LEFT JOIN LATERAL (
         SELECT array_agg(published_at) AS published FROM (
           SELECT published_at FROM ${items} i WHERE i.${key} = s.id ORDER BY published_at DESC LIMIT $1
         ) newest
       ) latest ON true
       WHERE ${isFollowed(KINDS[this.kind])}
       ORDER BY 1`,
      [LATEST],
    );
    const seconds = (ms: number | null | undefined) => (ms == null ? null : Math.round(ms / 1000));
    return rows.map(({ source, failures, published }) => {
      const freshness = freshnessOf(published ?? [], this.clock.now());
      return {
        source,
        failures,
        silentSeconds: seconds(freshness?.silentMs),
        usualSeconds: seconds(freshness?.usualMs),
        overdue: freshness?.overdue ?? false,
      };
    });
  }

  private async report(): Promise<Record<string, unknown>> {
    const states = await this.states();
    const bad = states.filter(({ overdue, failures }) => overdue || failures >= FAILURES);
    if (bad.length === 0) return { followed: states.length };
    const said = bad.map(({ source, overdue, silentSeconds, usualSeconds, failures }) =>
      overdue
        ? `${source}: silent for ${silentSeconds} s, usually at most ${usualSeconds} s`
        : `${source}: failed ${failures} times in a row`,
    );
    throw new Error(said.slice(0, 20).join('; ') + (said.length > 20 ? `; and ${said.length - 20} more` : ''));
  }
}
