import { Injectable, Logger } from '@nestjs/common';
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

const REQUEST_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const TICK_BUCKETS = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300];
const LATENCY_BUCKETS = [0.05, 0.1, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 2, 3, 5, 10, 20, 30, 60, 120, 300, 600, 1200];

type CollectedGauge = 'queueDepth' | 'oldestPendingOrderAge' | 'sourceSilence' | 'sourceOverdue';

/**
 * What a process tells Prometheus, at GET /metrics. Durations are in seconds, as Prometheus wants them. What only one app can
 * know (the queue, latencies of the path) it sets or observes here by itself.
 */
@Injectable()
export class Metrics {
  readonly registry = new Registry();

  readonly uptime = new Gauge({
    name: 'maxxit_uptime_seconds',
    help: 'Seconds since the process started',
    registers: [this.registry],
    collect() {
      this.set(process.uptime());
    },
  });
  readonly requestDuration = new Histogram({
    name: 'maxxit_http_request_duration_seconds',
    help: 'Time to answer an HTTP request',
    labelNames: ['method', 'route', 'status'],
    buckets: REQUEST_BUCKETS,
    registers: [this.registry],
  });
  readonly errors = new Counter({
    name: 'maxxit_errors_total',
    help: 'Errors by their stable code, of HTTP answers and of ticks',
    labelNames: ['code'],
    registers: [this.registry],
  });
  readonly tickDuration = new Histogram({
    name: 'maxxit_tick_duration_seconds',
    help: 'Time that a tick of a loop took',
    labelNames: ['loop'],
    buckets: TICK_BUCKETS,
    registers: [this.registry],
  });
  readonly ticks = new Counter({
    name: 'maxxit_ticks_total',
    help: 'Ticks of a loop by outcome: ok or error',
    labelNames: ['loop', 'outcome'],
    registers: [this.registry],
  });
  readonly queueDepth = new Gauge({
    name: 'maxxit_queue_depth',
    help: 'Orders by state',
    labelNames: ['state'],
    registers: [this.registry],
    collect: () => this.collectAnew('queueDepth', () => this.queueDepth.reset()),
  });
  readonly oldestPendingOrderAge = new Gauge({
    name: 'maxxit_oldest_pending_order_age_seconds',
    help: 'Age of the oldest order that is still pending; 0 when there is none',
    registers: [this.registry],
    collect: () => this.collectAnew('oldestPendingOrderAge', () => this.oldestPendingOrderAge.remove()),
  });
  readonly sourceSilence = new Gauge({
    name: 'maxxit_source_silence_seconds',
    help: 'Seconds since the last post or report of a followed source',
    labelNames: ['kind', 'source'],
    registers: [this.registry],
    collect: () => this.collectAnew('sourceSilence', () => this.sourceSilence.reset()),
  });
  readonly sourceOverdue = new Gauge({
    name: 'maxxit_source_overdue',
    help: '1 when a followed source has been silent for longer than is usual for it, else 0',
    labelNames: ['kind', 'source'],
    registers: [this.registry],
    collect: () => this.collectAnew('sourceOverdue', () => this.sourceOverdue.reset()),
  });
  readonly signalToOrder = new Histogram({
    name: 'maxxit_signal_to_order_seconds',
    help: 'Time from the signal to the order being sent to the venue',
    labelNames: ['venue'],
    buckets: LATENCY_BUCKETS,
    registers: [this.registry],
  });
  readonly receiptToOrder = new Histogram({
    name: 'maxxit_receipt_to_order_seconds',
    help: 'Time from a post or report being stored here to its order being accepted by the venue',
    labelNames: ['venue'],
    buckets: LATENCY_BUCKETS,
    registers: [this.registry],
  });
  readonly postToOrder = new Histogram({
    name: 'maxxit_post_to_order_seconds',
    help: 'Time from the publication of the post to the order being sent to the venue',
    labelNames: ['venue'],
    buckets: LATENCY_BUCKETS,
    registers: [this.registry],
  });

  readonly equityMismatch = new Gauge({
    name: 'maxxit_equity_mismatch_usd',
    help: "How far a venue account's equity is from what its baseline, fills and cash flows account for; 0 when it is proved",
    labelNames: ['venue', 'venue_account_id'],
    registers: [this.registry],
  });

  readonly requestWait = new Histogram({
    name: 'maxxit_request_wait_seconds',
    help: 'Time that a request to the outside world waited for its turn within the limits; outcome let_go or refused',
    labelNames: ['scope', 'priority', 'outcome'],
    buckets: REQUEST_BUCKETS,
    registers: [this.registry],
  });

  readonly requestWeight = new Counter({
    name: 'maxxit_request_weight_total',
    help: 'Weight of the requests to the outside world that were let go, as it counts them',
    labelNames: ['scope', 'priority'],
    registers: [this.registry],
  });

  readonly walletPool = new Gauge({
    name: 'maxxit_wallet_pool_available',
    help: 'Keys that wait to be handed out to new deployments',
    registers: [this.registry],
  });

  private readonly logger = new Logger(Metrics.name);
  private readonly collectors = new Map<CollectedGauge, () => Promise<void>>();

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  /** Has `collect` set the gauge anew at each scrape. When it throws, the gauge is left out of that scrape. */
  onCollect(gauge: CollectedGauge, collect: () => Promise<void>): void {
    this.collectors.set(gauge, collect);
  }

  private async collectAnew(gauge: CollectedGauge, clear: () => void): Promise<void> {
    clear();
    try {
      await this.collectors.get(gauge)?.();
    } catch (error) {
      clear();
      this.errors.inc({ code: 'METRIC_NOT_COLLECTED' });
      this.logger.warn({ code: 'METRIC_NOT_COLLECTED', gauge, err: error }, 'a gauge is left out of this scrape');
    }
  }
}
