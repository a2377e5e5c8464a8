import { CLOCK, systemClock, VENUE_ADAPTERS } from '@maxxit/domain';
import { HealthRegistry, loadConfig, Metrics } from '@maxxit/platform';
import { Global, Module } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { Test } from '@nestjs/testing';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { RecalcMetricsCommand } from './recalc-metrics/recalc-metrics.command';
import { InFlightOrders } from './settle-order/in-flight-orders';
import { TradingModule } from './trading.module';
import { tradingOptions, tradingSettings } from './trading.settings';

/** What an app gives to all its modules. */
@Global()
@Module({
  providers: [
    { provide: CLOCK, useValue: systemClock },
    { provide: VENUE_ADAPTERS, useValue: [] },
    { provide: DataSource, useValue: {} },
    HealthRegistry,
    Metrics,
  ],
  exports: [CLOCK, VENUE_ADAPTERS, DataSource, HealthRegistry, Metrics],
})
class AppModule {}

const options = tradingOptions('worker-1', loadConfig(z.object(tradingSettings), {}));

describe('TradingModule', () => {
  it('can be made of what an app provides, for trading and for measuring', async () => {
    const trading = await Test.createTestingModule({ imports: [AppModule, TradingModule.forRoot(options)] }).compile();
    expect(trading.get(InFlightOrders, { strict: false })).toBeInstanceOf(InFlightOrders);
    const metrics = await Test.createTestingModule({ imports: [AppModule, TradingModule.forMetrics()] }).compile();
    await metrics.init();
    // The handler is there: it asks the data source, which here is nothing.
    await expect(metrics.get(CommandBus).execute(new RecalcMetricsCommand('agent'))).rejects.toThrow(TypeError);
    await metrics.close();
  });
});

describe('tradingOptions', () => {
  it('have a lease that is longer than the time after which a missing order is believed', () => {
    expect(options).toMatchObject({
      worker: 'worker-1',
      orderLeaseMs: 180_000,
      notFoundGraceMs: 60_000,
      settleRetryMs: 5_000,
      gapGraceMs: 30_000,
      reconcileIntervalMs: 10_000,
    });
    expect(options.limits.maxSlippage.toFixed()).toBe('0.005');
  });
});
