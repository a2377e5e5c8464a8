import { CLOCK, Decimal, type Clock } from '@maxxit/domain';
import { appSettings, setting } from '@maxxit/platform';
import { Module, type DynamicModule } from '@nestjs/common';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { ControlController } from './control/control.controller';
import { HyperliquidController } from './hyperliquid/hyperliquid.controller';
import { NativeSockets } from './hyperliquid/native/native-sockets';
import { NativeController } from './hyperliquid/native/native.controller';
import { LunarCrushController } from './lunarcrush/lunarcrush.controller';
import { parseCandles } from './market/candles';
import { OstiumController } from './ostium/ostium.controller';
import { ServiceRunner } from './service-runner';
import { Simulator } from './simulator';
import { XApiController } from './x/x-api.controller';
import { XController } from './x/x.controller';

const candleFiles = z.string().transform((text, context) => {
  const files = text.split(';').filter((entry) => entry.trim() !== '');
  const pairs = files.map((entry) => /^([^=]+)=(.+)$/.exec(entry.trim()));
  if (pairs.every((pair) => pair !== null)) return pairs.map(([, symbol = '', path = '']) => ({ symbol, path }));
  context.addIssue({ code: 'custom', message: 'it has to be SYMBOL=path, several separated by semicolons' });
  return z.NEVER;
});

const fraction = setting
  .decimal()
  .refine((value) => value.gte(0) && value.lte('0.5'), { message: 'it has to be a fraction from 0 to 0.5' });

const settings = z
  .object({
    ...appSettings,
    PORT: setting.port().default(6001).describe('the port to listen on'),
    SEED: setting.integer(0, 0xffffffff).default(1).describe('the same seed gives the same prices, delays and social figures'),
    PRICE_STEP_MS: setting.milliseconds(10).default(1000).describe('simulated ms between two price steps'),
    VOLATILITY: fraction
      .default(new Decimal('0.0003'))
      .describe('standard deviation of the log return of one price step, as a fraction: 0.0003 per second is about 1.8 % an hour'),
    CANDLES: candleFiles
      .optional()
      .describe('candles replayed instead of the random walk: SYMBOL=path to a CSV file, several separated by semicolons'),
    CANDLE_SPEED: setting.integer(1, 1_000_000).default(60).describe('seconds of candle time per simulated second'),
    HYPERLIQUID_NETWORK: z
      .enum(['mainnet', 'testnet'])
      .default('testnet')
      .describe('the Hyperliquid network whose signatures the native API accepts; the others recover a stranger'),
    OSTIUM_FILL_MIN_MS: setting.milliseconds(0).default(1000).describe('the least time until the Ostium keeper answers an order, ms'),
    OSTIUM_FILL_MAX_MS: setting.milliseconds(0).default(3000).describe('the most time until the Ostium keeper answers an order, ms'),
    SESSIONS: z
      .enum(['always-open', 'calendar'])
      .default('always-open')
      .describe('calendar: currencies, commodities, indices and stocks on Ostium trade by New York hours only; always-open: at all times'),
  })
  .refine((values) => values.OSTIUM_FILL_MIN_MS <= values.OSTIUM_FILL_MAX_MS, {
    path: ['OSTIUM_FILL_MAX_MS'],
    message: 'it has to be at least OSTIUM_FILL_MIN_MS',
  });

/** The outside world on one port: Hyperliquid Service, Ostium Service, X API Proxy, X, LunarCrush, and the control API. */
@Module({})
export class VenueSimulatorModule {
  static readonly service = 'venue-simulator';
  static readonly hasNoUsers = true;
  static readonly settings = settings;

  static register(config: z.infer<typeof settings>): DynamicModule {
    const simulator = {
      provide: Simulator,
      inject: [CLOCK],
      useFactory: (clock: Clock) =>
        new Simulator(clock, {
          seed: config.SEED,
          priceStepMs: config.PRICE_STEP_MS,
          volatility: config.VOLATILITY.toNumber(),
          candles: new Map((config.CANDLES ?? []).map(({ symbol, path }) => [symbol, parseCandles(readFileSync(path, 'utf8'))])),
          candleSpeed: config.CANDLE_SPEED,
          network: config.HYPERLIQUID_NETWORK,
          ostium: {
            fillMinMs: config.OSTIUM_FILL_MIN_MS,
            fillMaxMs: config.OSTIUM_FILL_MAX_MS,
            sessions: config.SESSIONS,
            closeAtEntryPrice: true,
          },
        }),
    };
    return {
      module: VenueSimulatorModule,
      controllers: [
        HyperliquidController,
        NativeController,
        OstiumController,
        XController,
        XApiController,
        LunarCrushController,
        ControlController,
      ],
      providers: [simulator, ServiceRunner, NativeSockets],
    };
  }
}
