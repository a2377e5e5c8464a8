import { AUTHORISATION_STEPS, type AuthorisationStep, type Venue } from '@maxxit/domain';
import { ApiDecimal, TypedDataDto, ApiVenue } from '@maxxit/platform';
import { ApiProperty } from '@nestjs/swagger';
import { MandateToSignDto } from './mandate.dto';

export class PreviewCheckDto {
  @ApiProperty({ example: 'ACCOUNT_FUNDED', description: 'What was looked at; the code that creating would answer with where it has one' })
  code!: string;

  @ApiVenue({ description: 'Of which venue; null: of none', nullable: true })
  venue!: Venue | null;

  @ApiProperty({ type: Boolean, nullable: true, description: 'Null where it could not be found out', example: true })
  passed!: boolean | null;

  @ApiProperty({ description: 'The same in a sentence', example: 'The account holds 1000 USD.' })
  detail!: string;
}

/** Something that the user is going to sign or send at a venue. */
export class RequiredApprovalDto {
  @ApiVenue({ description: 'The venue' })
  venue!: Venue;

  @ApiProperty({ enum: AUTHORISATION_STEPS, enumName: 'AuthorisationStep' })
  step!: AuthorisationStep;

  @ApiProperty({ description: 'What it does, for the user to read' })
  purpose!: string;

  @ApiProperty({
    type: () => TypedDataDto,
    nullable: true,
    description: 'To be signed; what is only known once the deployment exists (the address of its key, a nonce) is null in the message',
  })
  typedData!: TypedDataDto | null;

  @ApiProperty({ type: 'integer', nullable: true, example: 42161, description: 'Of a transaction: the chain' })
  chainId!: number | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Of a transaction: the contract, or who is sent ETH, lower-case; null until that is known',
  })
  to!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    pattern: '^[0-9]+$',
    example: '0',
    description: 'Of a transaction: the ETH that goes along, wei',
  })
  valueWei!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Of a transaction: the encoded call, 0x for a plain transfer; null until the address of the key is known',
  })
  data!: string | null;
}

export class VenueFeesDto {
  @ApiVenue({ description: 'The venue' })
  venue!: Venue;

  @ApiDecimal({ description: 'Lowest taker fee of its markets, fraction of notional per side', example: '0.00045' })
  lowestTakerFee!: string;

  @ApiDecimal({ description: 'Highest taker fee of its markets, fraction of notional per side', example: '0.00045' })
  highestTakerFee!: string;

  @ApiDecimal({ description: 'Gas and oracle fees of one round trip at most, USD', example: '0.1' })
  fixedFeeUsd!: string;

  @ApiDecimal({
    description: 'Fees of opening and closing maxNotionalUsd once, in the market with the highest fees, USD; without funding',
    example: '4.5',
  })
  roundTripUsd!: string;
}

export class WorstCaseDto {
  @ApiDecimal({
    description: 'When maxNotionalUsd is open and every position closes at the widest stop that a call may ask for (25 %), with fees, USD',
    example: '1254.5',
  })
  lossAtStopsUsd!: string;

  @ApiDecimal({
    description: 'In one day: maxDailyLossUsd, from which on nothing is opened, and what is open then at its stops, USD',
    example: '1504.5',
  })
  worstDayUsd!: string;

  @ApiDecimal({
    nullable: true,
    description:
      'Until maxDrawdown stops it, with what is open then at its stops, at most all that the accounts hold, USD; null when that is not known',
    example: '2754.5',
  })
  untilStoppedUsd!: string | null;

  @ApiDecimal({
    nullable: true,
    description: 'When prices jump past stops: all that the accounts hold, USD; null when that is not known',
    example: '10000',
  })
  everythingUsd!: string | null;
}

/** What creating a deployment would do; nothing was written. */
export class DeploymentPreviewDto {
  @ApiProperty({ enum: [true], description: 'Tells it from a created deployment' })
  dryRun!: true;

  @ApiProperty({ type: () => MandateToSignDto, description: 'What the user signs to create it; its nonce goes along with the signature' })
  toSign!: MandateToSignDto;

  @ApiProperty({ description: 'Whether it can be created now: no check has failed that would refuse it', example: true })
  creatable!: boolean;

  @ApiProperty({ type: [PreviewCheckDto], description: 'What creating and activating it depends on' })
  checks!: PreviewCheckDto[];

  @ApiProperty({ type: [RequiredApprovalDto], description: 'What the user signs or sends at the venues after that' })
  approvals!: RequiredApprovalDto[];

  @ApiProperty({ type: [VenueFeesDto], description: 'Of the venues that could be asked' })
  fees!: VenueFeesDto[];

  @ApiDecimal({ description: "The creator's fraction of profit above the high-water mark", example: '0.1' })
  profitShare!: string;

  @ApiProperty({ type: () => WorstCaseDto })
  worstCase!: WorstCaseDto;
}
