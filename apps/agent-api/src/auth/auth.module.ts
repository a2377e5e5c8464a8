import { TokenSigningKeys } from '@maxxit/database';
import { CLOCK, type Clock } from '@maxxit/domain';
import { SignatureVerifier } from '@maxxit/platform';
import { Module, type DynamicModule } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { ApiKeysController } from './api-keys.controller';
import { ApiKeysService } from './api-keys.service';
import { AuthController } from './auth.controller';
import { AUTH_SETTINGS, type AuthSettings } from './auth.settings';
import { SessionsService } from './sessions.service';
import { SignInService } from './sign-in.service';

/** Sign-in with a wallet, sessions, the keys that sign tokens, and API keys. */
@Module({
  controllers: [AuthController, ApiKeysController],
  providers: [SignInService, SessionsService, ApiKeysService],
})
export class AuthModule {
  static forRoot(settings: AuthSettings): DynamicModule {
    return {
      module: AuthModule,
      providers: [
        { provide: AUTH_SETTINGS, useValue: settings },
        {
          provide: TokenSigningKeys,
          useFactory: (dataSource: DataSource, clock: Clock) => new TokenSigningKeys(dataSource, settings.TOKEN_MASTER_KEY, clock),
          inject: [DataSource, CLOCK],
        },
        { provide: SignatureVerifier, useValue: new SignatureVerifier(settings) },
      ],
      exports: [SignatureVerifier],
    };
  }
}
