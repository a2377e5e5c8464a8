import { Decimal } from './decimal';

export const RISK_PRESETS = ['conservative', 'moderate', 'aggressive'] as const;
export type RiskPreset = (typeof RISK_PRESETS)[number];

export interface RiskLimits {
  /** Fraction of equity that a position loses at its stop when the multiplier is 1. */
  riskFraction: Decimal;
  /** Fraction of equity that is never used as margin. */
  reserveFraction: Decimal;
  /** Distance of the stop, fraction of price, where a call gives none; the target is then twice as far. */
  stopFraction: Decimal;
}

function limits(risk: string, reserve: string, stop: string): RiskLimits {
  return { riskFraction: new Decimal(risk), reserveFraction: new Decimal(reserve), stopFraction: new Decimal(stop) };
}

export const PRESET_LIMITS: Readonly<Record<RiskPreset, RiskLimits>> = {
  conservative: limits('0.005', '0.30', '0.05'),
  moderate: limits('0.01', '0.20', '0.06'),
  aggressive: limits('0.02', '0.10', '0.08'),
};
