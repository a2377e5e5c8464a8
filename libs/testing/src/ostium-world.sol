// SPDX-License-Identifier: UNLICENSED
pragma solidity ^0.8.24;

// A small stand-in for Ostium's contracts, for tests on a local node: the calls, events and errors that the adapter meets, with simple
// arithmetic behind them. Fees are 10 bps of notional and 0.10 USDC, which comes back with a full close; there is no price impact, and
// rollover and funding are one amount that each close takes.

struct Trade {
    uint256 collateral;
    uint192 openPrice;
    uint192 tp;
    uint192 sl;
    address trader;
    uint32 leverage;
    uint16 pairIndex;
    uint8 index;
    bool buy;
}

struct TradeInfo {
    uint256 tradeId;
    uint256 oiNotional;
    uint32 initialLeverage;
    uint32 tpLastUpdated;
    uint32 slLastUpdated;
    uint32 createdAt;
    bool beingMarketClosed;
}

struct BuilderFee {
    address builder;
    uint32 builderFee;
}

struct Pending {
    uint256 block;
    uint192 wantedPrice;
    uint32 slippageP;
    Trade trade;
    uint16 percentage;
}

contract Usdc {
    mapping(address => uint256) public balanceOf;
    mapping(address => mapping(address => uint256)) public allowance;

    event Transfer(address indexed from, address indexed to, uint256 value);

    function setBalance(address of_, uint256 value) external {
        balanceOf[of_] = value;
    }

    function mint(address to, uint256 value) external {
        balanceOf[to] += value;
        emit Transfer(address(0), to, value);
    }

    function setAllowance(address owner, address spender, uint256 value) external {
        allowance[owner][spender] = value;
    }

    function approve(address spender, uint256 value) external returns (bool) {
        allowance[msg.sender][spender] = value;
        return true;
    }

    function transfer(address to, uint256 value) external returns (bool) {
        move(msg.sender, to, value);
        return true;
    }

    function transferFrom(address from, address to, uint256 value) external returns (bool) {
        if (from != msg.sender) {
            require(allowance[from][msg.sender] >= value, 'ERC20: transfer amount exceeds allowance');
            allowance[from][msg.sender] -= value;
        }
        move(from, to, value);
        return true;
    }

    function move(address from, address to, uint256 value) private {
        require(balanceOf[from] >= value, 'ERC20: transfer amount exceeds balance');
        balanceOf[from] -= value;
        balanceOf[to] += value;
        emit Transfer(from, to, value);
    }
}

contract Registry {
    mapping(bytes32 => address) public getContractAddress;

    function set(bytes32 name, address target) external {
        getContractAddress[name] = target;
    }
}

contract TradingStorage {
    uint8 public constant maxTradesPerPair = 5;
    Usdc public immutable usdc;
    uint256 public lastOrderId = 100;
    mapping(address => mapping(uint16 => mapping(uint8 => Trade))) private trades;
    mapping(address => mapping(uint16 => mapping(uint8 => TradeInfo))) private infos;
    mapping(uint256 => Pending) private pending;
    mapping(address => uint256[]) private pendingIds;

    constructor(Usdc usdc_) {
        usdc = usdc_;
    }

    function getOpenTrade(address trader, uint16 pairIndex, uint8 index) external view returns (Trade memory) {
        return trades[trader][pairIndex][index];
    }

    function getOpenTradeInfo(address trader, uint16 pairIndex, uint8 index) external view returns (TradeInfo memory) {
        return infos[trader][pairIndex][index];
    }

    function getPendingOrderIds(address trader) external view returns (uint256[] memory) {
        return pendingIds[trader];
    }

    function reqID_pendingMarketOrder(uint256 id) external view returns (uint256, uint192, uint32, Trade memory, uint16) {
        Pending memory order = pending[id];
        return (order.block, order.wantedPrice, order.slippageP, order.trade, order.percentage);
    }

    function pendingOrder(uint256 id) external view returns (Pending memory) {
        return pending[id];
    }

    /// All open trades of a trader in the pairs 0 to 31, with their ids.
    function openTradesOf(address trader) external view returns (Trade[] memory found, uint256[] memory ids) {
        found = new Trade[](32);
        ids = new uint256[](32);
        uint256 count;
        for (uint16 p = 0; p < 32; p++) {
            for (uint8 i = 0; i < maxTradesPerPair; i++) {
                if (trades[trader][p][i].leverage == 0) continue;
                found[count] = trades[trader][p][i];
                ids[count++] = infos[trader][p][i].tradeId;
            }
        }
        assembly {
            mstore(found, count)
            mstore(ids, count)
        }
    }

    function freeIndex(address trader, uint16 pairIndex) external view returns (uint8 index) {
        while (index < maxTradesPerPair && trades[trader][pairIndex][index].leverage != 0) index++;
    }

    function placeOrder(Pending memory order) external returns (uint256 id) {
        id = ++lastOrderId;
        order.block = block.number;
        pending[id] = order;
        pendingIds[order.trade.trader].push(id);
    }

    function removeOrder(uint256 id) external {
        uint256[] storage ids = pendingIds[pending[id].trade.trader];
        for (uint256 i = 0; i < ids.length; i++) {
            if (ids[i] != id) continue;
            ids[i] = ids[ids.length - 1];
            ids.pop();
            break;
        }
        delete pending[id];
    }

    function store(Trade memory trade, TradeInfo memory info) external {
        trades[trade.trader][trade.pairIndex][trade.index] = trade;
        infos[trade.trader][trade.pairIndex][trade.index] = info;
    }

    function remove(address trader, uint16 pairIndex, uint8 index) external {
        delete trades[trader][pairIndex][index];
        delete infos[trader][pairIndex][index];
    }

    function take(address from, uint256 value) external {
        usdc.transferFrom(from, address(this), value);
    }

    function pay(address to, uint256 value) external {
        // The vault's pocket has no bottom here.
        if (usdc.balanceOf(address(this)) < value) usdc.setBalance(address(this), value);
        usdc.transferFrom(address(this), to, value);
    }
}

contract Trading {
    uint16 public constant marketOrdersTimeout = 30;
    uint256 private constant MAX_GAIN_P = 900;
    uint256 private constant MAX_STOP_P = 85;
    Registry public immutable registry;
    TradingStorage private immutable tradingStorage;
    mapping(address => address) public delegations;
    address private senderOverride;
    /// The revert data of the next opening, closing or level update, for tests; empty for none.
    bytes private refusal;

    event MarketOpenOrderInitiated(uint256 indexed orderId, address indexed trader, uint16 indexed pairIndex);
    event MarketCloseOrderInitiatedV2(
        uint256 indexed orderId, uint256 indexed tradeId, address indexed trader, uint16 pairIndex, uint16 closePercentage
    );
    event MarketOpenTimeoutExecutedV2(uint256 indexed orderId, Pending order);
    event MarketCloseTimeoutExecutedV2(uint256 indexed orderId, uint256 indexed tradeId, Pending order);

    error DelegatedActionFailed();
    error NotDelegate(address trader, address caller);
    error NoDelegate(address trader);
    error WrongLeverage(uint32 leverage);
    error WrongParams();
    error WrongTP();
    error WrongSL();
    error BelowMinLevPos();
    error MaxTradesPerPairReached(address trader, uint16 pairIndex);
    error NoTradeFound(address trader, uint16 pairIndex, uint8 index);
    error AlreadyMarketClosed(address trader, uint16 pairIndex, uint8 index);
    error NoTradeToTimeoutFound(uint256 orderId);
    error WaitTimeout(uint256 orderId);

    constructor(Registry registry_, TradingStorage storage_) {
        registry = registry_;
        tradingStorage = storage_;
    }

    function setDelegation(address trader, address delegate) external {
        delegations[trader] = delegate;
    }

    function refuseWith(bytes calldata data) external {
        refusal = data;
    }

    function setDelegate(address delegate) external {
        delegations[msg.sender] = delegate;
    }

    function removeDelegate() external {
        if (delegations[msg.sender] == address(0)) revert NoDelegate(msg.sender);
        delete delegations[msg.sender];
    }

    function delegatedAction(address trader, bytes calldata data) external returns (bytes memory) {
        if (delegations[trader] != msg.sender) revert NotDelegate(trader, msg.sender);
        senderOverride = trader;
        (bool success, bytes memory result) = address(this).delegatecall(data);
        if (!success) {
            if (result.length == 0) revert DelegatedActionFailed();
            assembly {
                revert(add(result, 32), mload(result))
            }
        }
        senderOverride = address(0);
        return result;
    }

    function openTrade(Trade calldata t, BuilderFee calldata, uint8 orderType, uint256 slippageP) external {
        refuseIfTold();
        if (orderType != 0 || slippageP == 0 || t.openPrice == 0) revert WrongParams();
        if (t.leverage < 100 || t.leverage > 10000) revert WrongLeverage(t.leverage);
        if (t.collateral * t.leverage / 100 < 5e6) revert BelowMinLevPos();
        checkLevels(t.buy, t.openPrice, t.leverage, t.tp, t.sl);
        address trader = sender();
        if (tradingStorage.freeIndex(trader, t.pairIndex) >= tradingStorage.maxTradesPerPair()) {
            revert MaxTradesPerPairReached(trader, t.pairIndex);
        }
        tradingStorage.take(trader, t.collateral);
        Trade memory trade = t;
        trade.trader = trader;
        trade.openPrice = 0;
        uint256 id = tradingStorage.placeOrder(Pending(0, t.openPrice, uint32(slippageP), trade, 0));
        emit MarketOpenOrderInitiated(id, trader, t.pairIndex);
    }

    function closeTradeMarket(uint16 pairIndex, uint8 index, uint16 closePercentage, uint192 marketPrice, uint32 slippageP) external {
        refuseIfTold();
        if (closePercentage > 10000 || marketPrice == 0 || slippageP == 0) revert WrongParams();
        address trader = sender();
        (Trade memory trade, TradeInfo memory info) = openTradeOf(trader, pairIndex, index);
        if (info.beingMarketClosed) revert AlreadyMarketClosed(trader, pairIndex, index);
        info.beingMarketClosed = true;
        tradingStorage.store(trade, info);
        uint16 percentage = closePercentage == 0 ? 10000 : closePercentage;
        uint256 id = tradingStorage.placeOrder(Pending(0, marketPrice, slippageP, trade, percentage));
        emit MarketCloseOrderInitiatedV2(id, info.tradeId, trader, pairIndex, percentage);
    }

    function updateTp(uint16 pairIndex, uint8 index, uint192 newTp) external {
        refuseIfTold();
        (Trade memory trade, TradeInfo memory info) = openTradeOf(sender(), pairIndex, index);
        checkLevels(trade.buy, trade.openPrice, trade.leverage, newTp, 0);
        trade.tp = newTp;
        tradingStorage.store(trade, info);
    }

    function updateSl(uint16 pairIndex, uint8 index, uint192 newSl) external {
        refuseIfTold();
        (Trade memory trade, TradeInfo memory info) = openTradeOf(sender(), pairIndex, index);
        // A stop may move past the entry price, so only its distance on the losing side is checked.
        uint256 floor = trade.openPrice * MAX_STOP_P / trade.leverage;
        if (trade.buy ? newSl + floor < trade.openPrice : newSl > trade.openPrice + floor) revert WrongSL();
        trade.sl = newSl;
        tradingStorage.store(trade, info);
    }

    function openTradeMarketTimeout(uint256 id) external {
        Pending memory order = timedOut(id, true);
        tradingStorage.removeOrder(id);
        tradingStorage.pay(order.trade.trader, order.trade.collateral);
        emit MarketOpenTimeoutExecutedV2(id, order);
    }

    function closeTradeMarketTimeout(uint256 id, bool) external {
        Pending memory order = timedOut(id, false);
        (Trade memory trade, TradeInfo memory info) = openTradeOf(order.trade.trader, order.trade.pairIndex, order.trade.index);
        info.beingMarketClosed = false;
        tradingStorage.store(trade, info);
        tradingStorage.removeOrder(id);
        emit MarketCloseTimeoutExecutedV2(id, info.tradeId, order);
    }

    function timedOut(uint256 id, bool opening) private view returns (Pending memory order) {
        order = tradingStorage.pendingOrder(id);
        if (order.block == 0 || order.trade.trader != sender() || (order.percentage == 0) != opening) revert NoTradeToTimeoutFound(id);
        if (block.number < order.block + marketOrdersTimeout) revert WaitTimeout(id);
    }

    function openTradeOf(address trader, uint16 pairIndex, uint8 index) private view returns (Trade memory trade, TradeInfo memory info) {
        trade = tradingStorage.getOpenTrade(trader, pairIndex, index);
        info = tradingStorage.getOpenTradeInfo(trader, pairIndex, index);
        if (trade.leverage == 0) revert NoTradeFound(trader, pairIndex, index);
    }

    function checkLevels(bool buy, uint256 price, uint256 leverage, uint256 tp, uint256 sl) private pure {
        if (tp != 0) {
            if (buy ? tp <= price : tp >= price) revert WrongTP();
            if ((buy ? tp - price : price - tp) > price * MAX_GAIN_P / leverage) revert WrongTP();
        }
        if (sl != 0) {
            if (buy ? sl >= price : sl <= price) revert WrongSL();
            if ((buy ? price - sl : sl - price) > price * MAX_STOP_P / leverage) revert WrongSL();
        }
    }

    function sender() private view returns (address) {
        return senderOverride == address(0) ? msg.sender : senderOverride;
    }

    function refuseIfTold() private view {
        bytes memory data = refusal;
        if (data.length == 0) return;
        assembly {
            revert(add(data, 32), mload(data))
        }
    }
}

contract TradingCallbacks {
    uint256 private constant TAKER_FEE_BPS = 10;
    uint256 private constant ORACLE_FEE = 1e5;
    uint8 private constant SLIPPAGE = 3;
    uint8 private constant NO_TRADE = 9;
    TradingStorage private immutable tradingStorage;
    uint256 private holdingFee;

    event MarketOpenExecuted(uint256 indexed orderId, Trade t, uint256 priceImpactP, uint256 tradeNotional);
    event MarketOpenCanceled(uint256 indexed orderId, address indexed trader, uint256 indexed pairIndex, uint8 cancelReason);
    event MarketCloseExecutedV2(
        uint256 indexed orderId,
        uint256 indexed tradeId,
        uint256 price,
        uint256 priceImpactP,
        int256 percentProfit,
        uint256 usdcSentToTrader,
        uint256 percentageClosed
    );
    event MarketCloseCanceled(
        uint256 indexed orderId, uint256 indexed tradeId, address indexed trader, uint256 pairIndex, uint256 index, uint8 cancelReason
    );
    event LimitCloseExecuted(
        uint256 indexed orderId,
        uint256 indexed tradeId,
        uint8 orderType,
        uint256 price,
        uint256 priceImpactP,
        int256 percentProfit,
        uint256 usdcSentToTrader
    );

    constructor(TradingStorage storage_) {
        tradingStorage = storage_;
    }

    function setHoldingFee(uint256 fee) external {
        holdingFee = fee;
    }

    /// What the keeper's price report does: executes the order at `price`, or cancels it with `reason` if that is not 0.
    function settle(uint256 id, uint256 price, uint8 reason) external {
        Pending memory order = tradingStorage.pendingOrder(id);
        tradingStorage.removeOrder(id);
        uint256 off = price > order.wantedPrice ? price - order.wantedPrice : order.wantedPrice - price;
        if (reason == 0 && off > uint256(order.wantedPrice) * order.slippageP / 10000) reason = SLIPPAGE;
        if (order.percentage == 0) settleOpening(id, order.trade, price, reason);
        else settleClosing(id, order, price, reason);
    }

    /// What the keeper does when a level is hit: 0 take profit, 1 stop loss, 2 liquidation.
    function trigger(address trader, uint16 pairIndex, uint8 index, uint8 orderType, uint256 price) external {
        Trade memory trade = tradingStorage.getOpenTrade(trader, pairIndex, index);
        uint256 tradeId = tradingStorage.getOpenTradeInfo(trader, pairIndex, index).tradeId;
        uint256 id = tradingStorage.placeOrder(Pending(0, 0, 0, trade, 10000));
        tradingStorage.removeOrder(id);
        (int256 profitP, uint256 value) = worth(trade, price, 10000);
        if (orderType == 2) value = 0;
        tradingStorage.remove(trader, pairIndex, index);
        tradingStorage.pay(trader, value);
        emit LimitCloseExecuted(id, tradeId, orderType, price, 0, profitP, value);
    }

    function settleOpening(uint256 id, Trade memory trade, uint256 price, uint8 reason) private {
        if (reason != 0) {
            tradingStorage.pay(trade.trader, trade.collateral - ORACLE_FEE);
            emit MarketOpenCanceled(id, trade.trader, trade.pairIndex, reason);
            return;
        }
        trade.collateral -= trade.collateral * trade.leverage / 100 * TAKER_FEE_BPS / 10000 + ORACLE_FEE;
        trade.openPrice = uint192(price);
        trade.index = tradingStorage.freeIndex(trade.trader, trade.pairIndex);
        if (trade.tp == 0) {
            uint256 reach = price * 900 / trade.leverage;
            trade.tp = uint192(trade.buy ? price + reach : price > reach ? price - reach : 0);
        }
        uint32 now32 = uint32(block.timestamp);
        uint256 notional = trade.collateral * trade.leverage / 100;
        tradingStorage.store(trade, TradeInfo(id, notional * 1e12, trade.leverage, now32, now32, now32, false));
        emit MarketOpenExecuted(id, trade, 0, notional);
    }

    function settleClosing(uint256 id, Pending memory order, uint256 price, uint8 reason) private {
        Trade memory trade = tradingStorage.getOpenTrade(order.trade.trader, order.trade.pairIndex, order.trade.index);
        TradeInfo memory info = tradingStorage.getOpenTradeInfo(order.trade.trader, order.trade.pairIndex, order.trade.index);
        if (trade.leverage == 0) reason = NO_TRADE;
        if (reason == 0) return executeClosing(id, trade, info, price, order.percentage);
        if (trade.leverage != 0) {
            info.beingMarketClosed = false;
            tradingStorage.store(trade, info);
        }
        emit MarketCloseCanceled(id, info.tradeId, order.trade.trader, order.trade.pairIndex, order.trade.index, reason);
    }

    function executeClosing(uint256 id, Trade memory trade, TradeInfo memory info, uint256 price, uint16 percentage) private {
        (int256 profitP, uint256 value) = worth(trade, price, percentage);
        tradingStorage.pay(trade.trader, value);
        emit MarketCloseExecutedV2(id, info.tradeId, price, 0, profitP, value, percentage);
        if (percentage == 10000) {
            // The oracle fee comes back apart from the proceeds, and the event says nothing of it.
            tradingStorage.pay(trade.trader, ORACLE_FEE);
            tradingStorage.remove(trade.trader, trade.pairIndex, trade.index);
        } else {
            trade.collateral -= trade.collateral * percentage / 10000;
            info.beingMarketClosed = false;
            tradingStorage.store(trade, info);
        }
    }

    /// Profit in percent of the collateral, 1e6, and what the closed share is worth, USDC.
    function worth(Trade memory trade, uint256 price, uint256 percentage) private view returns (int256 profitP, uint256 value) {
        int256 move = (int256(price) - int256(uint256(trade.openPrice))) * (trade.buy ? int256(1) : int256(-1));
        profitP = move * int256(uint256(trade.leverage)) * 1e6 / int256(uint256(trade.openPrice));
        if (profitP > 900e6) profitP = 900e6;
        int256 left = int256(trade.collateral * percentage / 10000) * (100e6 + profitP) / 100e6 - int256(holdingFee);
        value = left > 0 ? uint256(left) : 0;
    }
}

/// Deploys the whole venue in one transaction.
contract OstiumWorld {
    Usdc public immutable usdc;
    Registry public immutable registry;
    TradingStorage public immutable tradingStorage;
    Trading public immutable trading;
    TradingCallbacks public immutable callbacks;

    constructor() {
        usdc = new Usdc();
        registry = new Registry();
        tradingStorage = new TradingStorage(usdc);
        trading = new Trading(registry, tradingStorage);
        callbacks = new TradingCallbacks(tradingStorage);
        registry.set(bytes32('callbacks'), address(callbacks));
        registry.set(bytes32('tradingStorage'), address(tradingStorage));
        registry.set(bytes32('trading'), address(trading));
    }
}
