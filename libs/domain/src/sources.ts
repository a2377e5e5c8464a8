import type { Decimal } from './decimal';
import type { Side } from './venue';

/**
 * What a post is besides what it says. `retweet`: somebody else's words; `reply`: an answer to somebody else; `thread`: an answer to
 * oneself; `quote`: own words about somebody else's post.
 */
export const POST_KINDS = ['post', 'thread', 'quote', 'reply', 'retweet'] as const;
export type PostKind = (typeof POST_KINDS)[number];

/** A post as its source gave it. `sourceId` is a 64-bit number in a string: compare as BigInt. */
export interface SourcePost {
  /** Of an edited post the id of its first version. */
  sourceId: string;
  username: string;
  kind: PostKind;
  /** The author's own words, whole; of an edited post those of the version that stands. */
  text: string;
  publishedAt: Date;
  /** It is not the first version. */
  edited: boolean;
}

export interface PostPage {
  /** Oldest first. */
  posts: SourcePost[];
  /** The highest id that the source showed, of whatever version: where the next question starts. Null when it showed none. */
  newestId: string | null;
  /** True when the source may have held back older posts than these that are newer than the cursor. */
  gap: boolean;
  /** Items that could not be read, with the reason; the rest is not lost because of them. */
  malformed: { sourceId: string | null; why: string }[];
}

/** An account as a source is asked about it. */
export interface PostAuthor {
  username: string;
  /** The source's own id of the account, once `resolve` has given it. */
  userId: string | null;
}

/** What has become of a post since it was read. */
export type PostChange = { sourceId: string; kind: 'deleted' } | { sourceId: string; kind: 'edited'; text: string };

/** Where posts come from. Throws RetryableError when the source could not be asked or asks to wait (until `details.retryAt`, if given). */
export interface PostSource {
  /** All posts of the author newer than `sinceId`, every page; on the first run (null) one page. */
  newPosts(author: PostAuthor, sinceId: string | null): Promise<PostPage>;
  /** The source's own id of an account: asked for once and kept. Absent where the source knows accounts by their names. */
  resolve?(username: string): Promise<string>;
  /** Which of these posts (100 at most) were deleted or edited. Absent where the source can't say. */
  changes?(sourceIds: readonly string[]): Promise<PostChange[]>;
}

export const POST_SOURCE = Symbol('POST_SOURCE');

export interface SourceReport {
  /** Unique within its institute. */
  sourceId: string;
  title: string;
  text: string;
  publishedAt: Date;
}

export interface ReportPage {
  /** Oldest first. */
  reports: SourceReport[];
  malformed: { sourceId: string | null; why: string }[];
  /** What the feed wants to be shown next time, so that it answers with changes only. */
  validators: FeedValidators;
}

/** HTTP's own marks of a version (RFC 9110, ETag and Last-Modified). */
export interface FeedValidators {
  etag: string | null;
  lastModified: string | null;
}

/** Where the reports of research institutes come from. Throws RetryableError when the feed could not be read. */
export interface ReportSource {
  /** What the feed has; nothing when it hasn't changed since `validators`. */
  reports(feedUrl: string, validators: FeedValidators): Promise<ReportPage>;
}

export const REPORT_SOURCE = Symbol('REPORT_SOURCE');

/** One instruction read out of a text. Prices in USD. */
export interface Call {
  symbol: string;
  side: Side;
  leverage: Decimal | null;
  entry: Decimal | null;
  stopLoss: Decimal | null;
  takeProfits: Decimal[];
  /** 0..1: how sure the classifier is that the text says this. */
  confidence: number;
}

/** Why a text, or a part of it, gave no call. */
export interface Refusal {
  code: string;
  why: string;
}

export interface Classification {
  calls: Call[];
  refused: Refusal[];
  model: string;
  promptVersion: string | null;
  /** SHA-256 of the raw answer (of the text, for a deterministic classifier), hex. */
  rawHash: string;
}

export interface Classifier {
  classify(text: string): Promise<Classification>;
}

export const CLASSIFIER = Symbol('CLASSIFIER');

/** Social and market figures of one symbol, as LunarCrush lists them; null where it has none. */
export interface SocialData {
  symbol: string;
  /** 0..100 */
  galaxyScore: number | null;
  /** 0..1, share of positive posts */
  sentiment: number | null;
  /** percent against the last period */
  socialVolumeChangePct: number | null;
  /** percent */
  priceChange24hPct: number | null;
  /** 1 is best */
  altRank: number | null;
  /** By market cap, 1 is the largest. Not part of the score. */
  marketRank: number | null;
}

export interface SocialDataSource {
  /**
   * Null when the source has nothing on the symbol or can't be asked: missing data lowers confidence and never stops a signal. `readOnly`:
   * what is read for it is not kept for others.
   */
  forSymbol(symbol: string, options?: { readOnly?: boolean }): Promise<SocialData | null>;
}

export const SOCIAL_DATA_SOURCE = Symbol('SOCIAL_DATA_SOURCE');

/** What a call came to under a stop and a target: whichever was reached first, or neither in time. */
export const CALL_RESULTS = ['target', 'stop', 'expired'] as const;
export type CallResult = (typeof CALL_RESULTS)[number];

/** What a symbol traded at during one minute, USD per coin. */
export interface MinuteCandle {
  at: Date;
  open: Decimal;
  high: Decimal;
  low: Decimal;
  close: Decimal;
}

/** Where recorded prices come from, for what our own samples don't cover. Throws RetryableError when it could not be asked. */
export interface CandleSource {
  readonly name: string;
  /** Minute candles from `from` (included) to `to`, oldest first, as many as one question gives; empty for a symbol that it doesn't know. */
  candles(symbol: string, from: Date, to: Date): Promise<MinuteCandle[]>;
}

export const CANDLE_SOURCE = Symbol('CANDLE_SOURCE');
