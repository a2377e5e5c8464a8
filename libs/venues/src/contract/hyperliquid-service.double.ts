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
  price = 100;
  szi = 0;
  readonly fills: Fill[] = [];
  readonly http: HttpDouble;
  private entry = 0;
  private lastId = 77_000_000;

  constructor() {
    this.http = new HttpDouble({
      '/health': () => ({ status: 200, body: { status: 'ok', service: 'hyperliquid', network: 'testnet', baseUrl: 'http://127.0.0.1' } }),
      '/balance': () => this.balance(),
      '/positions': () => this.positions(),
      '/market-info': ({ coin }) =>
        coin === 'BTC'
          ? ok({ coin, price: this.price, szDecimals: 2, maxLeverage: 40, onlyIsolated: false })
          : failure(404, `Market not found for ${String(coin)}`),
      '/user-fills': () => ok({ fills: [...this.fills].reverse() }),
      '/open-position': ({ size, isBuy }) => this.trade(Number(size), isBuy === true),
      '/close-position': ({ size, vaultAddress }) => {
        if (!vaultAddress || this.szi === 0) return ok({ result: { status: 'already_closed', message: 'No open position for BTC' } });
        return this.trade(Math.min(Number(size), Math.abs(this.szi)), this.szi < 0);
      },
    });
  }

  trade(size: number, isBuy: boolean): Reply {
    const oid = ++this.lastId;
    const before = this.szi;
    this.szi = Number((before + (isBuy ? size : -size)).toFixed(2));
    if (Math.abs(this.szi) > Math.abs(before)) this.entry = this.price;
    this.fills.push({
      coin: 'BTC',
      side: isBuy ? 'B' : 'A',
      px: String(this.price),
      sz: String(size),
      time: Date.now(),
      closedPnl: '0',
      fee: (size * this.price * 0.00045).toFixed(6),
      oid,
      tid: ++this.lastId,
    });
    return ok({
      result: {
        status: 'ok',
        response: { type: 'order', data: { statuses: [{ filled: { totalSz: String(size), avgPx: String(this.price), oid } }] } },
      },
    });
  }

  private balance(): Reply {
    const notional = Math.abs(this.szi) * this.price;
    return ok({ withdrawable: 20_000 - notional / 2, accountValue: 20_000, totalNtlPos: notional, totalRawUsd: 20_000 });
  }

  private positions(): Reply {
    if (this.szi === 0) return ok({ positions: [] });
    const positionValue = String(Math.abs(this.szi) * this.price);
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
