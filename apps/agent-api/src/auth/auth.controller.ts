import { TokenSigningKeys } from '@maxxit/database';
import { Access, ApiProblems, CurrentUser, type SignedInUser } from '@maxxit/platform';
import { Body, Controller, Get, Header, HttpCode, Post } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { EndedSessionsDto, JsonWebKeyDto, JsonWebKeySetDto, MeDto, NonceDto, RefreshDto, SignInDto, TokensDto } from './auth.dto';
import { SessionsService } from './sessions.service';
import { SignInService } from './sign-in.service';

@ApiTags('sign-in')
@Controller()
export class AuthController {
  constructor(
    private readonly signingIn: SignInService,
    private readonly sessions: SessionsService,
    private readonly keys: TokenSigningKeys,
  ) {}

  @Post('api/auth/nonce')
  @Access('public')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Get a nonce for a sign-in',
    description: 'The message to sign has to carry it. It may be used once, within ten minutes.',
  })
  @ApiOkResponse({ description: 'The nonce', type: NonceDto })
  getNonce(): Promise<NonceDto> {
    return this.signingIn.nonce();
  }

  @Post('api/auth/sign-in')
  @Access('public')
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  @ApiOperation({
    summary: 'Sign in with a wallet',
    description:
      'By a signed message of EIP-4361. Its domain, URI and chain have to be among those that are allowed here, its nonce one from here, and its times have to hold. Whoever signs in for the first time becomes a user. The signature of a contract wallet (a Safe) is asked of the chain that the message names. 503 WALLET_NOT_ASKED when that does not answer.',
  })
  @ApiOkResponse({ description: 'The tokens of the new session', type: TokensDto })
  @ApiProblems([400, 'VALIDATION_FAILED'], [401, 'SIGN_IN_MESSAGE_INVALID', 'SIGN_IN_REFUSED'], [503, 'WALLET_NOT_ASKED'])
  signIn(@Body() body: SignInDto): Promise<TokensDto> {
    return this.signingIn.signIn(body);
  }

  @Post('api/auth/refresh')
  @Access('public')
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  @ApiOperation({
    summary: 'Get new tokens for a refresh token',
    description:
      'The refresh token is used up: keep the one that is answered. One that is used a second time was copied, so that its session ends, with all its tokens.',
  })
  @ApiOkResponse({ description: 'New tokens of the same session', type: TokensDto })
  @ApiProblems([400, 'VALIDATION_FAILED'], [401, 'REFRESH_TOKEN_INVALID', 'REFRESH_TOKEN_REUSED'])
  refresh(@Body() { refreshToken }: RefreshDto): Promise<TokensDto> {
    return this.sessions.refresh(refreshToken);
  }

  @Post('api/auth/sign-out')
  @Access('user')
  @HttpCode(204)
  @ApiOperation({
    summary: 'Sign out',
    description: 'Ends the session that the access token belongs to. None of its tokens is taken any more.',
  })
  @ApiNoContentResponse({ description: 'Signed out' })
  async signOut(@CurrentUser() { sessionId }: SignedInUser): Promise<void> {
    // The route takes no API key, and every access token has a session.
    if (sessionId !== null) await this.sessions.end(sessionId);
  }

  @Post('api/auth/sign-out-everywhere')
  @Access('user')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Sign out everywhere',
    description: 'Ends all sessions of the user, on all devices. API keys stay; revoke them one by one.',
  })
  @ApiOkResponse({ description: 'How many sessions were ended', type: EndedSessionsDto })
  async signOutEverywhere(@CurrentUser() user: SignedInUser): Promise<EndedSessionsDto> {
    return { sessions: await this.sessions.endAll(user.id) };
  }

  @Get('api/auth/me')
  @Access('user', { scope: 'agents:read' })
  @ApiOperation({ summary: 'Who is signed in' })
  @ApiOkResponse({ description: 'The user', type: MeDto })
  getMe(@CurrentUser() { id, wallet, isAdmin }: SignedInUser): MeDto {
    return { id, wallet, role: isAdmin ? 'admin' : 'user' };
  }

  @Get('.well-known/jwks.json')
  @Access('public')
  @Header('cache-control', 'public, max-age=60')
  @ApiOperation({
    summary: 'The public keys that verify access tokens',
    description: 'A JWK Set (RFC 7517). Keys change about once a month; a token names its own by kid.',
  })
  @ApiOkResponse({ description: 'The keys', type: JsonWebKeySetDto })
  async getJwks(): Promise<JsonWebKeySetDto> {
    return { keys: (await this.keys.valid()).map((key) => JsonWebKeyDto.of(key)) };
  }
}
