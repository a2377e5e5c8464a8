import {
  CANDLE_SOURCE,
  CLASSIFIER,
  CLOCK,
  POST_SOURCE,
  REPORT_SOURCE,
  REQUEST_BUDGET,
  SOCIAL_DATA_SOURCE,
  type Clock,
  type PostSource,
  type RequestBudget,
} from '@maxxit/domain';
import { HttpModule, HttpService } from '@nestjs/axios';
import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { LlmClassifier } from './classify/llm/llm-classifier';
import { makeLlmClient } from './classify/llm/llm-client';
import { MarketLexicon } from './classify/market-lexicon';
import { OfflineClassifier } from './classify/offline-classifier';
import { ReferencePrices } from './create-signals/reference-prices';
import { SignalWriter } from './create-signals/signal-writer';
import { SignalsService } from './create-signals/signals.service';
import { PostIngestion } from './ingest/post-ingestion';
import { ReportIngestion } from './ingest/report-ingestion';
import { FRESHNESS_KIND, SourceFreshness } from './ingest/source-freshness';
import { WEBHOOK_MASTER_SECRET, WebhookIngestion } from './ingest/webhook-ingestion';
import { SourceImpacts } from './impact/source-impacts';
import { HyperliquidCandleSource } from './prices/hyperliquid-candle-source';
import { MarketPrices } from './prices/market-prices';
import { PriceRecorder } from './prices/price-recorder';
import { POLL_RULES, SIGNAL_RULES, type PostSourceOptions, type SignalsOptions } from './signals.options';
import { LunarCrushSource, noSocialData } from './sources/lunarcrush-source';
import { ReportFeedSource } from './sources/report-feed-source';
import { SourceBudget } from './sources/source-budget';
import { XApiPostSource } from './sources/x-api-post-source';
import { XProxyPostSource } from './sources/x-proxy-post-source';

/** What measures the calls of sources, for a process that asks no venue and no source. */
@Module({ providers: [MarketPrices, SourceImpacts], exports: [SourceImpacts] })
export class SourceImpactsModule {}

/**
 * Provides SignalsService, and PostIngestion or ReportIngestion to a process that has the options for it. DataSource, CLOCK and
 * VENUE_ADAPTERS have to be provided globally: by DatabaseModule, the frame and VenuesModule.
 */
@Module({})
export class SignalsModule {
  static forRoot(options: SignalsOptions): DynamicModule {
    const { llm, lunarCrush, posts, prices, reports, webhooks } = options;
    const poll = posts?.poll ?? reports?.poll;
    const providers: Provider[] = [
      SignalsService,
      SignalWriter,
      ReferencePrices,
      MarketPrices,
      SourceImpacts,
      MarketLexicon,
      OfflineClassifier,
      {
        provide: CLASSIFIER,
        inject: [OfflineClassifier, DataSource, CLOCK],
        useFactory: (offline: OfflineClassifier, dataSource: DataSource, clock: Clock) =>
          llm
            ? new LlmClassifier(
                offline,
                makeLlmClient(llm.client),
                dataSource,
                new SourceBudget(dataSource, clock, 'llm', llm.budget),
                llm.prices,
              )
            : offline,
      },
      { provide: SIGNAL_RULES, useValue: options.rules },
      {
        provide: SOCIAL_DATA_SOURCE,
        inject: [HttpService, DataSource, CLOCK],
        useFactory: (http: HttpService, dataSource: DataSource, clock: Clock) =>
          lunarCrush ? new LunarCrushSource(http, dataSource, clock, lunarCrush) : noSocialData,
      },
    ];
    if (webhooks) providers.push(WebhookIngestion, { provide: WEBHOOK_MASTER_SECRET, useValue: webhooks.masterSecret });
    if (prices) {
      const { candles } = prices;
      providers.push(PriceRecorder);
      if (candles) {
        const useFactory = (http: HttpService, budget: RequestBudget) => new HyperliquidCandleSource(http, budget, candles);
        providers.push({ provide: CANDLE_SOURCE, inject: [HttpService, REQUEST_BUDGET], useFactory });
      }
    }
    if (poll)
      providers.push(
        SourceFreshness,
        { provide: FRESHNESS_KIND, useValue: posts ? 'account' : 'institute' },
        { provide: POLL_RULES, useValue: poll },
      );
    if (posts) {
      const useFactory = (http: HttpService, dataSource: DataSource, clock: Clock, limits: RequestBudget) =>
        postSourceOf(posts.source, http, dataSource, clock, limits);
      providers.push({ provide: POST_SOURCE, inject: [HttpService, DataSource, CLOCK, REQUEST_BUDGET], useFactory }, PostIngestion);
    }
    if (reports) {
      const useFactory = (http: HttpService) => new ReportFeedSource(http, reports);
      providers.push({ provide: REPORT_SOURCE, inject: [HttpService], useFactory }, ReportIngestion);
    }
    const exported = [
      SignalsService,
      SourceImpacts,
      CLASSIFIER,
      ...(webhooks ? [WebhookIngestion] : []),
      ...(prices ? [PriceRecorder] : []),
      ...(posts ? [PostIngestion] : []),
      ...(reports ? [ReportIngestion] : []),
    ];
    return { module: SignalsModule, imports: [HttpModule], providers, exports: exported };
  }
}

function postSourceOf(
  options: PostSourceOptions,
  http: HttpService,
  dataSource: DataSource,
  clock: Clock,
  limits: RequestBudget,
): PostSource {
  if (options.kind === 'proxy') return new XProxyPostSource(http, options);
  return new XApiPostSource(http, new SourceBudget(dataSource, clock, 'x-api', options.budget), limits, options);
}
