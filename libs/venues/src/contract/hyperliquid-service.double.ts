import { Decimal } from '@maxxit/domain';
import { failure, HttpDouble, ok, type Reply } from './http-double';
import { ServiceContract } from './service-contract';

interface Fill {
  coin: string;
  side: 'A' | 'B';
  px: string;
  sz: string;
  time: number;
  closedPnl: string;
  fee: string;
  oid: number;
  tid: number;
}

const contract = new ServiceContract('hyperliquid-service');

/**
 * One account and one coin (BTC, two size decimals) behind the Hyperliquid Service's contract; every order fills at the price,
 * unless it is worth less than 10 USD or its limit is not reached. Requests and answers are held against the contract.
 */
export class HyperliquidServiceDouble {
  price = new Decimal(100);
  /** What came in, what closes made and what fees took, USD. */
  cash = new Decimal(20_000);
  /** Signed: negative is a short. */
  szi = new Decimal(0);
  readonly fills: Fill[] = [];
  readonly http: HttpDouble;
  private entry = new Decimal(0);
  private lastId = 77_000_000;

  constructor() {
    const routes: ConstructorParameters<typeof HttpDouble>[0] = {
      '/health': () => ({ status: 200, body: { status: 'ok', service: 'hyperliquid', network: 'testnet', baseUrl: 'http://127.0.0.1' } }),
      '/balance': () => this.balance(),
      '/positions': () => this.positions(),
      '/market-info': ({ coin }) =>
        coin === 'BTC'
          ? ok({ coin, price: this.price.toNumber(), szDecimals: 2, maxLeverage: 40, onlyIsolated: false })
          : failure(404, `Market not found for ${String(coin)}`),
      '/user-fills': () => ok({ fills: [...this.fills].reverse() }),
      '/open-position': ({ size, isBuy, limitPx }) => this.open(new Decimal(String(size)), isBuy === true, new Decimal(Number(limitPx))),
      '/close-position': ({ size, vaultAddress }) => {
        if (!vaultAddress || this.szi.isZero()) return ok({ result: { status: 'already_closed', message: 'No open position for BTC' } });
        return this.trade(Decimal.min(String(size), this.szi.abs()), this.szi.lt(0));
      },
    };
    this.http = new HttpDouble(routes, contract);
  }

  private open(size: Decimal, isBuy: boolean, limit: Decimal): Reply {
    if (size.times(this.price).lt(10)) return failure(400, 'Order must have minimum value of $10. asset=0');
    if (isBuy ? this.price.gt(limit) : this.price.lt(limit)) {
      return failure(400, 'Order could not immediately match against any resting orders. asset=0');
    }
    return this.trade(size, isBuy);
  }

  trade(size: Decimal, isBuy: boolean): Reply {
    const oid = ++this.lastId;
    const before = this.szi;
    this.szi = isBuy ? before.plus(size) : before.minus(size);
    const reduced = before.times(this.szi.minus(before)).lt(0) ? Decimal.min(size, before.abs()) : new Decimal(0);
    this.cash = this.cash.plus(
      this.price
        .minus(this.entry)
        .times(reduced)
        .times(before.lt(0) ? -1 : 1),
    );
    if (before.times(this.szi).lte(0)) this.entry = this.price;
    else if (reduced.isZero()) this.entry = this.entry.times(before.abs()).plus(this.price.times(size)).div(this.szi.abs());
    const fee = size.times(this.price).times('0.00045').toDecimalPlaces(6);
    this.cash = this.cash.minus(fee);
    this.fills.push({
      coin: 'BTC',
      side: isBuy ? 'B' : 'A',
      px: this.price.toFixed(),
      sz: size.toFixed(),
      time: Date.now(),
      closedPnl: '0',
      fee: fee.toFixed(6),
      oid,
      tid: ++this.lastId,
    });
    return ok({
      result: {
        status: 'ok',
        response: { type: 'order', data: { statuses: [{ filled: { totalSz: size.toFixed(), avgPx: this.price.toFixed(), oid } }] } },
      },
    });
  }

  private balance(): Reply {
    const notional = this.szi.abs().times(this.price);
    const equity = this.cash.plus(this.price.minus(this.entry).times(this.szi));
    return ok({
      withdrawable: equity.minus(notional.div(2)).toNumber(),
      accountValue: equity.toNumber(),
      totalNtlPos: notional.toNumber(),
      totalRawUsd: equity.minus(this.szi.times(this.price)).toNumber(),
    });
  }

  private positions(): Reply {
    if (this.szi.isZero()) return ok({ positions: [] });
    const positionValue = this.szi.abs().times(this.price).toFixed();
    return ok({
      positions: [
        {
          coin: 'BTC',
          szi: String(this.szi),
          entryPx: String(this.entry),
          positionValue,
          unrealizedPnl: '0',
          liquidationPx: null,
          leverage: 2,
        },
      ],
    });
  }
}
