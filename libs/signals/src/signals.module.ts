import { CLASSIFIER, CLOCK, POST_SOURCE, REPORT_SOURCE, SOCIAL_DATA_SOURCE, type Clock } from '@maxxit/domain';
import { HttpModule, HttpService } from '@nestjs/axios';
import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import { OfflineClassifier } from './classify/offline-classifier';
import { ReferencePrices } from './create-signals/reference-prices';
import { SignalWriter } from './create-signals/signal-writer';
import { SignalsService } from './create-signals/signals.service';
import { PostIngestion } from './ingest/post-ingestion';
import { ReportIngestion } from './ingest/report-ingestion';
import { POLL_RULES, SIGNAL_RULES, type SignalsOptions } from './signals.options';
import { LunarCrushSource, noSocialData } from './sources/lunarcrush-source';
import { ReportFeedSource } from './sources/report-feed-source';
import { XProxyPostSource } from './sources/x-proxy-post-source';

/**
 * Provides SignalsService, and PostIngestion or ReportIngestion to a process that has the options for it. DataSource, CLOCK and
 * VENUE_ADAPTERS have to be provided globally: by DatabaseModule, the frame and VenuesModule.
 */
@Module({})
export class SignalsModule {
  static forRoot(options: SignalsOptions): DynamicModule {
    const { lunarCrush, posts, reports } = options;
    const poll = posts?.poll ?? reports?.poll;
    const providers: Provider[] = [
      SignalsService,
      SignalWriter,
      ReferencePrices,
      { provide: CLASSIFIER, useClass: OfflineClassifier },
      { provide: SIGNAL_RULES, useValue: options.rules },
      {
        provide: SOCIAL_DATA_SOURCE,
        inject: [HttpService, CLOCK],
        useFactory: (http: HttpService, clock: Clock) => (lunarCrush ? new LunarCrushSource(http, clock, lunarCrush) : noSocialData),
      },
    ];
    if (poll) providers.push({ provide: POLL_RULES, useValue: poll });
    if (posts) {
      const useFactory = (http: HttpService) => new XProxyPostSource(http, posts);
      providers.push({ provide: POST_SOURCE, inject: [HttpService], useFactory }, PostIngestion);
    }
    if (reports) {
      const useFactory = (http: HttpService) => new ReportFeedSource(http, reports);
      providers.push({ provide: REPORT_SOURCE, inject: [HttpService], useFactory }, ReportIngestion);
    }
    const exported = [SignalsService, CLASSIFIER, ...(posts ? [PostIngestion] : []), ...(reports ? [ReportIngestion] : [])];
    return { module: SignalsModule, imports: [HttpModule], providers, exports: exported };
  }
}
