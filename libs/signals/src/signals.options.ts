import type { LlmPrices } from './classify/llm/llm-classifier';
import type { LlmClientOptions } from './classify/llm/llm-client';
import type { HyperliquidCandleOptions } from './prices/hyperliquid-candle-source';
import type { LunarCrushOptions } from './sources/lunarcrush-source';
import type { ReportFeedOptions } from './sources/report-feed-source';
import type { BudgetLimits } from './sources/source-budget';
import type { XApiOptions } from './sources/x-api-post-source';
import type { XProxyOptions } from './sources/x-proxy-post-source';

/** When posts and reports still trade, and for how long their signals do. */
export interface SignalRules {
  /** A post older than this never trades, ms. */
  postMaxAgeMs: number;
  /** A report older than this never trades, ms. */
  reportMaxAgeMs: number;
  /** How long a signal is live, ms. */
  signalTtlMs: number;
}

/** How sources are asked. */
export interface PollRules {
  /** How often each source is asked, ms. */
  intervalMs: number;
  /** How long nobody else asks a source while one does; longer than its timeout, ms. */
  leaseMs: number;
  /** The pause after a first failure, and the longest one; it doubles in between, ms. */
  backoffMinMs: number;
  backoffMaxMs: number;
}

/** One of the ways to posts. */
export type PostSourceOptions = ({ kind: 'proxy' } & XProxyOptions) | ({ kind: 'x-api'; budget: BudgetLimits } & XApiOptions);

/** What SignalsModule is made of; `signalsOptions` makes the part that all apps share of the settings. */
export interface SignalsOptions {
  rules: SignalRules;
  /** Absent: signals have no score. */
  lunarCrush?: LunarCrushOptions;
  /** Absent: posts are read by the rules alone. */
  llm?: { client: LlmClientOptions; prices: LlmPrices; budget: BudgetLimits };
  /** For a process that ingests posts. */
  posts?: { source: PostSourceOptions; poll: PollRules };
  /** For a process that takes the reports of institutes that push them. No secret: none is taken. */
  webhooks?: { masterSecret: string | null };
  /** For a process that records what symbols trade at. */
  prices?: { candles: HyperliquidCandleOptions | null };
  /** For a process that ingests reports. */
  reports?: ReportFeedOptions & { poll: PollRules };
}

export const SIGNAL_RULES = Symbol('SIGNAL_RULES');
export const POLL_RULES = Symbol('POLL_RULES');
