// ccxt, unmodified, against the simulator: node ccxt.mjs <base URL> <master's address> <agent's key>. Prints what it saw as JSON.
import ccxt from 'ccxt';

const [url, walletAddress, privateKey] = process.argv.slice(2);
const SYMBOL = 'BTC/USDC:USDC';

const exchange = new ccxt.pro.hyperliquid({ walletAddress, privateKey, options: { builderFee: false } });
exchange.setSandboxMode(true);
exchange.urls.api = { public: url, private: url, ws: { public: `${url.replace(/^http/, 'ws')}/ws` } };
await exchange.loadHttpProxyAgent();

await exchange.loadMarkets();
const { bids, asks } = await exchange.fetchOrderBook(SYMBOL);
const leverage = await exchange.setLeverage(5, SYMBOL, { marginMode: 'cross' });
const placed = await exchange.createOrder(SYMBOL, 'limit', 'buy', 0.01, 90000);
const edited = await exchange.editOrder(placed.id, SYMBOL, 'limit', 'buy', 0.02, 91000);
const open = await exchange.fetchOpenOrders(SYMBOL);
const queried = await exchange.fetchOrder(edited.id, SYMBOL);
const cancelled = await exchange.cancelOrder(edited.id, SYMBOL);
const afterCancel = await exchange.fetchOrder(edited.id, SYMBOL);
const entry = await exchange.createOrder(SYMBOL, 'market', 'buy', 0.01, 95000, {
  stopLoss: { triggerPrice: 90000 },
  takeProfit: { triggerPrice: 105000 },
});
const protection = await exchange.fetchOpenOrders(SYMBOL);
const [position] = await exchange.fetchPositions([SYMBOL]);
const trades = await exchange.fetchMyTrades(SYMBOL);
const balance = await exchange.fetchBalance();
const candles = await exchange.fetchOHLCV(SYMBOL, '1m');
const refused = await exchange.createOrder(SYMBOL, 'limit', 'buy', 0.0001, 90000).catch((error) => error.constructor.name);
const streamed = await exchange.watchOrderBook(SYMBOL);
await exchange.close();

console.log(
  JSON.stringify({
    markets: Object.keys(exchange.markets).length,
    best: [bids[0][0], asks[0][0]],
    leverage: leverage.status,
    open: open.map(({ id, price, amount }) => ({ isEdited: id === edited.id, price, amount })),
    queried: [queried.status, queried.price, queried.amount],
    cancelled: [cancelled.status, afterCancel.status],
    entry: { average: entry.average, filled: entry.filled },
    protection: protection.map(({ triggerPrice, reduceOnly }) => ({ triggerPrice, reduceOnly })),
    position: { side: position.side, contracts: position.contracts, entryPrice: position.entryPrice, leverage: position.leverage },
    trades: trades.map(({ price, amount, fee }) => ({ price, amount, fee: fee.cost })),
    totalUsd: balance.USDC.total,
    hasCandles: candles.length > 0,
    refused,
    streamedBid: streamed.bids[0][0],
  }),
);
