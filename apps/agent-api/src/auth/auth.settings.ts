import { tokenKeySettings } from '@maxxit/database';
import { setting, walletSettings } from '@maxxit/platform';
import { z } from 'zod';

const chainIds = z.string().transform((text, context): number[] => {
  const words = text.split(',').map((word) => word.trim());
  if (words.every((word) => /^[1-9]\d{0,14}$/.test(word))) return words.map(Number);
  context.addIssue({ code: 'custom', message: 'it has to be chain ids, separated by commas' });
  return z.NEVER;
});

/** Of the app that signs users in. */
export const authSettings = {
  SIGN_IN_DOMAINS: setting
    .list()
    .default(['localhost:3000'])
    .describe('the sites that users may sign in on, host and port as in their address bar, separated by commas'),
  SIGN_IN_CHAIN_IDS: chainIds.default([1, 42161, 421614]).describe('the chains that a sign-in message may be for, separated by commas'),
  ...walletSettings,
  ...tokenKeySettings,
};

export type AuthSettings = z.infer<z.ZodObject<typeof authSettings>>;

export const AUTH_SETTINGS = Symbol('AUTH_SETTINGS');
