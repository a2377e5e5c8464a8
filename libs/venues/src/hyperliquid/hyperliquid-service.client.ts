import type { ServiceAnswer, ServiceHttp } from '../service-http';

export interface OpenPositionRequest {
  agentPrivateKey: string;
  coin: string;
  isBuy: boolean;
  /** Coins. */
  size: string;
  /** USD per coin; the service sends an IOC at limitPx × (1 ± slippage). */
  limitPx: number;
  slippage: number;
  /** The user's master address, in spite of the name. */
  vaultAddress: string;
}

export interface ClosePositionRequest {
  agentPrivateKey: string;
  coin: string;
  /** Coins. The service closes everything when this is missing or zero. */
  size: string;
  /** Fraction, applied twice by the service. */
  slippage: number;
  /** The user's master address; without it the service looks at the agent's own, empty account. */
  vaultAddress: string;
}

/** The routes of the Hyperliquid Service that Maxxit uses, named as they are. Throws ServiceCallError when there is no answer. */
export class HyperliquidServiceClient {
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

  marketInfo(coin: string): Promise<ServiceAnswer> {
    return this.http.post('/market-info', { coin });
  }

  /** The latest 2000 fills at most, newest first. */
  userFills(address: string): Promise<ServiceAnswer> {
    return this.http.post('/user-fills', { address });
  }

  openPosition(request: OpenPositionRequest): Promise<ServiceAnswer> {
    return this.http.post('/open-position', { ...request });
  }

  closePosition(request: ClosePositionRequest): Promise<ServiceAnswer> {
    return this.http.post('/close-position', { ...request });
  }
}
