import { Decimal, type OpeningLimits } from '@maxxit/domain';
import { setting } from '@maxxit/platform';
import type { z } from 'zod';

/** The settings of whatever opens, closes, settles or watches positions. */
export const tradingSettings = {
  MAX_PRICE_MOVE: setting
    .decimal()
    .default(new Decimal('0.01'))
    .describe("how far the mark price may have moved from the signal's price before an order is refused, fraction"),
  MAX_SLIPPAGE: setting
    .decimal()
    .default(new Decimal('0.005'))
    .describe('how much worse than the mark price an execution may be, fraction'),
  MAX_CLOSE_SLIPPAGE: setting
    .decimal()
    .default(new Decimal('0.05'))
    .describe('the same for a closing order, fraction; wider, because a stop that is refused in a fast market leaves the position open'),
  EXPECTED_HOLD_HOURS: setting
    .decimal()
    .default(new Decimal('24'))
    .describe('for how long a position is expected to be held, hours; routing counts funding for it'),
  MAX_HOLD_HOURS: setting
    .decimal()
    .default(new Decimal(168))
    .describe('for how long a position is held at most, hours; fixed for each position at its entry'),
  ORDER_LEASE_MS: setting
    .milliseconds()
    .default(180_000)
    .describe('how long an order belongs to the worker that claimed it, ms; longer than any venue takes to answer'),
  NOT_FOUND_GRACE_MS: setting
    .milliseconds()
    .default(60_000)
    .describe('how old a sent order must be before a venue that does not know it is believed, ms'),
  SETTLE_RETRY_MS: setting
    .milliseconds()
    .default(5_000)
    .describe('how long to wait before the venue is asked again about an order in flight, ms'),
  RESTING_EXIT_GRACE_MS: setting
    .milliseconds()
    .default(15_000)
    .describe('how long a venue has to execute a stop or take profit that rests there and is due, before the position is closed by us, ms'),
  PROTECTION_CHECK_MS: setting
    .milliseconds()
    .default(600_000)
    .describe('how often it is checked that what should rest at a venue does, ms; after a change with a doubtful answer it is at once'),
  GAP_GRACE_MS: setting
    .milliseconds()
    .default(30_000)
    .describe('how long our books must differ from the venue before it is reported as an error, ms'),
  RECONCILE_INTERVAL_MS: setting
    .milliseconds()
    .default(10_000)
    .describe('how often our books are compared with a venue account that has a live position, ms'),
  SWEEP_INTERVAL_MS: setting
    .milliseconds()
    .default(60_000)
    .describe("the same for the other venue accounts, ms; with very many of them the venue's limits set the pace"),
  FULL_RECONCILE_INTERVAL_MS: setting
    .milliseconds()
    .default(3_600_000)
    .describe('after how long fills and cash flows are read again although the positions are as they were, ms; funding is paid hourly'),
  FULL_SWEEP_INTERVAL_MS: setting
    .milliseconds()
    .default(86_400_000)
    .describe('the same for venue accounts without a live position, ms; at Hyperliquid it weighs 68 of the 1,200 that it allows a minute'),
};

type Settings = { [Name in keyof typeof tradingSettings]: z.infer<(typeof tradingSettings)[Name]> };

export interface TradingOptions {
  /** Names the process in leases; unique among all that run. */
  worker: string;
  limits: OpeningLimits;
  /** How much worse than the mark price a closing order may be executed, fraction. */
  maxCloseSlippage: Decimal;
  /** How long a position is held at most, hours. */
  maxHoldHours: Decimal;
  orderLeaseMs: number;
  notFoundGraceMs: number;
  settleRetryMs: number;
  gapGraceMs: number;
  restingExitGraceMs: number;
  protectionCheckMs: number;
  reconcileIntervalMs: number;
  sweepIntervalMs: number;
  fullReconcileIntervalMs: number;
  fullSweepIntervalMs: number;
}

export const TRADING_OPTIONS = Symbol('TRADING_OPTIONS');

export function tradingOptions(worker: string, settings: Settings): TradingOptions {
  return {
    worker,
    limits: {
      maxPriceMove: settings.MAX_PRICE_MOVE,
      maxSlippage: settings.MAX_SLIPPAGE,
      expectedHoldHours: settings.EXPECTED_HOLD_HOURS,
    },
    maxHoldHours: settings.MAX_HOLD_HOURS,
    maxCloseSlippage: settings.MAX_CLOSE_SLIPPAGE,
    orderLeaseMs: settings.ORDER_LEASE_MS,
    notFoundGraceMs: settings.NOT_FOUND_GRACE_MS,
    settleRetryMs: settings.SETTLE_RETRY_MS,
    gapGraceMs: settings.GAP_GRACE_MS,
    restingExitGraceMs: settings.RESTING_EXIT_GRACE_MS,
    protectionCheckMs: settings.PROTECTION_CHECK_MS,
    reconcileIntervalMs: settings.RECONCILE_INTERVAL_MS,
    sweepIntervalMs: settings.SWEEP_INTERVAL_MS,
    fullReconcileIntervalMs: settings.FULL_RECONCILE_INTERVAL_MS,
    fullSweepIntervalMs: settings.FULL_SWEEP_INTERVAL_MS,
  };
}
