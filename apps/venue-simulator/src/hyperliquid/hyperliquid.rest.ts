import { Decimal } from '@maxxit/domain';
import type { Fault } from '../control/faults';
import { addressOfKey, failure, float, isFalsy, num, ok, text, type JsonObject, type Reply } from '../service-reply';
import { iocLimit } from './hyperliquid.math';
import { WholeRequestRefused } from './hyperliquid.accounts';
import { twistOf } from './hyperliquid.orders';
import { HyperliquidVenue, type ImmediateResult } from './hyperliquid.venue';

/** What becomes of a whole-request refusal in the service: the reason is lost in the parser. */
const PARSER_CRASH = "'str' object has no attribute 'get'";
const DEFAULT_SLIPPAGE = new Decimal('0.01');

const bareError = (error: string): Reply => ({ status: 400, body: { error } });
const orderResult = (result: ImmediateResult) => {
  const status =
    'error' in result
      ? result
      : { filled: { totalSz: result.filled.totalSz.toString(), avgPx: result.filled.avgPx.toString(), oid: result.filled.oid } };
  return { status: 'ok', response: { type: 'order', data: { statuses: [status] } } };
};
const coins = (value: Decimal) => value.toSignificantDigits(12).toString();

/**
 * The Hyperliquid Service by its contract (docs/contracts/hyperliquid-service.yaml), quirks included, in front of the simulated
 * venue. Every method takes the JSON body; what it throws, the service answers as 500 with the text.
 */
export class HyperliquidRest {
  constructor(
    private readonly venue: HyperliquidVenue,
    private readonly gap: (symbol: string, fraction: Decimal) => void,
  ) {}

  health(): Reply {
    return {
      status: 200,
      body: { status: 'ok', service: 'hyperliquid', network: 'testnet', baseUrl: 'https://api.hyperliquid-testnet.xyz' },
    };
  }

  balance(body: JsonObject): Reply {
    if (isFalsy(body['address'])) return bareError('address required');
    const { withdrawable, accountValue, totalNtlPos, totalRawUsd } = this.venue.summary(this.address(body['address']));
    return ok({
      withdrawable: num(withdrawable),
      accountValue: num(accountValue),
      totalNtlPos: num(totalNtlPos),
      totalRawUsd: num(totalRawUsd),
    });
  }

  positions(body: JsonObject): Reply {
    if (isFalsy(body['address'])) return bareError('address required');
    const positions = this.venue.positions(this.address(body['address'])).map((position) => ({
      coin: position.coin,
      szi: position.szi.toString(),
      entryPx: coins(position.entryPx),
      positionValue: coins(position.positionValue),
      unrealizedPnl: position.unrealizedPnl.toDecimalPlaces(6).toString(),
      liquidationPx: position.liquidationPx && coins(position.liquidationPx),
      leverage: position.leverage,
    }));
    return ok({ positions });
  }

  marketInfo(body: JsonObject): Reply {
    if (isFalsy(body['coin'])) return bareError('coin required');
    const market = this.venue.market(text(body['coin']));
    if (!market) return failure(404, `Market not found for ${text(body['coin'])}`);
    return ok({ ...market, price: num(this.venue.mid(market)) });
  }

  openPosition(body: JsonObject, fault: Fault | null): Reply {
    const { agentPrivateKey, coin, isBuy, size } = body;
    if (isFalsy(agentPrivateKey) || isFalsy(coin) || isBuy === undefined || isBuy === null || isFalsy(size))
      return failure(400, 'Missing required fields: agentPrivateKey, coin, isBuy, size');
    const signer = addressOfKey(agentPrivateKey);
    const market = this.venue.market(text(coin));
    const given = isFalsy(body['limitPx']) ? null : float(body['limitPx']);
    if (!market && !given) return failure(400, `Could not get price for ${text(coin)}`);
    if (!market) throw new Error(`'${text(coin)}'`);
    const slippage = float(body['slippage'] ?? DEFAULT_SLIPPAGE.toString());
    const limitPx = iocLimit(given ?? this.venue.mid(market), !isFalsy(isBuy), slippage, given ? 1 : 2, market.szDecimals);
    const status = this.execute(signer, fault, {
      coin: market.coin,
      isBuy: !isFalsy(isBuy),
      size: float(size).toDecimalPlaces(market.szDecimals, Decimal.ROUND_HALF_EVEN),
      limitPx,
      reduceOnly: false,
    });
    if ('error' in status) {
      const forbidden = /not registered|vault/i.test(status.error);
      return forbidden
        ? failure(403, 'The agent is not registered for this account. Approve it first.', { hyperliquid_error: status.error })
        : failure(400, status.error);
    }
    return ok({ result: orderResult(status) });
  }

  closePosition(body: JsonObject, fault: Fault | null): Reply {
    const { agentPrivateKey, coin, vaultAddress } = body;
    if (isFalsy(agentPrivateKey) || isFalsy(coin)) return failure(400, 'Missing required fields: agentPrivateKey, coin');
    const signer = addressOfKey(agentPrivateKey);
    const account = isFalsy(vaultAddress) ? signer : this.address(vaultAddress);
    const held = this.venue.positions(account).find((position) => position.coin === coin);
    const market = this.venue.market(text(coin));
    if (!held || !market) return ok({ result: { status: 'already_closed', message: `No open position for ${text(coin)}` } });
    const isBuy = held.szi.isNegative();
    const slippage = float(body['slippage'] ?? DEFAULT_SLIPPAGE.toString());
    const status = this.execute(signer, fault, {
      coin: market.coin,
      isBuy,
      size: isFalsy(body['size']) ? held.szi.abs() : float(body['size']),
      limitPx: iocLimit(this.venue.mid(market), isBuy, slippage, 2, market.szDecimals),
      reduceOnly: true,
    });
    return ok({ result: orderResult(status) });
  }

  userFills(body: JsonObject): Reply {
    if (isFalsy(body['address'])) return bareError('address required');
    return ok({ fills: this.venue.fills(this.address(body['address'])) });
  }

  checkAgentStatus(body: JsonObject): Reply {
    if (isFalsy(body['userAddress']) || isFalsy(body['agentAddress']))
      return failure(400, 'Missing required fields: userAddress, agentAddress');
    return ok({ isApproved: false, approvedAgents: [], note: 'Agent status cannot be checked here.' });
  }

  approveAgent(body: JsonObject): Reply {
    if (isFalsy(body['userPrivateKey']) || isFalsy(body['agentAddress']))
      return failure(400, 'Missing required fields: userPrivateKey, agentAddress');
    const userAddress = addressOfKey(body['userPrivateKey']);
    const agentAddress = this.address(body['agentAddress']);
    const deposited = this.venue.hasDeposited(userAddress);
    if (deposited) this.venue.approveAgent(userAddress, agentAddress);
    const result = deposited
      ? { status: 'ok', response: { type: 'default' } }
      : { status: 'err', response: `Must deposit before performing actions. User: ${userAddress}` };
    return ok({ result, agentAddress, userAddress, message: 'Agent approved' });
  }

  approveAgentSignature(body: JsonObject): Reply {
    const { userAddress, agentAddress, signature } = body;
    if (isFalsy(userAddress) || isFalsy(agentAddress) || isFalsy(signature))
      return failure(400, 'Missing required fields: userAddress, agentAddress, signature');
    return ok({
      message: 'Agent approval received',
      agentAddress: text(agentAddress),
      userAddress: text(userAddress),
      note: 'Nothing is sent to the venue.',
    });
  }

  transfer(body: JsonObject): Reply {
    const { agentPrivateKey, toAddress, amount, vaultAddress } = body;
    if (isFalsy(agentPrivateKey) || isFalsy(toAddress) || isFalsy(amount))
      return failure(400, 'Missing required fields: agentPrivateKey, toAddress, amount');
    const agent = addressOfKey(agentPrivateKey);
    const amountUsd = float(amount);
    return ok({
      result: this.send(agent, this.address(toAddress), amountUsd),
      from: isFalsy(vaultAddress) ? agent : text(vaultAddress),
      to: text(toAddress),
      amount: num(amountUsd),
      message: 'Transfer sent',
    });
  }

  transferToAgent(body: JsonObject): Reply {
    const { userPrivateKey, agentAddress, amount } = body;
    if (isFalsy(userPrivateKey) || isFalsy(agentAddress) || isFalsy(amount))
      return failure(400, 'Missing required fields: userPrivateKey, agentAddress, amount');
    const user = addressOfKey(userPrivateKey);
    return ok({
      result: this.send(user, this.address(agentAddress), float(amount)),
      message: 'Transfer sent',
      fromAddress: user,
      toAddress: text(agentAddress),
      amount,
    });
  }

  vaultTransfer(body: JsonObject): Reply {
    if (isFalsy(body['agentPrivateKey']) || isFalsy(body['vaultAddress']) || isFalsy(body['amount']))
      return failure(400, 'Missing required fields: agentPrivateKey, vaultAddress, amount');
    throw new Error("'Exchange' object has no attribute 'vault_transfer'");
  }

  vaultBalance(body: JsonObject): Reply {
    if (isFalsy(body['address']) || isFalsy(body['vaultAddress'])) return failure(400, 'Missing required fields: address, vaultAddress');
    return ok({ vaultAddress: text(body['vaultAddress']), balance: 0, address: text(body['address']) });
  }

  vaultInfo(body: JsonObject): Reply {
    if (isFalsy(body['vaultAddress'])) return failure(400, 'Missing required field: vaultAddress');
    throw new Error("'Info' object has no attribute 'vault_details'");
  }

  private execute(signer: string, fault: Fault | null, order: Parameters<HyperliquidVenue['order']>[1]): ImmediateResult {
    if (fault?.kind === 'price_gap' && fault.fraction) this.gap(order.coin, fault.fraction);
    try {
      return this.venue.order(signer, order, twistOf(fault));
    } catch (error) {
      if (error instanceof WholeRequestRefused) throw new Error(PARSER_CRASH, { cause: error });
      throw error;
    }
  }

  private send(from: string, to: string, amountUsd: Decimal): JsonObject {
    try {
      this.venue.send(from, to, amountUsd);
      return { status: 'ok', response: { type: 'default' } };
    } catch (error) {
      if (error instanceof WholeRequestRefused) return { status: 'err', response: error.message };
      throw error;
    }
  }

  private address(value: unknown): string {
    if (typeof value === 'string' && /^0x[0-9a-fA-F]{40}$/.test(value)) return value.toLowerCase();
    throw new Error("(422, None, 'Failed to deserialize the JSON body into the target type', None)");
  }
}
