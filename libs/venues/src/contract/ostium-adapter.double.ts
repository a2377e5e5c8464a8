import { Decimal, systemClock, type Clock, type SentOrder, type SignerLane, type VenueOrder } from '@maxxit/domain';
import { OstiumChainClient, type OstiumChainOptions } from '../ostium/ostium-chain.client';
import { OstiumDataClient } from '../ostium/ostium-data.client';
import { OstiumAdapter } from '../ostium/ostium.adapter';
import { ServiceHttp } from '../service-http';
import { CHAIN_ID, type OstiumChainDouble } from './ostium-chain.double';
import { ACCOUNT, httpService, testVault } from './test-world';

const TIMEOUT_MS = 3000;

/** One after the other, as the database's lane has it. */
function lane(): SignerLane {
  let last: Promise<unknown> = Promise.resolve();
  return {
    run: (_signer, work) => {
      const next = last.then(work, work);
      last = next.catch(() => undefined);
      return next;
    },
  };
}

interface Options extends Partial<OstiumChainOptions> {
  clock?: Clock;
  pollTimes?: number;
}

/** The native adapter at a world that is brought back to its start. */
export async function ostiumAdapterAt(double: OstiumChainDouble, options: Options = {}): Promise<OstiumAdapter> {
  await double.reset();
  return freshOstiumAdapter(double, options);
}

/** An adapter that has kept nothing yet, at the world as it is. */
export function freshOstiumAdapter(
  double: OstiumChainDouble,
  { clock = systemClock, pollTimes = 2, ...chainOptions }: Options = {},
): OstiumAdapter {
  const url = double.baseUrl;
  const http = (name: string, url: string) => new ServiceHttp(httpService(), name, url, TIMEOUT_MS);
  const chain = new OstiumChainClient(http('The node', `${url}/rpc`), lane(), {
    chainId: CHAIN_ID,
    usdc: double.contracts.usdc,
    trading: double.contracts.trading,
    tradingStorage: double.contracts.tradingStorage,
    receiptTimeoutMs: 1000,
    receiptPollMs: 5,
    logBlocks: 1000,
    maxGas: 5_000_000,
    maxGasPriceGwei: 100,
    ...chainOptions,
  });
  const data = new OstiumDataClient(http('The subgraph', `${url}/subgraph`), http('The feed', `${url}/prices`));
  return new OstiumAdapter(chain, data, clock, testVault, {
    pollMs: 1,
    pollTimes,
    minGasOrders: 10,
    minCollateralUsd: new Decimal(1),
    maxPriceAgeMs: 60_000,
  });
}

let orders = 0;

/** An opening of 500 USD at 2x in BTC, by default. */
export function ostiumOrder(terms: Partial<VenueOrder> = {}): VenueOrder {
  return {
    clientOrderId: `0x${String(++orders).padStart(32, '0')}`,
    account: ACCOUNT,
    purpose: 'open',
    symbol: 'BTC',
    side: 'long',
    size: new Decimal(5),
    leverage: new Decimal(2),
    referencePrice: new Decimal(100),
    maxSlippage: new Decimal('0.01'),
    venuePositionId: null,
    protection: null,
    ...terms,
  };
}

/** An order as it is asked for later. */
export function sentOrder(of: VenueOrder, terms: Partial<SentOrder> = {}): SentOrder {
  return { ...of, venueOrderId: null, sentAt: new Date(), attributedOrderIds: new Set(), ...terms };
}
