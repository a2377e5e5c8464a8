import type { venueSettings } from '@maxxit/venues';
import type { z } from 'zod';

export const USD_DECIMALS = 6;

/** Where users' approvals are valid: on the networks that the venues are reached at. */
export type AuthorisationSettings = Pick<
  z.infer<z.ZodObject<typeof venueSettings>>,
  'HYPERLIQUID_NETWORK' | 'OSTIUM_CHAIN_ID' | 'OSTIUM_USDC_ADDRESS' | 'OSTIUM_TRADING_ADDRESS' | 'OSTIUM_TRADING_STORAGE_ADDRESS'
>;

/** The token for AuthorisationSettings. */
export const AUTHORISATION_SETTINGS = Symbol('AUTHORISATION_SETTINGS');
