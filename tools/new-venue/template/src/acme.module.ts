import { CLOCK, KEY_VAULT, type Clock, type KeyVault } from '@maxxit/domain';
import { ServiceHttp } from '@maxxit/venues';
import { HttpModule, HttpService } from '@nestjs/axios';
import { Module, type DynamicModule } from '@nestjs/common';
import { AcmeAdapter } from './acme.adapter';

export interface AcmeOptions {
  url: string;
  timeoutMs: number;
}

/** Provides the adapter. KEY_VAULT is there in processes that sign only. */
@Module({})
export class AcmeModule {
  static register({ url, timeoutMs }: AcmeOptions): DynamicModule {
    return {
      module: AcmeModule,
      imports: [HttpModule],
      providers: [
        {
          provide: AcmeAdapter,
          inject: [HttpService, CLOCK, { token: KEY_VAULT, optional: true }],
          useFactory: (http: HttpService, clock: Clock, keyVault?: KeyVault) =>
            new AcmeAdapter(new ServiceHttp(http, 'Acme', url, timeoutMs), clock, keyVault),
        },
      ],
      exports: [AcmeAdapter],
    };
  }
}
