import { type Venue } from '@maxxit/domain';
import { ApiDecimal, ApiTime, TypedDataDto, ApiVenue } from '@maxxit/platform';
import { ApiProperty } from '@nestjs/swagger';

const ADDRESS = '0x52908400098527886e0f7030069857d2e4169ee7';

/** 0x and 64 hex digits. */
export const NONCE = /^0x[0-9a-f]{64}$/;

export class MandateAccountDto {
  @ApiVenue({ description: 'The venue' })
  venue!: Venue;

  @ApiProperty({ description: "The user's account there, lower-case", example: ADDRESS })
  address!: string;
}

/** What a user allows, as they sign it. */
export class DeploymentMandateDto {
  @ApiProperty({ description: "The user's wallet, lower-case", example: ADDRESS })
  user!: string;

  @ApiProperty({ format: 'uuid', description: 'The agent' })
  agentId!: string;

  @ApiProperty({ type: 'integer', minimum: 1, example: 1, description: 'The version of its terms that the user agrees to' })
  agentVersion!: number;

  @ApiProperty({ description: "EIP-712 hash of that version's manifest", example: `0x${'5c'.repeat(32)}` })
  agentManifest!: string;

  @ApiProperty({ type: [MandateAccountDto], description: 'Where it may trade' })
  accounts!: MandateAccountDto[];

  @ApiDecimal({ description: 'Sum of the notional of all open positions at most, USD', example: '5000' })
  maxNotionalUsd!: string;

  @ApiDecimal({ description: 'The highest leverage of a position', example: '5' })
  maxLeverage!: string;

  @ApiDecimal({ description: 'Realised loss since 00:00 UTC from which on nothing is opened, USD', example: '250' })
  maxDailyLossUsd!: string;

  @ApiTime({ description: 'Until when it holds' })
  validUntil!: string;

  @ApiProperty({ description: "Counts once for each user: a mandate can't be used again", example: `0x${'3f'.repeat(32)}` })
  nonce!: string;
}

export class MandateToSignDto {
  @ApiProperty({ type: () => DeploymentMandateDto, description: 'The mandate, for the user to read' })
  mandate!: DeploymentMandateDto;

  @ApiProperty({ type: () => TypedDataDto, description: "The same for the user's wallet to sign" })
  typedData!: TypedDataDto;

  @ApiProperty({ description: 'EIP-712 hash of it', example: `0x${'7d'.repeat(32)}` })
  digest!: string;
}
