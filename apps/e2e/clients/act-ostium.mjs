// A process of its own that sends orders to Ostium's contracts with one delegate key, through our own client and lane:
// node act-ostium.mjs <database URL> <OSTIUM_ settings as JSON> <how many orders> <trader's address> <delegate's key> <number of the process>
// Prints as JSON on its last line what became of each order.
import { createRequire } from 'node:module';
import path from 'node:path';
import 'reflect-metadata';

const require = createRequire(import.meta.url);
const built = (file) => require(path.resolve('dist/libs', file));
const { HttpService } = require('@nestjs/axios');
const axios = require('axios');
const { encodeFunctionData, zeroAddress } = require('viem');
const { createDataSource } = built('database/src/data-source.js');
const { DatabaseSignerLane } = built('database/src/database-signer-lane.js');
const { OstiumChainClient } = built('venues/src/ostium/ostium-chain.client.js');
const { tradingAbi } = built('venues/src/ostium/ostium.abi.js');
const { ServiceHttp } = built('venues/src/service-http.js');

const [databaseUrl, settingsJson, count, trader, privateKey, number] = process.argv.slice(2);
const settings = JSON.parse(settingsJson);
const dataSource = await createDataSource({ url: databaseUrl, service: 'act', poolSize: 4 }).initialize();
const http = new ServiceHttp(new HttpService(axios.create()), 'The node', settings.OSTIUM_RPC_URL, 60_000);
const client = new OstiumChainClient(http, new DatabaseSignerLane(dataSource), {
  chainId: Number(settings.OSTIUM_CHAIN_ID),
  usdc: settings.OSTIUM_USDC_ADDRESS,
  trading: settings.OSTIUM_TRADING_ADDRESS,
  tradingStorage: settings.OSTIUM_TRADING_STORAGE_ADDRESS,
  receiptTimeoutMs: 60_000,
  receiptPollMs: 20,
  logBlocks: 1000,
  maxGas: 5_000_000,
  maxGasPriceGwei: 100,
});
const wei = 10n ** 18n;
const trade = { collateral: 10_000_000n, openPrice: 100n * wei, tp: 0n, sl: 0n, trader, leverage: 200, pairIndex: 0, index: 0, buy: true };
const call = encodeFunctionData({
  abi: tradingAbi,
  functionName: 'openTrade',
  args: [trade, { builder: zeroAddress, builderFee: 0 }, 0, 100n],
});
const tags = Array.from({ length: Number(count) }, (_, index) => `0x${String(Number(number) * 1000 + index).padStart(32, '0')}`);
const sendings = await Promise.all(tags.map((tag) => client.act(privateKey, trader, call, tag)));
await dataSource.destroy();
const became = sendings.map((sending, index) => [
  tags[index],
  sending.kind === 'mined' ? sending.receipt.transactionHash : (sending.message ?? sending.cause),
]);
console.log(JSON.stringify({ became }));
