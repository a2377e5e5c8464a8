// @nktkas/hyperliquid, unmodified, against the simulator: node nktkas.mjs <base URL> <master's address> <agent's key>. Prints what it saw as JSON.
import { ExchangeClient, HttpTransport, InfoClient, SubscriptionClient, WebSocketTransport } from '@nktkas/hyperliquid';
import { privateKeyToAccount } from 'viem/accounts';

const [url, user, key] = process.argv.slice(2);
const CLOID = '0x7a3f19c2b4d84e6f9a0b1c2d3e4f5061';

const transport = new HttpTransport({ apiUrl: url, isTestnet: true });
const socket = new WebSocketTransport({ url: `${url.replace(/^http/, 'ws')}/ws`, isTestnet: true });
const info = new InfoClient({ transport });
const exchange = new ExchangeClient({ transport, wallet: privateKeyToAccount(key) });
const overSocket = new InfoClient({ transport: socket });
const subscriptions = new SubscriptionClient({ transport: socket });

const limit = (p, s, tif = 'Gtc') => ({ a: 0, b: true, p, s, r: false, t: { limit: { tif } } });
const trigger = (p, triggerPx, tpsl) => ({ a: 0, b: false, p, s: '0.01', r: true, t: { trigger: { isMarket: true, triggerPx, tpsl } } });
const statusesOf = (answer) => answer.response.data.statuses;

const meta = await info.meta();
const mids = await info.allMids();
const leverage = await exchange.updateLeverage({ asset: 0, isCross: true, leverage: 5 });
const [{ resting }] = statusesOf(await exchange.order({ orders: [limit('90000', '0.01')], grouping: 'na' }));
const modified = await exchange.modify({ oid: resting.oid, order: limit('91000', '0.02') });
const [open] = await info.frontendOpenOrders({ user });
const queried = await info.orderStatus({ user, oid: open.oid });
const cancelled = statusesOf(await exchange.cancel({ cancels: [{ a: 0, o: open.oid }] }));

let resolveFill;
const streamed = new Promise((resolve) => (resolveFill = resolve));
await subscriptions.userFills({ user }, (event) => {
  if (!event.isSnapshot && event.fills.length) resolveFill(event.fills[0]);
});
const bracket = statusesOf(
  await exchange.order({
    orders: [{ ...limit('96000', '0.01', 'Ioc'), c: CLOID }, trigger('80000', '90000', 'sl'), trigger('100000', '105000', 'tp')],
    grouping: 'normalTpsl',
  }),
);
const streamedFill = await streamed;
const byCloid = await info.orderStatus({ user, oid: CLOID });
const protection = await info.frontendOpenOrders({ user });
const stop = protection.find(({ orderType }) => orderType === 'Stop Market');
const moved = await exchange.modify({ oid: stop.oid, order: trigger('80000', '91000', 'sl'), a: true });
const first = (subscribe) => new Promise((heard) => void subscribe(heard));
const tradable = await first((heard) => subscriptions.activeAssetData({ coin: 'BTC', user }, heard));
const page = await first((heard) => subscriptions.webData3({ user }, heard));
const history = await first((heard) => subscriptions.userHistoricalOrders({ user }, heard));
const state = await info.clearinghouseState({ user });
const fills = await info.userFillsByTime({ user, startTime: 0 });
const book = await overSocket.l2Book({ coin: 'BTC' });
const refused = await exchange
  .order({ orders: [limit('90000', '0.0001')], grouping: 'na' })
  .then(() => null)
  .catch((error) => error.message);
await socket.close();

console.log(
  JSON.stringify({
    markets: meta.universe.length,
    mid: mids.BTC,
    leverage: leverage.status,
    modified: modified.status,
    open: { limitPx: open.limitPx, sz: open.sz, isAnother: open.oid !== resting.oid },
    queried: queried.order.status,
    cancelled,
    bracket: [{ totalSz: bracket[0].filled.totalSz, avgPx: bracket[0].filled.avgPx }, bracket[1], bracket[2]],
    byCloid: byCloid.order.status,
    protection: protection.map(({ orderType, triggerPx, triggerCondition }) => ({ orderType, triggerPx, triggerCondition })),
    moved: moved.status,
    tradable: tradable.leverage.value,
    page: page.userState.user,
    history: history.orderHistory.length,
    position: { szi: state.assetPositions[0].position.szi, entryPx: state.assetPositions[0].position.entryPx },
    fills: fills.map(({ px, sz, fee, dir }) => ({ px, sz, fee, dir })),
    streamedFill: { px: streamedFill.px, isOfEntry: streamedFill.oid === bracket[0].filled.oid },
    bookOverSocket: book.levels.map(([best]) => best.px),
    refused,
  }),
);
