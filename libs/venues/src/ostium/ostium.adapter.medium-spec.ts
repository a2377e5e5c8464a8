import { Decimal, systemClock } from '@maxxit/domain';
import { OstiumChainDouble, CHAIN_ID } from '../contract/ostium-chain.double';
import { ACCOUNT, httpService, testVault } from '../contract/test-world';
import { describeVenueContract } from '../contract/venue-contract';
import { ServiceHttp } from '../service-http';
import { OstiumChainClient } from './ostium-chain.client';
import { OstiumDataClient } from './ostium-data.client';
import { OstiumAdapter } from './ostium.adapter';
import { encodeErrorResult, parseAbi } from 'viem';

const TIMEOUT_MS = 1000;
let double: OstiumChainDouble;

beforeAll(async () => {
  double = await OstiumChainDouble.start();
});
afterAll(() => double.stop());

async function start(pollTimes = 2) {
  const { rpcUrl, subgraphUrl, pricesUrl } = await double.reset();
  const http = (name: string, url: string) => new ServiceHttp(httpService(), name, url, TIMEOUT_MS);
  const chain = new OstiumChainClient(
    http('The node', rpcUrl),
    { run: (_signer, work) => work() },
    {
      chainId: CHAIN_ID,
      usdc: double.contracts.usdc,
      trading: double.contracts.trading,
      tradingStorage: double.contracts.tradingStorage,
      receiptTimeoutMs: 1000,
      receiptPollMs: 5,
      logBlocks: 1000,
      maxGas: 5_000_000,
      maxGasPriceGwei: 100,
    },
  );
  const data = new OstiumDataClient(http('The subgraph', subgraphUrl), http('The feed', pricesUrl));
  return new OstiumAdapter(chain, data, systemClock, testVault, {
    pollMs: 1,
    pollTimes,
    minCollateralUsd: new Decimal(1),
    maxPriceAgeMs: 60_000,
  });
}

describe.each([0, 2])('asking %d times how an order ended', (pollTimes) => {
  describeVenueContract('the native Ostium adapter', async () => {
    const adapter = await start(pollTimes);
    return {
      adapter,
      account: ACCOUNT,
      symbol: 'BTC',
      setPrice: (price) => void (double.price = price),
      failNext: (fault) => {
        if (fault === 'no_margin') {
          return double.refuseNext(
            encodeErrorResult({ abi: parseAbi(['error Error(string)']), args: ['ERC20: transfer amount exceeds balance'] }),
          );
        }
        double.nextCall('eth_sendRawTransaction', { silence: true, forward: fault === 'answer_lost' });
      },
      disconnect: () => double.disconnect(),
      executedOrders: () => double.executedOrders,
      dispose: () => double.disconnect(),
    };
  });
});
