// The npm package "hyperliquid", unmodified, against the simulator: node hyperliquid.mjs <base URL> <master's address> <agent's key>.
// Prints what it saw as JSON on the last line; the package writes lines of its own before.
import { BASE_URLS, Hyperliquid, WSS_URLS } from 'hyperliquid';

const [url, walletAddress, privateKey] = process.argv.slice(2);
const COIN = 'BTC-PERP';

// The package takes no base URL, but it exports the addresses that it uses.
BASE_URLS.TESTNET = url;
WSS_URLS.TESTNET = `${url.replace(/^http/, 'ws')}/ws`;

const sdk = new Hyperliquid({ privateKey, walletAddress, testnet: true, enableWs: true, disableAssetMapRefresh: true });
await sdk.connect();

const limitOrder = (sz, limit_px) => ({
  coin: COIN,
  is_buy: true,
  sz,
  limit_px,
  order_type: { limit: { tif: 'Gtc' } },
  reduce_only: false,
});
const statusOf = (answer) => answer.response.data.statuses[0];

const meta = await sdk.info.perpetuals.getMeta();
const mids = await sdk.info.getAllMids();
const leverage = await sdk.exchange.updateLeverage(COIN, 'cross', 5);
const placed = statusOf(await sdk.exchange.placeOrder(limitOrder(0.01, 90000))).resting;
const modified = await sdk.exchange.modifyOrder(placed.oid, limitOrder(0.02, 91000));
const open = await sdk.info.getUserOpenOrders(walletAddress);
const queried = await sdk.info.getOrderStatus(walletAddress, open[0].oid);
const cancelled = statusOf(await sdk.exchange.cancelOrder({ coin: COIN, o: open[0].oid }));
const afterCancel = await sdk.info.getOrderStatus(walletAddress, open[0].oid);

const streamed = new Promise((resolve) => {
  void sdk.subscriptions.subscribeToUserFills(walletAddress, (data) => {
    if (!data.isSnapshot && data.fills.length) resolve(data.fills[0]);
  });
});
const entry = statusOf(await sdk.exchange.placeOrder({ ...limitOrder(0.01, 96000), order_type: { limit: { tif: 'Ioc' } } })).filled;
const streamedFill = await streamed;
const page = await new Promise((heard) => void sdk.subscriptions.subscribeToWebData2(walletAddress, heard));
const tradable = await new Promise((heard) => void sdk.subscriptions.subscribeToUserActiveAssetData(walletAddress, 'BTC', heard));
const state = await sdk.info.perpetuals.getClearinghouseState(walletAddress);
const fills = await sdk.info.getUserFills(walletAddress);
const closed = statusOf(await sdk.custom.marketClose(COIN)).filled;
const after = await sdk.info.perpetuals.getClearinghouseState(walletAddress);
sdk.disconnect();

console.log(
  JSON.stringify({
    markets: meta.universe.length,
    mid: mids[COIN],
    leverage: leverage.status,
    modified: modified.status,
    open: open.map(({ limitPx, sz }) => ({ limitPx, sz })),
    queried: queried.order.status,
    cancelled: [cancelled, afterCancel.order.status],
    entry: { totalSz: entry.totalSz, avgPx: entry.avgPx },
    streamedFill: { px: streamedFill.px, sz: streamedFill.sz, isOfEntry: streamedFill.oid === entry.oid },
    page: { markets: page.meta.universe.length, positions: page.clearinghouseState.assetPositions.length },
    tradable: { leverage: tradable.leverage.value },
    position: { szi: state.assetPositions[0].position.szi, entryPx: state.assetPositions[0].position.entryPx },
    fills: fills.map(({ px, sz, fee, dir }) => ({ px, sz, fee, dir })),
    closed: { totalSz: closed.totalSz, avgPx: closed.avgPx },
    left: after.assetPositions.length,
  }),
);
process.exit(0);
