// A process of its own that acts at Hyperliquid with several keys at once, through our own client and nonces:
// node act.mjs <database URL> <simulator's URL> <how many actions> <master's address>:<agent's key>...
// Prints as JSON on its last line what was refused, and the nonces of each signer in the order in which it was given them.
import { createRequire } from 'node:module';
import path from 'node:path';
import 'reflect-metadata';

const require = createRequire(import.meta.url);
const built = (file) => require(path.resolve('dist/libs', file));
const { createDataSource } = built('database/src/data-source.js');
const { DatabaseNonceSource } = built('database/src/database-nonce-source.js');
const { unlimitedBudget } = built('domain/src/index.js');
const { HyperliquidNativeClient } = built('venues/src/hyperliquid/hyperliquid-native.client.js');

const [databaseUrl, apiUrl, count, ...keys] = process.argv.slice(2);
const signers = keys.map((key) => key.split(':'));

const dataSource = await createDataSource({ url: databaseUrl, service: 'act', poolSize: 4 }).initialize();
const source = new DatabaseNonceSource(dataSource);
const given = {};
const nonces = {
  next: async (signer) => {
    const nonce = await source.next(signer);
    (given[signer] ??= []).push(nonce);
    return nonce;
  },
};
const client = new HyperliquidNativeClient({ network: 'testnet', apiUrl, timeoutMs: 60_000 }, unlimitedBudget, nonces);

const results = await Promise.all(
  Array.from({ length: Number(count) }, (_, index) => {
    const [master, privateKey] = signers[index % signers.length];
    const send = (exchange, options) => exchange.updateLeverage({ asset: 0, isCross: true, leverage: 5 }, options);
    return client.act(privateKey, master, { orders: 1, priority: 'open' }, send, new Date());
  }),
);
await dataSource.destroy();
console.log(JSON.stringify({ refused: results.filter((result) => 'refused' in result), given }));
