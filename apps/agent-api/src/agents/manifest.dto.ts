import type { AgentVersionEntity } from '@maxxit/database';
import { AGENT_WEIGHTS, RISK_PRESETS, type AgentManifest, type RiskPreset, type Venue } from '@maxxit/domain';
import { ApiDecimal, ApiTime, CursorPage, TypedDataDto, timeText, ApiVenue } from '@maxxit/platform';
import { ApiProperty } from '@nestjs/swagger';

export class ManifestSourceDto {
  @ApiProperty({ example: 'some_analyst', description: 'The X name, or the name of the research institute' })
  name!: string;

  @ApiDecimal({ description: 'How much the agent trusts it, 0..1', example: '0.8' })
  weight!: string;
}

/** The terms of an agent, as its creator signs them. */
export class AgentManifestDto {
  @ApiProperty({ format: 'uuid', description: 'The agent; of a new one the id that it is going to have' })
  agentId!: string;

  @ApiProperty({ type: 'integer', minimum: 1, example: 1, description: 'Counts the signed versions' })
  version!: number;

  @ApiProperty({ description: "The creator's wallet, lower-case", example: '0x52908400098527886e0f7030069857d2e4169ee7' })
  creator!: string;

  @ApiProperty({ example: 'Momentum of majors', description: 'What it is called' })
  name!: string;

  @ApiProperty({ example: 'Follows two analysts on BTC and ETH.', description: 'What it does' })
  description!: string;

  @ApiVenue({ description: 'In a fixed order', isArray: true })
  venues!: Venue[];

  @ApiProperty({ enum: RISK_PRESETS, enumName: 'RiskPreset' })
  riskPreset!: RiskPreset;

  @ApiDecimal({ description: 'The highest leverage that its signals ask for', example: '5' })
  maxLeverage!: string;

  @ApiDecimal({ description: 'Score below which there is no signal, -1..1', example: '-0.25' })
  minScore!: string;

  @ApiDecimal({ description: "The creator's fraction of profit above the high-water mark", example: '0.1' })
  profitShare!: string;

  @ApiProperty({
    type: 'array',
    items: { type: 'integer', minimum: 0, maximum: 100 },
    minItems: AGENT_WEIGHTS.length,
    maxItems: AGENT_WEIGHTS.length,
    description: `0..100 each, in this order: ${AGENT_WEIGHTS.join(', ')}`,
    example: AGENT_WEIGHTS.map(() => 50),
  })
  weights!: number[];

  @ApiProperty({ type: [ManifestSourceDto], description: 'X accounts that it follows, by name' })
  accounts!: ManifestSourceDto[];

  @ApiProperty({ type: [ManifestSourceDto], description: 'Research institutes that it follows, by name' })
  institutes!: ManifestSourceDto[];
}

export class ManifestToSignDto {
  @ApiProperty({ type: () => AgentManifestDto, description: 'The terms, for the creator to read' })
  manifest!: AgentManifestDto;

  @ApiProperty({ type: () => TypedDataDto, description: "The same for the creator's wallet to sign" })
  typedData!: TypedDataDto;

  @ApiProperty({ description: 'EIP-712 hash of it', example: `0x${'5c'.repeat(32)}` })
  digest!: string;
}

/** A version of an agent's terms: what deployments refer to that were made while it was in force. */
export class AgentVersionDto {
  @ApiProperty({ type: 'integer', minimum: 1, example: 1, description: '1, 2, ...' })
  version!: number;

  @ApiProperty({ type: () => AgentManifestDto, description: 'The terms' })
  manifest!: AgentManifest;

  @ApiProperty({ description: 'EIP-712 hash of the manifest', example: `0x${'5c'.repeat(32)}` })
  digest!: string;

  @ApiProperty({ description: 'Who signed it, lower-case', example: '0x52908400098527886e0f7030069857d2e4169ee7' })
  signer!: string;

  @ApiProperty({
    description: 'SHA-256 of the signature, which is not kept: its owner can show that it is the one that was verified',
    example: `0x${'7d'.repeat(32)}`,
  })
  signatureHash!: string;

  @ApiTime({ description: 'When it was signed' })
  signedAt!: string;

  static of({ version, manifest, digest, signer, signatureHash, signedAt }: AgentVersionEntity): AgentVersionDto {
    return { version, manifest, digest, signer, signatureHash, signedAt: timeText(signedAt) };
  }
}

export class AgentVersionPageDto extends CursorPage<AgentVersionDto> {
  @ApiProperty({ type: [AgentVersionDto], description: 'The items of this page' })
  items!: AgentVersionDto[];
}
