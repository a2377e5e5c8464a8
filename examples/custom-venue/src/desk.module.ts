import { CLOCK, KEY_VAULT, REQUEST_BUDGET, unlimitedBudget, type Clock, type KeyVault, type RequestBudget } from '@maxxit/domain';
import { ServiceHttp } from '@maxxit/venues';
import { HttpModule, HttpService } from '@nestjs/axios';
import { Module, type DynamicModule } from '@nestjs/common';
import { DeskAdapter } from './desk.adapter';
import { DeskClient } from './desk.client';

export interface DeskOptions {
  url: string;
  timeoutMs: number;
  requestsPerMinute: number;
}

/** Provides the adapter. KEY_VAULT is there in processes that sign, and REQUEST_BUDGET in those with a database. */
@Module({})
export class DeskModule {
  static register({ url, timeoutMs, requestsPerMinute }: DeskOptions): DynamicModule {
    return {
      module: DeskModule,
      imports: [HttpModule],
      providers: [
        {
          provide: DeskAdapter,
          inject: [HttpService, CLOCK, { token: KEY_VAULT, optional: true }, { token: REQUEST_BUDGET, optional: true }],
          useFactory: (http: HttpService, clock: Clock, keyVault?: KeyVault, budget: RequestBudget = unlimitedBudget) => {
            const limit = { weight: requestsPerMinute, windowMs: 60_000 };
            return new DeskAdapter(new DeskClient(new ServiceHttp(http, 'The desk', url, timeoutMs), budget, limit), clock, keyVault);
          },
        },
      ],
      exports: [DeskAdapter],
    };
  }
}
