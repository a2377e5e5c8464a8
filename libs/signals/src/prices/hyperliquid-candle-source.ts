import { parseDecimal, type RequestBudget, RetryableError, type CandleSource, type MinuteCandle } from '@maxxit/domain';
import { HttpService } from '@nestjs/axios';
import { firstValueFrom } from 'rxjs';
import { z } from 'zod';

const MAX_BYTES = 5_000_000;

/** What `candleSnapshot` weighs, and how many candles of the answer weigh one more. Source: the venue's rate limits. */
const WEIGHT = 20;
const CANDLES_PER_WEIGHT = 60;

export interface HyperliquidCandleOptions {
  /** The API, without /info. */
  url: string;
  timeoutMs: number;
}

const price = z.string().transform((text, context) => {
  const value = parseDecimal(text);
  if (value?.gt(0)) return value;
  context.addIssue({ code: 'custom', message: 'not a price' });
  return z.NEVER;
});
const candlesSchema = z.array(z.object({ t: z.number(), o: price, h: price, l: price, c: price }));

/** Minute candles from Hyperliquid's public API (`candleSnapshot` of /info: the latest 5000 of a coin), for the coins that it lists. */
export class HyperliquidCandleSource implements CandleSource {
  readonly name = 'hyperliquid-candles';

  constructor(
    private readonly http: HttpService,
    private readonly budget: RequestBudget,
    private readonly options: HyperliquidCandleOptions,
  ) {}

  async candles(symbol: string, from: Date, to: Date): Promise<MinuteCandle[]> {
    // It is asked for coins only: what it lists of other markets has names of its own.
    if (!/^[A-Za-z0-9]+$/.test(symbol)) return [];
    const { url, timeoutMs } = this.options;
    const req = { coin: symbol, interval: '1m', startTime: from.getTime(), endTime: to.getTime() };
    const unavailable = (why: string) => new RetryableError('CANDLES_UNAVAILABLE', `Hyperliquid gave no candles of ${symbol} (${why}).`);
    // It counts against what the venue allows this IP address for trading as well.
    await this.budget.take({ scope: 'hyperliquid', weight: WEIGHT, priority: 'sweep' });
    const { status, data } = await firstValueFrom(
      this.http.post<unknown>(
        `${url}/info`,
        { type: 'candleSnapshot', req },
        { signal: AbortSignal.timeout(timeoutMs), maxContentLength: MAX_BYTES, maxRedirects: 0, validateStatus: () => true },
      ),
    ).catch(() => {
      throw unavailable('no answer in time');
    });
    // A coin that it does not list is its 500.
    if (status === 500) return [];
    const parsed = candlesSchema.safeParse(data);
    if (status !== 200 || !parsed.success) throw unavailable(`status ${status}`);
    await this.budget.charge('hyperliquid', Math.ceil(parsed.data.length / CANDLES_PER_WEIGHT));
    return parsed.data.map(({ t, o, h, l, c }) => ({ at: new Date(t), open: o, high: h, low: l, close: c }));
  }
}
