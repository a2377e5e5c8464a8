import { SignatureVerifier } from '@maxxit/platform';
import { Module, type DynamicModule } from '@nestjs/common';
import { ApiKeysController } from './api-keys.controller';
import { ApiKeysService } from './api-keys.service';
import { AuthController } from './auth.controller';
import { AUTH_SETTINGS, type AuthSettings } from './auth.settings';
import { SessionsService } from './sessions.service';
import { SignInService } from './sign-in.service';
import { TokenKeysService } from './token-keys.service';

/** Sign-in with a wallet, sessions, the keys that sign tokens, and API keys. */
@Module({
  controllers: [AuthController, ApiKeysController],
  providers: [SignInService, SessionsService, TokenKeysService, ApiKeysService],
})
export class AuthModule {
  static forRoot(settings: AuthSettings): DynamicModule {
    return {
      module: AuthModule,
      providers: [
        { provide: AUTH_SETTINGS, useValue: settings },
        { provide: SignatureVerifier, useValue: new SignatureVerifier(settings) },
      ],
      exports: [SignatureVerifier],
    };
  }
}
