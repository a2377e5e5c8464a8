import { setting } from '@maxxit/platform';
import { z } from 'zod';

export const USD_DECIMALS = 6;

const address = () =>
  z
    .string()
    .regex(/^0x[0-9a-fA-F]{40}$/, 'it has to be 0x and 40 hex digits')
    .transform((text) => text.toLowerCase());

/** Where users' approvals are valid. The defaults are the test networks; every value has to be of one network. */
export const authorisationSettings = {
  HYPERLIQUID_NETWORK: z.enum(['mainnet', 'testnet']).default('testnet').describe('the Hyperliquid network that users sign approvals for'),
  OSTIUM_CHAIN_ID: setting
    .integer(1)
    .default(421614)
    .describe("the chain of Ostium's contracts: 42161 (Arbitrum One) or 421614 (Arbitrum Sepolia)"),
  OSTIUM_USDC_ADDRESS: address()
    .default('0xe73b11fb1e3eeee8af2a23079a4410fe1b370548')
    .describe('USDC on that chain; 0xaf88d065e77c8cC2239327C5EDb3A432268e5831 on Arbitrum One'),
  OSTIUM_TRADING_ADDRESS: address()
    .default('0x2a9b9c988393f46a2537b0ff11e98c2c15a95afe')
    .describe("Ostium's Trading contract on that chain; 0x6D0bA1f9996DBD8885827e1b2e8f6593e7702411 on Arbitrum One"),
  OSTIUM_TRADING_STORAGE_ADDRESS: address()
    .default('0x0b9f5243b29938668c9cfbd7557a389ec7ef88b8')
    .describe(
      "Ostium's TradingStorage contract on that chain, which takes the collateral; 0xcCd5891083A8acD2074690F65d3024E7D13d66E7 on Arbitrum One",
    ),
};

export type AuthorisationSettings = z.infer<z.ZodObject<typeof authorisationSettings>>;

/** The token for AuthorisationSettings. */
export const AUTHORISATION_SETTINGS = Symbol('AUTHORISATION_SETTINGS');
