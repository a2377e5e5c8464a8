import type { ServiceAnswer, ServiceHttp } from '../service-http';

export interface OpenPositionRequest {
  privateKey: string;
  /** Base symbol, as in "BTC" or "EUR". */
  market: string;
  /** USDC of collateral, in spite of the name. */
  size: number;
  side: 'long' | 'short';
  leverage: number;
  /** The trader that the key's address is the delegate of. */
  userAddress: string;
}

export interface ClosePositionRequest {
  privateKey: string;
  market: string;
  tradeId: string;
  /** Which of the trader's trades in this pair; the service needs it to find the right one of several. */
  actualTradeIndex: string;
  userAddress: string;
}

export interface ExitLevelRequest {
  agentAddress: string;
  userAddress: string;
  market: string;
  tradeIndex: string;
  pairIndex: string;
  side: 'long' | 'short';
  /** The price that the level is counted from, USD. */
  entryPrice: number;
  /** Distance of the level from `entryPrice`, fraction of price. */
  distance: number;
}

/** The routes of the Ostium Service that Maxxit uses, named as they are. Throws ServiceCallError when there is no answer. */
export class OstiumServiceClient {
  constructor(private readonly http: ServiceHttp) {}

  health(): Promise<ServiceAnswer> {
    return this.http.get('/health');
  }

  balance(address: string): Promise<ServiceAnswer> {
    return this.http.post('/balance', { address });
  }

  positions(address: string): Promise<ServiceAnswer> {
    return this.http.post('/positions', { address });
  }

  price(token: string): Promise<ServiceAnswer> {
    return this.http.get(`/price/${encodeURIComponent(token)}`);
  }

  ostiumPairs(): Promise<ServiceAnswer> {
    return this.http.get('/ostium-pairs');
  }

  availableMarkets(): Promise<ServiceAnswer> {
    return this.http.get('/available-markets');
  }

  orderById(orderId: string): Promise<ServiceAnswer> {
    return this.http.post('/order-by-id', { orderId });
  }

  tradeById(tradeId: string): Promise<ServiceAnswer> {
    return this.http.post('/trade-by-id', { tradeId });
  }

  closedTradeById(tradeId: string): Promise<ServiceAnswer> {
    return this.http.post('/closed-trade-by-id', { tradeId });
  }

  cancelledOrdersById(tradeId: string): Promise<ServiceAnswer> {
    return this.http.post('/cancelled-orders-by-id', { tradeId });
  }

  history(address: string, count: number): Promise<ServiceAnswer> {
    return this.http.post('/history', { address, count });
  }

  openPosition(request: OpenPositionRequest): Promise<ServiceAnswer> {
    return this.http.post('/open-position', { ...request, useDelegation: true });
  }

  closePosition(request: ClosePositionRequest): Promise<ServiceAnswer> {
    return this.http.post('/close-position', { ...request, useDelegation: true });
  }

  setStopLoss({ distance, ...request }: ExitLevelRequest): Promise<ServiceAnswer> {
    return this.http.post('/set-stop-loss', { ...request, stopLossPercent: distance, useDelegation: true });
  }

  setTakeProfit({ distance, ...request }: ExitLevelRequest): Promise<ServiceAnswer> {
    return this.http.post('/set-take-profit', { ...request, takeProfitPercent: distance, useDelegation: true });
  }
}
