import {
  parseDecimal,
  SIDES,
  sum,
  ZERO,
  type FilledOutcome,
  type OrderLookup,
  type OrderOutcome,
  type RejectCode,
  type VenueFill,
  type VenueMarket,
} from '@maxxit/domain';
import { rejected, type ServiceAnswer } from '@maxxit/venues';
import { z } from 'zod';

/** The desk writes amounts as text. */
const amount = z.string().transform((text, context) => {
  const value = parseDecimal(text);
  if (value) return value;
  context.addIssue({ code: 'custom', message: 'no decimal number' });
  return z.NEVER;
});
const time = z.iso.datetime().transform((text) => new Date(text));

export const healthSchema = z.object({ status: z.literal('up') });

export const marketsSchema = z.array(
  z
    .object({
      symbol: z.string(),
      lotDecimals: z.int().min(0),
      maxLeverage: amount,
      minNotionalUsd: amount,
      takerFee: amount,
      halfSpread: amount,
    })
    .transform(({ symbol, lotDecimals, ...terms }): VenueMarket => ({
      venue: 'x-desk',
      symbol,
      venueSymbol: symbol,
      sizeDecimals: lotDecimals,
      ...terms,
      feeOnClose: true,
      longFundingPerHour: ZERO,
      gasUsd: ZERO,
      oracleFeeUsd: ZERO,
    })),
);

export const priceSchema = z.object({ price: amount, open: z.boolean(), at: time }).nullable();

export const accountSchema = z.object({
  equityUsd: amount,
  freeUsd: amount,
  positions: z.array(z.object({ symbol: z.string(), side: z.enum(SIDES), size: amount, entryPrice: amount })),
});

const fill = z
  .object({
    id: z.string(),
    orderId: z.string(),
    clientOrderId: z.string().nullable(),
    symbol: z.string(),
    side: z.enum(['buy', 'sell']),
    price: amount,
    size: amount,
    feeUsd: amount,
    at: time,
  })
  .transform(({ id, orderId, ...rest }): VenueFill => ({
    ...rest,
    venueFillId: id,
    venueOrderId: orderId,
    realisedPnlUsd: null,
    liquidation: false,
    venuePositionId: null,
    trigger: null,
  }));
export const fillsSchema = z.array(fill);

export const transfersSchema = z.array(z.object({ id: z.string(), amountUsd: amount, at: time }));

export const keySchema = z.object({ allowed: z.boolean(), until: time.nullable() });

/** What became of an order by its client order id. The desk says "none" itself: a 404 may come from a proxy, and would prove nothing. */
export const orderSchema = z.discriminatedUnion('state', [
  z.object({ state: z.literal('none') }),
  z.object({ state: z.literal('filled'), fills: fillsSchema.min(1) }),
  z.object({ state: z.literal('refused'), code: z.string(), error: z.string() }),
]);
export type DeskOrderState = z.infer<typeof orderSchema>;

/** The desk's refusals in our words. One that is missing here is VENUE_REFUSED. */
const CODES: Readonly<Record<string, RejectCode>> = {
  MARKET_CLOSED: 'MARKET_CLOSED',
  UNKNOWN_SYMBOL: 'MARKET_NOT_FOUND',
  TOO_SMALL: 'MIN_NOTIONAL',
  TOO_MUCH_LEVERAGE: 'MAX_LEVERAGE',
  NO_MARGIN: 'INSUFFICIENT_MARGIN',
  PRICE_BEYOND_LIMIT: 'SLIPPAGE',
  NOTHING_TO_REDUCE: 'POSITION_NOT_FOUND',
  KEY_NOT_ALLOWED: 'AGENT_NOT_APPROVED',
};

export function lookupOf(state: DeskOrderState): OrderLookup {
  if (state.state === 'none') return { kind: 'not_found' };
  if (state.state === 'refused') return rejected(CODES[state.code] ?? 'VENUE_REFUSED', state.error);
  return filledBy(state.fills);
}

/** What the answer to an order proves. Whatever the API's description does not have proves nothing: it is unknown. */
export function outcomeOf({ status, body }: ServiceAnswer): OrderOutcome {
  const state = orderSchema.safeParse(body).data;
  if (status === 200 && state?.state === 'filled') return filledBy(state.fills);
  if (status === 422 && state?.state === 'refused') return rejected(CODES[state.code] ?? 'VENUE_REFUSED', state.error);
  if (status === 429) return rejected('RATE_LIMITED', 'The desk had too many requests and read none of this one.');
  return { kind: 'unknown', cause: `The desk answered ${status} and nothing that its API describes.` };
}

/** The desk fills an order wholly or refuses it. */
function filledBy(fills: VenueFill[]): FilledOutcome {
  const size = sum(fills.map((one) => one.size));
  return {
    kind: 'filled',
    venueOrderId: fills[0]!.venueOrderId,
    venuePositionId: null,
    price: sum(fills.map((one) => one.size.times(one.price))).div(size),
    size,
    complete: true,
    feeUsd: sum(fills.map((one) => one.feeUsd)),
    fills,
    protectionRests: false,
  };
}
