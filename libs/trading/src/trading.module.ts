import { type DynamicModule, Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { ClosePositionHandler } from './close-position/close-position.handler';
import { Flattening } from './kill-switch/flattening';
import { MarketLists } from './markets/market-lists';
import { OpenPositionHandler } from './open-position/open-position.handler';
import { OpeningReservation } from './open-position/opening-reservation';
import { ProtectionKeeper } from './protect/protection-keeper';
import { AccountReconciler } from './reconcile/account-reconciler';
import { ReconciledAccounts } from './reconcile/reconciled-accounts';
import { RecalcMetricsHandler } from './recalc-metrics/recalc-metrics.handler';
import { InFlightOrders } from './settle-order/in-flight-orders';
import { OrderSettler } from './settle-order/order-settler';
import { TRADING_OPTIONS, type TradingOptions } from './trading.settings';
import { PositionWatcher } from './watch-positions/position-watcher';

/** The command handlers and what they share, provided once. The app provides the venues (VENUE_ADAPTERS) and the database. */
@Module({})
export class TradingModule {
  /** For apps that trade. */
  static forRoot(options: TradingOptions): DynamicModule {
    return {
      module: TradingModule,
      imports: [CqrsModule.forRoot()],
      providers: [
        { provide: TRADING_OPTIONS, useValue: options },
        OpenPositionHandler,
        OpeningReservation,
        ClosePositionHandler,
        OrderSettler,
        InFlightOrders,
        PositionWatcher,
        AccountReconciler,
        ReconciledAccounts,
        Flattening,
        ProtectionKeeper,
        MarketLists,
      ],
      exports: [ProtectionKeeper, TRADING_OPTIONS, CqrsModule, InFlightOrders, AccountReconciler, PositionWatcher, Flattening, MarketLists],
    };
  }

  /** For the app that only measures; it needs no venue. */
  static forMetrics(): DynamicModule {
    return { module: TradingModule, imports: [CqrsModule.forRoot()], providers: [RecalcMetricsHandler], exports: [CqrsModule] };
  }
}
