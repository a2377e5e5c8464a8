import { systemClock, type KeyVault } from '@maxxit/domain';
import { ServiceHttp, type VenueWorld } from '@maxxit/venues';
import { HttpService } from '@nestjs/axios';
import axios from 'axios';
import { privateKeyToAddress } from 'viem/accounts';
import { AcmeAdapter } from './acme.adapter';

/** Made up; everything that comes out of the adapter is searched for it. */
const PRIVATE_KEY = `0x${'4c0883a69102937d'.repeat(4)}` as const;
const vault: KeyVault = {
  seal: () => Promise.reject(new Error('not needed here')),
  use: (_keyId, work) => work(PRIVATE_KEY),
};

/**
 * The venue as the checks see it: a stand-in that listens on this machine, keeps accounts, executes at a price that can be set, and fails
 * when it is told to. examples/custom-venue has one. Put it in the place of the URL, and let each function below act on it.
 */
export function acmeWorld(): VenueWorld {
  const http = new ServiceHttp(new HttpService(axios.create()), 'Acme', 'http://127.0.0.1:9', 5_000);
  return {
    adapter: new AcmeAdapter(http, systemClock, vault),
    account: { address: `0x${'ab'.repeat(20)}`, keyId: 'key-1' },
    delegate: privateKeyToAddress(PRIVATE_KEY).toLowerCase(),
    secrets: [PRIVATE_KEY.slice(2)],
    symbol: 'BTC',
    limitsSlippage: true,
    setPrice: () => undefined,
    failNext: () => undefined,
    deposit: () => undefined,
    closeMarket: () => undefined,
    approval: null,
    garble: () => undefined,
    disconnect: () => undefined,
    executedOrders: () => 0,
    dispose: () => undefined,
  };
}
