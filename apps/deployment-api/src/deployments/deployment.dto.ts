import type { DeploymentEntity, MandateEntity } from '@maxxit/database';
import {
  DEPLOYMENT_STATES,
  OUTSIDE_VENUE_NAME,
  VENUE_KEY_STATES,
  type DeploymentState,
  type HowPreferences,
  type OutsideVenue,
  type Venue,
  type VenueKeyState,
} from '@maxxit/domain';
import {
  AddressField,
  ApiDecimal,
  ApiTime,
  CursorPage,
  DecimalField,
  IfGiven,
  PageQueryDto,
  SIGNATURE,
  SchemaRule,
  TimeField,
  decimalText,
  timeText,
  ApiVenue,
} from '@maxxit/platform';
import { ApiExtraModels, ApiProperty, ApiPropertyOptional, PartialType, getSchemaPath } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ArrayMaxSize, ArrayNotEmpty, IsArray, IsBoolean, IsIn, IsInt, IsUUID, Matches, Max, Min, ValidateNested } from 'class-validator';
import { HyperliquidAuthorisationDto, OstiumAuthorisationDto, OutsideAuthorisationDto } from './authorisation.dto';
import { NONCE } from './mandate.dto';

/** The venues that a user can authorise us at; whether this system serves one from outside is looked at later. */
export type AuthorisableVenue = 'hyperliquid' | 'ostium' | OutsideVenue;
const AUTHORISABLE = new RegExp(`^(hyperliquid|ostium|${OUTSIDE_VENUE_NAME})$`);

/** More than there will be. */
const MOST_VENUES = 20;

const NONCE_OPTIONS = {
  pattern: NONCE.source,
  example: `0x${'3f'.repeat(32)}`,
  description: 'The nonce of the mandate that was signed; needed with a signature',
};
const NONCE_MESSAGE = '$property has to be 0x and 64 hex digits in lower case';
const SIGNATURE_OPTIONS = { pattern: SIGNATURE.source, minLength: 132, maxLength: 2050, example: `0x${'ab'.repeat(65)}` };
const SIGNATURE_MESSAGE = '$property has to be a signature: 0x and the hex digits of 65 to 1024 bytes';

/** The sliders of `HowPreferences` in @maxxit/domain, for users. */
const PREFERENCES: Record<keyof HowPreferences, string> = {
  riskTolerance: 'Money at risk: half of the preset at 0, all of it at 50, one and a half times at 100',
  tradeFrequency: 'How sure a signal has to be: confidence 0.8 at 0, 0.2 at 50, none asked at 100, in straight lines between',
  socialWeight: 'How much the score counts in the size: not at all at 0, as designed at 50, twice at 100',
  momentumFocus:
    'Above 50 signals that go with the price of the last 24 h are sized up and those against it down; below 50 the other way round',
  topMarketsOnly: 'Above 50 only the largest markets by market cap: the first 1000 just above it, the first 10 at 100',
};

/** What the user allows, and how they want it traded. */
export class LimitsDto {
  @DecimalField({ description: 'Sum of the notional of all open positions, USD', example: '5000', above: '0' })
  maxNotionalUsd!: string;

  @DecimalField({ description: 'The highest leverage of a position', example: '5', min: '1', max: '100' })
  maxLeverage!: string;

  @DecimalField({ description: 'Realised loss since 00:00 UTC from which on nothing is opened, USD', example: '250', above: '0' })
  maxDailyLossUsd!: string;

  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: 100, description: 'Open positions at most' })
  @IfGiven()
  @IsInt()
  @Min(1)
  @Max(100)
  maxOpenPositions?: number;

  @DecimalField({
    description: 'Fall of equity from its highest mark from which on nothing is opened, fraction',
    example: '0.25',
    above: '0',
    max: '1',
    optional: true,
  })
  maxDrawdown?: string;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 0,
    maximum: 10_080,
    description: 'Minutes without a new position in a symbol after a stop there',
  })
  @IfGiven()
  @IsInt()
  @Min(0)
  @Max(10_080)
  cooldownMinutes?: number;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    maximum: 100,
    description: 'Stops within stopGuardMinutes, in any symbols, from which on nothing is opened',
  })
  @IfGiven()
  @IsInt()
  @Min(1)
  @Max(100)
  stopGuardStops?: number;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 0,
    maximum: 10_080,
    description: 'How long a stop counts for stopGuardStops, minutes; 0: no such guard',
  })
  @IfGiven()
  @IsInt()
  @Min(0)
  @Max(10_080)
  stopGuardMinutes?: number;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    maximum: 100,
    description: 'How many of the last closed positions in a symbol, all within lowProfitMinutes, lowProfitFraction looks at',
  })
  @IfGiven()
  @IsInt()
  @Min(1)
  @Max(100)
  lowProfitCount?: number;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 0,
    maximum: 43_200,
    description: 'How long a closed position counts for lowProfitCount, minutes; 0: no such guard',
  })
  @IfGiven()
  @IsInt()
  @Min(0)
  @Max(43_200)
  lowProfitMinutes?: number;

  @DecimalField({
    description:
      'What the last positions in a symbol have to have earned together, or nothing is opened there; fraction of equity, negative: may have lost',
    example: '-0.02',
    min: '-0.99',
    max: '0.99',
    optional: true,
  })
  lowProfitFraction?: string;

  @ApiPropertyOptional({ type: 'integer', minimum: 0, maximum: 100, default: 50, description: PREFERENCES.riskTolerance })
  @IfGiven()
  @IsInt()
  @Min(0)
  @Max(100)
  riskTolerance?: number;

  @ApiPropertyOptional({ type: 'integer', minimum: 0, maximum: 100, default: 50, description: PREFERENCES.tradeFrequency })
  @IfGiven()
  @IsInt()
  @Min(0)
  @Max(100)
  tradeFrequency?: number;

  @ApiPropertyOptional({ type: 'integer', minimum: 0, maximum: 100, default: 50, description: PREFERENCES.socialWeight })
  @IfGiven()
  @IsInt()
  @Min(0)
  @Max(100)
  socialWeight?: number;

  @ApiPropertyOptional({ type: 'integer', minimum: 0, maximum: 100, default: 50, description: PREFERENCES.momentumFocus })
  @IfGiven()
  @IsInt()
  @Min(0)
  @Max(100)
  momentumFocus?: number;

  @ApiPropertyOptional({ type: 'integer', minimum: 0, maximum: 100, default: 50, description: PREFERENCES.topMarketsOnly })
  @IfGiven()
  @IsInt()
  @Min(0)
  @Max(100)
  topMarketsOnly?: number;

  @TimeField({
    example: '2027-01-31T00:00:00Z',
    description: 'Until when the mandate holds: ISO 8601 with its time zone, in the future and at most 180 days ahead',
  })
  mandateValidUntil!: string;
}

/** What is created is signed; dryRun says what to sign. */
const SIGNED_OR_DRY = {
  anyOf: [{ required: ['dryRun'], properties: { dryRun: { const: true } } }, { required: ['nonce', 'signature'] }],
};

/** For POST /api/<venue>/create-deployment: the user's wallet is the account at the venue. */
@SchemaRule(SIGNED_OR_DRY)
export class CreateVenueDeploymentDto extends LimitsDto {
  @ApiProperty({ format: 'uuid', description: 'The agent to run; it has to be active' })
  @IsUUID('loose')
  agentId!: string;

  @AddressField({ description: "The user's wallet, in any case: the one that is signed in, which it is when left out", optional: true })
  userWallet?: string;

  @ApiPropertyOptional({
    default: false,
    description: 'Creates nothing and answers 200 with what would happen, the mandate to sign and what it may cost at worst',
  })
  @IfGiven()
  @IsBoolean()
  dryRun?: boolean;

  @ApiPropertyOptional(NONCE_OPTIONS)
  @IfGiven()
  @Matches(NONCE, { message: NONCE_MESSAGE })
  nonce?: string;

  @ApiPropertyOptional({ ...SIGNATURE_OPTIONS, description: "The user's EIP-712 signature of the mandate; needed unless dryRun" })
  @IfGiven()
  @Matches(SIGNATURE, { message: SIGNATURE_MESSAGE })
  signature?: string;
}

export class DeploymentVenueRequestDto {
  @ApiProperty({ type: String, pattern: AUTHORISABLE.source, example: 'hyperliquid', description: 'One of the venues of the agent' })
  @Matches(AUTHORISABLE, { message: '$property has to be hyperliquid, ostium, or the name of a venue from outside, which begins with x-' })
  venue!: AuthorisableVenue;

  @AddressField({ description: "The address of the user's account there, in any case" })
  address!: string;
}

@SchemaRule(SIGNED_OR_DRY)
export class CreateDeploymentDto extends CreateVenueDeploymentDto {
  @ApiProperty({
    type: () => [DeploymentVenueRequestDto],
    minItems: 1,
    maxItems: MOST_VENUES,
    description: 'Where it may trade, each venue once',
  })
  @IsArray()
  @ArrayNotEmpty()
  @ArrayMaxSize(MOST_VENUES)
  @ValidateNested({ each: true })
  @Type(() => DeploymentVenueRequestDto)
  venues!: DeploymentVenueRequestDto[];
}

export class DeploymentChangesDto extends PartialType(LimitsDto, { skipNullProperties: false }) {
  @ApiPropertyOptional({
    type: () => [DeploymentVenueRequestDto],
    minItems: 1,
    maxItems: MOST_VENUES,
    description:
      'Venues to add, of those of the agent; each needs a new mandate, and takes part once it says that the user has approved it',
  })
  @IfGiven()
  @IsArray()
  @ArrayNotEmpty()
  @ArrayMaxSize(MOST_VENUES)
  @ValidateNested({ each: true })
  @Type(() => DeploymentVenueRequestDto)
  addVenues?: DeploymentVenueRequestDto[];
}

@SchemaRule({ dependentRequired: { addVenues: ['nonce', 'signature'], signature: ['nonce'] } })
export class ChangeDeploymentDto extends DeploymentChangesDto {
  @ApiPropertyOptional(NONCE_OPTIONS)
  @IfGiven()
  @Matches(NONCE, { message: NONCE_MESSAGE })
  nonce?: string;

  @ApiPropertyOptional({
    ...SIGNATURE_OPTIONS,
    description:
      "The user's EIP-712 signature of a new mandate (POST /api/deployments/{id}/mandate says what to sign); needed for what goes beyond the one in force",
  })
  @IfGiven()
  @Matches(SIGNATURE, { message: SIGNATURE_MESSAGE })
  signature?: string;
}

export class WindDownDto {
  @ApiPropertyOptional({
    default: true,
    description: 'Whether open positions are closed at once; otherwise each is closed when one of its own exits is due',
  })
  @IfGiven()
  @IsBoolean()
  flatten?: boolean;
}

export class EnableVenueDto {
  @ApiProperty({ description: 'Whether orders may be routed there', example: false })
  @IsBoolean()
  enabled!: boolean;
}

export class ListDeploymentsDto extends PageQueryDto {
  @ApiPropertyOptional({ format: 'uuid', description: 'Only those of this agent' })
  @IfGiven()
  @IsUUID('loose')
  agentId?: string;

  @AddressField({ description: 'Only those of this user, in any case; for admins, others see their own only', optional: true })
  userWallet?: string;

  @ApiPropertyOptional({ enum: DEPLOYMENT_STATES, enumName: 'DeploymentState', description: 'Only those in this state' })
  @IfGiven()
  @IsIn(DEPLOYMENT_STATES)
  state?: DeploymentState;
}

export class DeploymentVenueDto {
  @ApiVenue({ description: 'The venue' })
  venue!: Venue;

  @ApiProperty({ description: "The user's account, lower-case", example: '0x52908400098527886e0f7030069857d2e4169ee7' })
  address!: string;

  @ApiProperty({ description: 'Address of the key that trades for it, lower-case', example: '0x8617e340b3d01fa5f11f306f4090fd50e238070d' })
  keyAddress!: string;

  @ApiProperty({ enum: VENUE_KEY_STATES, enumName: 'VenueKeyState', description: 'approved once the deployment was activated' })
  keyState!: VenueKeyState;

  @ApiProperty({ description: 'Whether orders may be routed there at present', example: true })
  enabled!: boolean;

  @ApiTime({ nullable: true, description: 'Since when it takes part, by the word of the venue; null before' })
  joinedAt!: string | null;
}

export class DeploymentDto {
  @ApiProperty({ format: 'uuid', description: 'Id of the deployment' })
  id!: string;

  @ApiProperty({ format: 'uuid', description: 'The agent that it runs' })
  agentId!: string;

  @ApiProperty({ description: "The user's wallet, lower-case", example: '0x52908400098527886e0f7030069857d2e4169ee7' })
  userWallet!: string;

  @ApiProperty({ enum: DEPLOYMENT_STATES, enumName: 'DeploymentState' })
  state!: DeploymentState;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Why it is paused: MANUAL, or APPROVAL_LOST at a venue; null when it is not',
    example: 'MANUAL',
  })
  pausedReason!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description:
      "Why it was closed by nobody's wish: VENUE_ACCOUNT_TAKEN, another user has shown that an account of it is theirs; null otherwise",
    example: null,
  })
  closedReason!: string | null;

  @ApiProperty({ type: [DeploymentVenueDto], description: 'Where it may trade' })
  venues!: DeploymentVenueDto[];

  @ApiDecimal({ description: 'Sum of the notional of all open positions at most, USD', example: '5000' })
  maxNotionalUsd!: string;

  @ApiDecimal({ description: 'The highest leverage of a position', example: '5' })
  maxLeverage!: string;

  @ApiDecimal({ description: 'Realised loss since 00:00 UTC from which on nothing is opened, USD', example: '250' })
  maxDailyLossUsd!: string;

  @ApiProperty({ type: 'integer', example: 5, description: 'Open positions at most' })
  maxOpenPositions!: number;

  @ApiDecimal({ description: 'Fall of equity from its highest mark from which on nothing is opened, fraction', example: '0.25' })
  maxDrawdown!: string;

  @ApiProperty({ type: 'integer', example: 60, description: 'Minutes without a new position in a symbol after a stop there' })
  cooldownMinutes!: number;

  @ApiProperty({
    type: 'integer',
    example: 4,
    description: 'Stops within stopGuardMinutes, in any symbols, from which on nothing is opened',
  })
  stopGuardStops!: number;

  @ApiProperty({ type: 'integer', example: 1_440, description: 'How long a stop counts for stopGuardStops, minutes; 0: no such guard' })
  stopGuardMinutes!: number;

  @ApiProperty({
    type: 'integer',
    example: 3,
    description: 'How many of the last closed positions in a symbol, all within lowProfitMinutes, lowProfitFraction looks at',
  })
  lowProfitCount!: number;

  @ApiProperty({
    type: 'integer',
    example: 4_320,
    description: 'How long a closed position counts for lowProfitCount, minutes; 0: no such guard',
  })
  lowProfitMinutes!: number;

  @ApiDecimal({
    description:
      'What the last positions in a symbol have to have earned together, or nothing is opened there; fraction of equity, negative: may have lost',
    example: '-0.02',
  })
  lowProfitFraction!: string;

  @ApiProperty({ type: 'integer', example: 50, description: PREFERENCES.riskTolerance })
  riskTolerance!: number;

  @ApiProperty({ type: 'integer', example: 50, description: PREFERENCES.tradeFrequency })
  tradeFrequency!: number;

  @ApiProperty({ type: 'integer', example: 50, description: PREFERENCES.socialWeight })
  socialWeight!: number;

  @ApiProperty({ type: 'integer', example: 50, description: PREFERENCES.momentumFocus })
  momentumFocus!: number;

  @ApiProperty({ type: 'integer', example: 50, description: PREFERENCES.topMarketsOnly })
  topMarketsOnly!: number;

  @ApiTime({ description: 'Until when the mandate holds' })
  mandateValidUntil!: string;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    example: 1,
    description: "The version of the agent's terms that the user signed, which it keeps to; null without a mandate",
  })
  agentVersion!: number | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'EIP-712 hash of the mandate in force; null for one from before mandates were signed',
    example: `0x${'7d'.repeat(32)}`,
  })
  mandateDigest!: string | null;

  @ApiProperty({ description: 'While winding down: whether open positions are closed at once', example: true })
  flattens!: boolean;

  @ApiProperty({ type: 'integer', example: 3, description: 'Counts its changes of any kind' })
  revision!: number;

  @ApiDecimal({ nullable: true, description: 'Equity of its accounts when it was first activated, USD; null before', example: '10000' })
  startingEquityUsd!: string | null;

  @ApiTime({ nullable: true, description: 'When it was first activated; null before' })
  activatedAt!: string | null;

  @ApiTime({ description: 'When it was created' })
  createdAt!: string;

  @ApiTime({ description: 'When it was last changed' })
  updatedAt!: string;

  /** @param deployment with its user, and its venues with account and key loaded */
  static of(deployment: DeploymentEntity, mandate: MandateEntity | undefined): DeploymentDto {
    return {
      id: deployment.id,
      agentId: deployment.agentId,
      userWallet: deployment.user!.walletAddress,
      state: deployment.state,
      pausedReason: deployment.pausedReason,
      closedReason: deployment.closedReason,
      venues: deployment.venues!.map(({ venue, venueAccount, venueKey, enabled, joinedAt }) => ({
        venue,
        address: venueAccount!.address,
        keyAddress: venueKey!.address,
        keyState: venueKey!.state,
        enabled,
        joinedAt: timeText(joinedAt),
      })),
      maxNotionalUsd: decimalText(deployment.maxNotionalUsd),
      maxLeverage: decimalText(deployment.maxLeverage),
      maxDailyLossUsd: decimalText(deployment.maxDailyLossUsd),
      maxOpenPositions: deployment.maxOpenPositions,
      maxDrawdown: decimalText(deployment.maxDrawdown),
      cooldownMinutes: deployment.cooldownMinutes,
      stopGuardStops: deployment.stopGuardStops,
      stopGuardMinutes: deployment.stopGuardMinutes,
      lowProfitCount: deployment.lowProfitCount,
      lowProfitMinutes: deployment.lowProfitMinutes,
      lowProfitFraction: decimalText(deployment.lowProfitFraction),
      riskTolerance: deployment.riskTolerance,
      tradeFrequency: deployment.tradeFrequency,
      socialWeight: deployment.socialWeight,
      momentumFocus: deployment.momentumFocus,
      topMarketsOnly: deployment.topMarketsOnly,
      mandateValidUntil: timeText(deployment.mandateValidUntil),
      agentVersion: mandate?.mandate.agentVersion ?? null,
      mandateDigest: mandate?.digest ?? null,
      flattens: deployment.flattens,
      revision: deployment.revision,
      startingEquityUsd: decimalText(deployment.startingEquityUsd),
      activatedAt: timeText(deployment.activatedAt),
      createdAt: timeText(deployment.createdAt),
      updatedAt: timeText(deployment.updatedAt),
    };
  }
}

export class DeploymentPageDto extends CursorPage<DeploymentDto> {
  @ApiProperty({ type: [DeploymentDto], description: 'The items of this page' })
  items!: DeploymentDto[];
}

@ApiExtraModels(HyperliquidAuthorisationDto, OstiumAuthorisationDto)
export class AuthorisationsDto {
  @ApiProperty({
    type: 'array',
    description: 'What the user has to sign or send, for each venue, before the deployment can be activated',
    items: {
      oneOf: [{ $ref: getSchemaPath(HyperliquidAuthorisationDto) }, { $ref: getSchemaPath(OstiumAuthorisationDto) }],
      discriminator: {
        propertyName: 'venue',
        mapping: { hyperliquid: getSchemaPath(HyperliquidAuthorisationDto), ostium: getSchemaPath(OstiumAuthorisationDto) },
      },
    },
  })
  authorisations!: (HyperliquidAuthorisationDto | OstiumAuthorisationDto)[];

  @ApiProperty({ type: [OutsideAuthorisationDto], description: 'The same at venues from outside, for the user to read' })
  outside!: OutsideAuthorisationDto[];
}

export class CreatedDeploymentDto extends AuthorisationsDto {
  @ApiProperty({ type: () => DeploymentDto })
  deployment!: DeploymentDto;
}

export class CreatedHyperliquidDeploymentDto {
  @ApiProperty({ type: () => DeploymentDto })
  deployment!: DeploymentDto;

  @ApiProperty({ type: () => HyperliquidAuthorisationDto })
  authorisation!: HyperliquidAuthorisationDto;
}

export class CreatedOstiumDeploymentDto {
  @ApiProperty({ type: () => DeploymentDto })
  deployment!: DeploymentDto;

  @ApiProperty({ type: () => OstiumAuthorisationDto })
  authorisation!: OstiumAuthorisationDto;
}
