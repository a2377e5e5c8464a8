import type { Decimal } from './decimal';
import type { Side } from './venue';

/** A post as its source gave it. `sourceId` is a 64-bit number in a string: compare as BigInt. */
export interface SourcePost {
  sourceId: string;
  username: string;
  text: string;
  publishedAt: Date;
}

export interface PostPage {
  /** Oldest first. */
  posts: SourcePost[];
  /** True when the source may have held back older posts than these that are newer than the cursor. */
  gap: boolean;
  /** Items that could not be read, with the reason; the rest is not lost because of them. */
  malformed: { sourceId: string | null; why: string }[];
}

/** Where posts come from. Throws RetryableError when the source could not be asked or asks to wait. */
export interface PostSource {
  /** All posts of `username` newer than `sinceId`; on the first run (null) one page. */
  newPosts(username: string, sinceId: string | null): Promise<PostPage>;
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
}

/** Where the reports of research institutes come from. Throws RetryableError when the feed could not be read. */
export interface ReportSource {
  reports(feedUrl: string): Promise<ReportPage>;
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
}

export interface SocialDataSource {
  /** Null when the source has nothing on the symbol or can't be asked: missing data lowers confidence and never stops a signal. */
  forSymbol(symbol: string): Promise<SocialData | null>;
}

export const SOCIAL_DATA_SOURCE = Symbol('SOCIAL_DATA_SOURCE');
