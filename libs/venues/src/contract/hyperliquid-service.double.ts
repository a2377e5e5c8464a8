import { Decimal } from '@maxxit/domain';
import { failure, HttpDouble, ok, type Reply } from './http-double';

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

/** One account and one coin (BTC, two size decimals) behind the Hyperliquid Service's contract; every order fills at the price. */
export class HyperliquidServiceDouble {
  price = new Decimal(100);
  /** Signed: negative is a short. */
  szi = new Decimal(0);
  readonly fills: Fill[] = [];
  readonly http: HttpDouble;
  private entry = new Decimal(0);
  private lastId = 77_000_000;

  constructor() {
    this.http = new HttpDouble({
      '/health': () => ({ status: 200, body: { status: 'ok', service: 'hyperliquid', network: 'testnet', baseUrl: 'http://127.0.0.1' } }),
      '/balance': () => this.balance(),
      '/positions': () => this.positions(),
      '/market-info': ({ coin }) =>
        coin === 'BTC'
          ? ok({ coin, price: this.price.toNumber(), szDecimals: 2, maxLeverage: 40, onlyIsolated: false })
          : failure(404, `Market not found for ${String(coin)}`),
      '/user-fills': () => ok({ fills: [...this.fills].reverse() }),
      '/open-position': ({ size, isBuy }) => this.trade(new Decimal(String(size)), isBuy === true),
      '/close-position': ({ size, vaultAddress }) => {
        if (!vaultAddress || this.szi.isZero()) return ok({ result: { status: 'already_closed', message: 'No open position for BTC' } });
        return this.trade(Decimal.min(String(size), this.szi.abs()), this.szi.lt(0));
      },
    });
  }

  trade(size: Decimal, isBuy: boolean): Reply {
    const oid = ++this.lastId;
    const before = this.szi;
    this.szi = isBuy ? before.plus(size) : before.minus(size);
    if (this.szi.abs().gt(before.abs())) this.entry = this.price;
    this.fills.push({
      coin: 'BTC',
      side: isBuy ? 'B' : 'A',
      px: this.price.toFixed(),
      sz: size.toFixed(),
      time: Date.now(),
      closedPnl: '0',
      fee: size.times(this.price).times('0.00045').toFixed(6),
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
    const withdrawable = new Decimal(20_000).minus(notional.div(2)).toNumber();
    return ok({ withdrawable, accountValue: 20_000, totalNtlPos: notional.toNumber(), totalRawUsd: 20_000 });
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
