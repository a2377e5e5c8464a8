import { setting } from '@maxxit/platform';
import { z } from 'zod';

/** "1=https://..., 42161=https://..." */
const rpcUrls = z.string().transform((text, context): ReadonlyMap<number, string> => {
  const pairs = text.split(',').map((entry) => /^(\d+)=(https?:\/\/\S+)$/.exec(entry.trim()));
  if (pairs.every((pair) => pair !== null && URL.canParse(pair[2] ?? ''))) {
    return new Map(pairs.map((pair) => [Number(pair?.[1]), pair?.[2] ?? '']));
  }
  context.addIssue({ code: 'custom', message: 'it has to be <chain id>=<URL>, several separated by commas' });
  return z.NEVER;
});

const chainIds = z.string().transform((text, context): number[] => {
  const words = text.split(',').map((word) => word.trim());
  if (words.every((word) => /^[1-9]\d{0,14}$/.test(word))) return words.map(Number);
  context.addIssue({ code: 'custom', message: 'it has to be chain ids, separated by commas' });
  return z.NEVER;
});

const tokenMasterKey = z.string().transform((text, context): Buffer => {
  const key = Buffer.from(text.trim(), 'base64');
  if (key.length === 32 && key.toString('base64') === text.trim()) return key;
  context.addIssue({ code: 'custom', message: 'it has to be 32 bytes in base64' });
  return z.NEVER;
});

/** Of the app that signs users in. */
export const authSettings = {
  SIGN_IN_DOMAINS: setting
    .list()
    .default(['localhost:3000'])
    .describe('the sites that users may sign in on, host and port as in their address bar, separated by commas'),
  SIGN_IN_CHAIN_IDS: chainIds.default([1, 42161, 421614]).describe('the chains that a sign-in message may be for, separated by commas'),
  SIGN_IN_RPC_URLS: rpcUrls
    .optional()
    .describe(
      'for wallets that are contracts (Safe): an RPC of each chain that they may be on, as <chain id>=<URL>, separated by commas; unset: only plain wallets can sign in',
    ),
  SIGN_IN_RPC_TIMEOUT_MS: setting.milliseconds(100).default(5_000).describe('how long such an RPC may take, ms'),
  TOKEN_MASTER_KEY: tokenMasterKey.describe(
    'the key that encrypts the keys that sign access tokens, 32 random bytes in base64; not the MASTER_KEY of venue keys, and the same in ' +
      'every instance. When it is replaced, new signing keys are made; make one with: openssl rand -base64 32',
  ),
};

export type AuthSettings = z.infer<z.ZodObject<typeof authSettings>>;

export const AUTH_SETTINGS = Symbol('AUTH_SETTINGS');
