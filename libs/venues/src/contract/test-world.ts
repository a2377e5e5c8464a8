import { HttpService } from '@nestjs/axios';
import type { KeyVault } from '@maxxit/domain';
import axios from 'axios';

/** A made-up key; specs search everything that comes out of the adapters for it. */
export const PRIVATE_KEY = `0x${'4c0883a69102937d'.repeat(4)}` as const;
/** The address that belongs to PRIVATE_KEY is its delegate or agent. */
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
