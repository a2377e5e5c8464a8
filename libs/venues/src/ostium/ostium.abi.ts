import { parseAbi } from 'viem';

/**
 * The part of Ostium's contracts that is used: function selectors, errors and events as on Arbitrum since the upgrade of October 2025.
 * Units: USDC 1e6, prices 1e18, leverage and percents 1e2 (a closePercentage of 10000 is all).
 */
const TRADE =
  'struct Trade { uint256 collateral; uint192 openPrice; uint192 tp; uint192 sl; address trader; uint32 leverage; uint16 pairIndex; uint8 index; bool buy; }';
const PENDING = 'struct PendingOrder { uint256 block; uint192 wantedPrice; uint32 slippageP; Trade trade; uint16 percentage; }';

export const tradingAbi = parseAbi([
  TRADE,
  PENDING,
  'struct BuilderFee { address builder; uint32 builderFee; }',
  'function openTrade(Trade t, BuilderFee bf, uint8 orderType, uint256 slippageP)',
  'function closeTradeMarket(uint16 pairIndex, uint8 index, uint16 closePercentage, uint192 marketPrice, uint32 slippageP)',
  'function updateTp(uint16 pairIndex, uint8 index, uint192 newTp)',
  'function updateSl(uint16 pairIndex, uint8 index, uint192 newSl)',
  'function openTradeMarketTimeout(uint256 orderId)',
  'function closeTradeMarketTimeout(uint256 orderId, bool retry)',
  'function setDelegate(address delegate)',
  'function removeDelegate()',
  'function delegations(address trader) view returns (address)',
  'function delegatedAction(address trader, bytes data) returns (bytes)',
  'function registry() view returns (address)',
  'event MarketOpenOrderInitiated(uint256 indexed orderId, address indexed trader, uint16 indexed pairIndex)',
  'event MarketCloseOrderInitiatedV2(uint256 indexed orderId, uint256 indexed tradeId, address indexed trader, uint16 pairIndex, uint16 closePercentage)',
  'event MarketOpenTimeoutExecutedV2(uint256 indexed orderId, PendingOrder order)',
  'event MarketCloseTimeoutExecutedV2(uint256 indexed orderId, uint256 indexed tradeId, PendingOrder order)',
]);

/** The errors that an order can revert with. */
export const errorsAbi = parseAbi([
  'error AboveMaxAllowedCollateral()',
  'error AlreadyMarketClosed(address trader, uint16 pairIndex, uint8 index)',
  'error BelowFees()',
  'error BelowMinLevPos()',
  'error DelegatedActionFailed()',
  'error ExposureLimits()',
  'error IsDone()',
  'error IsPaused()',
  'error MaxPendingMarketOrdersReached(address trader)',
  'error MaxTradesPerPairReached(address trader, uint16 pairIndex)',
  'error NoDelegate(address trader)',
  'error NoLimitFound(address trader, uint16 pairIndex, uint8 index)',
  'error NoTradeFound(address trader, uint16 pairIndex, uint8 index)',
  'error NoTradeToTimeoutFound(uint256 orderId)',
  'error NotDelegate(address trader, address caller)',
  'error PairNotListed(uint16 pairIndex)',
  'error TriggerPending(address trader, uint16 pairIndex, uint8 index)',
  'error WaitTimeout(uint256 orderId)',
  'error WrongLeverage(uint32 leverage)',
  'error WrongParams()',
  'error WrongSL()',
  'error WrongTP()',
]);

export const callbacksAbi = parseAbi([
  TRADE,
  'event MarketOpenExecuted(uint256 indexed orderId, Trade t, uint256 priceImpactP, uint256 tradeNotional)',
  'event MarketOpenCanceled(uint256 indexed orderId, address indexed trader, uint256 indexed pairIndex, uint8 cancelReason)',
  'event LimitOpenExecuted(uint256 indexed orderId, uint256 limitIndex, Trade t, uint256 priceImpactP, uint256 tradeNotional)',
  'event MarketCloseExecutedV2(uint256 indexed orderId, uint256 indexed tradeId, uint256 price, uint256 priceImpactP, int256 percentProfit, uint256 usdcSentToTrader, uint256 percentageClosed)',
  'event MarketCloseCanceled(uint256 indexed orderId, uint256 indexed tradeId, address indexed trader, uint256 pairIndex, uint256 index, uint8 cancelReason)',
  'event LimitCloseExecuted(uint256 indexed orderId, uint256 indexed tradeId, uint8 orderType, uint256 price, uint256 priceImpactP, int256 percentProfit, uint256 usdcSentToTrader)',
]);

export const registryAbi = parseAbi(['function getContractAddress(bytes32 name) view returns (address)']);

export const storageAbi = parseAbi([
  TRADE,
  'struct TradeInfo { uint256 tradeId; uint256 oiNotional; uint32 initialLeverage; uint32 tpLastUpdated; uint32 slLastUpdated; uint32 createdAt; bool beingMarketClosed; }',
  'function maxTradesPerPair() view returns (uint8)',
  'function getOpenTrade(address trader, uint16 pairIndex, uint8 index) view returns (Trade)',
  'function getOpenTradeInfo(address trader, uint16 pairIndex, uint8 index) view returns (TradeInfo)',
]);

export const usdcAbi = parseAbi([
  'function balanceOf(address owner) view returns (uint256)',
  'function allowance(address owner, address spender) view returns (uint256)',
  'event Transfer(address indexed from, address indexed to, uint256 value)',
]);
