import { Decimal, ConflictError } from '@maxxit/domain';
import type { AuditDetails, DeploymentEntity } from '@maxxit/database';
import type { LimitsDto } from './deployment.dto';

/** The longest that Hyperliquid lets an approval hold, and so the longest mandate. */
const MAX_MANDATE_DAYS = 180;

/** The columns of the limits that are given. Throws ConflictError MANDATE_NOT_VALID for an end that is past or too far ahead. */
export function limitColumns(limits: Partial<LimitsDto>, now: Date): Partial<DeploymentEntity> {
  const { maxNotionalUsd, maxLeverage, maxDailyLossUsd, maxDrawdown, maxOpenPositions, mandateValidUntil } = limits;
  const { riskTolerance, tradeFrequency, socialWeight, momentumFocus, topMarketsOnly } = limits;
  const { cooldownMinutes, stopGuardStops, stopGuardMinutes, lowProfitCount, lowProfitMinutes, lowProfitFraction } = limits;
  return {
    ...(maxNotionalUsd !== undefined && { maxNotionalUsd: new Decimal(maxNotionalUsd) }),
    ...(maxLeverage !== undefined && { maxLeverage: new Decimal(maxLeverage) }),
    ...(maxDailyLossUsd !== undefined && { maxDailyLossUsd: new Decimal(maxDailyLossUsd) }),
    ...(maxDrawdown !== undefined && { maxDrawdown: new Decimal(maxDrawdown) }),
    ...(maxOpenPositions !== undefined && { maxOpenPositions }),
    ...(cooldownMinutes !== undefined && { cooldownMinutes }),
    ...(stopGuardStops !== undefined && { stopGuardStops }),
    ...(stopGuardMinutes !== undefined && { stopGuardMinutes }),
    ...(lowProfitCount !== undefined && { lowProfitCount }),
    ...(lowProfitMinutes !== undefined && { lowProfitMinutes }),
    ...(lowProfitFraction !== undefined && { lowProfitFraction: new Decimal(lowProfitFraction) }),
    ...(riskTolerance !== undefined && { riskTolerance }),
    ...(tradeFrequency !== undefined && { tradeFrequency }),
    ...(socialWeight !== undefined && { socialWeight }),
    ...(momentumFocus !== undefined && { momentumFocus }),
    ...(topMarketsOnly !== undefined && { topMarketsOnly }),
    ...(mandateValidUntil !== undefined && { mandateValidUntil: mandateEnd(mandateValidUntil, now) }),
  };
}

/** The same for the audit log. */
export function limitDetails(limits: Partial<DeploymentEntity>): AuditDetails {
  const entries = Object.entries(limits).map(([name, value]: [string, unknown]) => [name, detail(value)] as const);
  return Object.fromEntries(entries);
}

function detail(value: unknown): string | number {
  if (value instanceof Decimal) return value.toFixed();
  if (value instanceof Date) return value.toISOString();
  return value as number;
}

export function mandateEnd(text: string, now: Date): Date {
  const end = new Date(text);
  const days = (end.getTime() - now.getTime()) / 86_400_000;
  if (days > 0 && days <= MAX_MANDATE_DAYS) return end;
  throw new ConflictError('MANDATE_NOT_VALID', `mandateValidUntil has to be in the future, at most ${MAX_MANDATE_DAYS} days ahead.`);
}
