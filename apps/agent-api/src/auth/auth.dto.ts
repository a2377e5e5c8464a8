import type { TokenKeyEntity } from '@maxxit/database';
import { ApiTime } from '@maxxit/platform';
import { ApiProperty } from '@nestjs/swagger';
import { IsString, Length, Matches } from 'class-validator';
import { createPublicKey } from 'node:crypto';

export class NonceDto {
  @ApiProperty({ description: 'To be put into the message', example: 'Zk3Vn0d8y1Hq5bQ2m7Xw4Rt6Lp9Js0Ac' })
  nonce!: string;

  @ApiTime({ description: 'Until when it may be used' })
  expiresAt!: string;
}

export class SignInDto {
  @ApiProperty({
    minLength: 1,
    maxLength: 4000,
    description: 'The EIP-4361 message that was signed, unchanged',
    example:
      'localhost:3000 wants you to sign in with your Ethereum account:\n0x52908400098527886E0F7030069857D2E4169EE7\n\nSign in to Maxxit\n\nURI: http://localhost:3000\nVersion: 1\nChain ID: 42161\nNonce: Zk3Vn0d8y1Hq5bQ2m7Xw4Rt6Lp9Js0Ac\nIssued At: 2026-11-26T08:00:00.000Z',
  })
  @IsString()
  @Length(1, 4000)
  message!: string;

  @ApiProperty({
    pattern: '^0x([0-9a-fA-F]{2}){65,4096}$',
    description: "The wallet's signature of it (personal_sign); of a contract wallet what its isValidSignature takes",
    example: `0x${'ab'.repeat(65)}`,
  })
  @IsString()
  @Matches(/^0x([0-9a-fA-F]{2}){65,4096}$/, { message: '$property has to be a signature: 0x and at least 130 hex digits' })
  signature!: string;
}

export class RefreshDto {
  @ApiProperty({ minLength: 20, maxLength: 100, description: 'The refresh token that was answered last; it is used up by this' })
  @IsString()
  @Length(20, 100)
  refreshToken!: string;
}

export class AccessTokensDto {
  @ApiProperty({ description: 'For the agent API' })
  agent!: string;

  @ApiProperty({ description: 'For the deployment API' })
  deployment!: string;

  @ApiProperty({ description: 'For the signal API' })
  signal!: string;
}

export class TokensDto {
  @ApiProperty({ type: () => AccessTokensDto, description: 'One for each API, which takes no other; sent as "Authorization: Bearer ..."' })
  accessTokens!: AccessTokensDto;

  @ApiTime({ description: 'Until when the access tokens are taken: 15 minutes' })
  accessTokensExpireAt!: string;

  @ApiProperty({ description: 'Gets the next access tokens, once. Using it a second time ends the session' })
  refreshToken!: string;

  @ApiTime({ description: 'Until when the refresh token may be used' })
  refreshTokenExpiresAt!: string;
}

export class MeDto {
  @ApiProperty({ format: 'uuid', description: 'Id of the user' })
  id!: string;

  @ApiProperty({ description: 'The wallet that is signed in, lower-case', example: '0x52908400098527886e0f7030069857d2e4169ee7' })
  wallet!: string;

  @ApiProperty({ enum: ['user', 'admin'], description: 'What the user may do' })
  role!: 'user' | 'admin';
}

export class EndedSessionsDto {
  @ApiProperty({ type: 'integer', example: 2, description: 'How many sessions were ended' })
  sessions!: number;
}

/** A public key of RFC 7517. */
export class JsonWebKeyDto {
  @ApiProperty({ example: 'EC' })
  kty!: string;

  @ApiProperty({ example: 'sig' })
  use!: string;

  @ApiProperty({ example: 'ES256' })
  alg!: string;

  @ApiProperty({ description: 'As in the header of the tokens that it verifies', example: '2rjWv1nX0KpQy3ab' })
  kid!: string;

  @ApiProperty({ example: 'P-256' })
  crv!: string;

  @ApiProperty({ description: 'base64url' })
  x!: string;

  @ApiProperty({ description: 'base64url' })
  y!: string;

  static of({ id, publicKey }: TokenKeyEntity): JsonWebKeyDto {
    const { crv, x, y } = createPublicKey(publicKey).export({ format: 'jwk' });
    return { kty: 'EC', use: 'sig', alg: 'ES256', kid: id, crv: crv!, x: x!, y: y! };
  }
}

export class JsonWebKeySetDto {
  @ApiProperty({ type: [JsonWebKeyDto], description: 'The newest first' })
  keys!: JsonWebKeyDto[];
}
