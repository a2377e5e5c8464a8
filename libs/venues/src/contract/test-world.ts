import { HttpService } from '@nestjs/axios';
import type { KeyVault } from '@maxxit/domain';
import axios from 'axios';
import { privateKeyToAddress } from 'viem/accounts';

/** A made-up key; specs search everything that comes out of the adapters for it. */
export const PRIVATE_KEY = `0x${'4c0883a69102937d'.repeat(4)}` as const;
/** How a key may be written: with its prefix or without; specs compare in lower case. */
export const SECRETS = [PRIVATE_KEY.slice(2)];
/** The address of PRIVATE_KEY, lower-case. */
export const DELEGATE = privateKeyToAddress(PRIVATE_KEY).toLowerCase();
/** DELEGATE is the delegate or agent of this one. */
export const TRADER = `0x${'ab'.repeat(20)}`;
export const ACCOUNT = { address: TRADER, keyId: 'key-1' };

/** A vault with one key in clear, for specs. */
export const testVault: KeyVault = {
  seal: () => {
    throw new Error('not needed here');
  },
  use: (_keyId, work) => work(PRIVATE_KEY),
};

export function httpService(): HttpService {
  return new HttpService(axios.create());
}
