import { SignInNonceEntity } from '@maxxit/database';
import { CLOCK, type Clock } from '@maxxit/domain';
import { SignatureVerifier } from '@maxxit/platform';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource, LessThanOrEqual, MoreThan } from 'typeorm';
import { generateSiweNonce } from 'viem/siwe';
import type { NonceDto, SignInDto, TokensDto } from './auth.dto';
import { AUTH_SETTINGS, type AuthSettings } from './auth.settings';
import { SessionsService } from './sessions.service';
import { readSignInMessage, refused } from './sign-in-message';

/** How long a nonce may be used, ms. */
const NONCE_MS = 10 * 60_000;

/** Sign-in with a wallet (EIP-4361). */
@Injectable()
export class SignInService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly sessions: SessionsService,
    private readonly verifier: SignatureVerifier,
    @Inject(AUTH_SETTINGS) private readonly settings: AuthSettings,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** A nonce for one message. Those that nobody used are forgotten on the way. */
  async nonce(): Promise<NonceDto> {
    const now = this.clock.now();
    const nonce = generateSiweNonce();
    const expiresAt = new Date(now.getTime() + NONCE_MS);
    await this.dataSource.manager.delete(SignInNonceEntity, { expiresAt: LessThanOrEqual(now) });
    await this.dataSource.manager.insert(SignInNonceEntity, { nonce, expiresAt });
    return { nonce, expiresAt: expiresAt.toISOString() };
  }

  /**
   * Begins a session. The nonce is used up by it, whether the signature is good or not. Throws UnauthenticatedError SIGN_IN_MESSAGE_INVALID,
   * UnauthenticatedError SIGN_IN_REFUSED, RetryableError WALLET_NOT_ASKED.
   */
  async signIn({ message, signature }: SignInDto): Promise<TokensDto> {
    const now = this.clock.now();
    const { SIGN_IN_DOMAINS: domains, SIGN_IN_CHAIN_IDS: chainIds } = this.settings;
    const { address, chainId, nonce } = readSignInMessage(message, { domains, chainIds }, now);
    const { affected } = await this.dataSource.manager.delete(SignInNonceEntity, { nonce, expiresAt: MoreThan(now) });
    if (affected !== 1) throw refused('The nonce is not one of ours, was used before or has expired. Get a new one and sign again.');
    const isSigned = await this.verifier.isSignedText({ address, message, signature: signature as `0x${string}` }, chainId);
    if (!isSigned) throw refused(`The signature is not one of ${address}.`);
    return this.sessions.begin(address);
  }
}
