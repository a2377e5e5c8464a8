import {
  AUTHORISATION_STEP_STATES,
  type AuthorisationStepEntity,
  type AuthorisationStepState,
  type DeploymentEntity,
} from '@maxxit/database';
import {
  AUTHORISATION_STEPS,
  DEPLOYMENT_STATES,
  type AuthorisationStep,
  type DeploymentState,
  type OutsideVenue,
  type Venue,
} from '@maxxit/domain';
import { ApiTime, TypedDataDto, timeText, ApiVenue } from '@maxxit/platform';
import { ApiProperty } from '@nestjs/swagger';

const ADDRESS = { description: 'Lower-case', example: '0x52908400098527886e0f7030069857d2e4169ee7' };

export class HyperliquidAuthorisationDto {
  @ApiProperty({ enum: ['hyperliquid'] })
  venue!: 'hyperliquid';

  @ApiProperty({ ...ADDRESS, description: 'The account that signs, lower-case' })
  accountAddress!: string;

  @ApiProperty({ ...ADDRESS, description: 'The agent that it lets trade, lower-case: a key that was made for this deployment' })
  agentAddress!: string;

  @ApiTime({ description: 'When the approval ends' })
  validUntil!: string;

  @ApiProperty({ type: () => TypedDataDto, description: "For the user's wallet to sign, within two days" })
  typedData!: TypedDataDto;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description: 'The action to post to Hyperliquid with the signature and its nonce',
  })
  action!: Record<string, unknown>;
}

export class ContractCallDto {
  @ApiProperty({ enum: AUTHORISATION_STEPS, enumName: 'AuthorisationStep', description: 'The step that it takes' })
  step!: AuthorisationStep;

  @ApiProperty({ ...ADDRESS, description: 'The contract, or who is sent ETH, lower-case' })
  to!: string;

  @ApiProperty({ pattern: '^[0-9]+$', description: 'The ETH that goes along, wei', example: '0' })
  valueWei!: string;

  @ApiProperty({ description: 'The encoded call, 0x and hex digits; 0x for a plain transfer', example: '0xca5eb5e1' })
  data!: string;

  @ApiProperty({ description: 'What it does, for the user to read' })
  purpose!: string;
}

export class OstiumAuthorisationDto {
  @ApiProperty({ enum: ['ostium'] })
  venue!: 'ostium';

  @ApiProperty({ ...ADDRESS, description: 'The account that sends the calls, lower-case' })
  accountAddress!: string;

  @ApiProperty({ ...ADDRESS, description: 'The delegate that it lets trade, lower-case: one for all deployments of the account' })
  delegateAddress!: string;

  @ApiProperty({ type: 'integer', description: 'The chain to send the calls on', example: 42161 })
  chainId!: number;

  @ApiProperty({
    type: [ContractCallDto],
    description:
      "Unsigned calls for the user's wallet to send, in this order. The last is a transfer of ETH to a delegate that has too little for gas; it is left out when it has enough, when our key pays no gas, and when the venue could not be asked (GET /api/deployments/{id}/authorisations asks again)",
  })
  calls!: ContractCallDto[];
}

export class OutsideAuthorisationDto {
  @ApiVenue({ description: 'The venue' })
  venue!: OutsideVenue;

  @ApiProperty({ ...ADDRESS, description: 'The account that it is about, lower-case' })
  accountAddress!: string;

  @ApiProperty({ ...ADDRESS, description: 'The key that trades for it, lower-case: one that was made for this deployment' })
  keyAddress!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'What to do at the venue so that the key may trade there; null where nothing is needed',
    example: 'Add the key as a trader of your account under Settings, API keys.',
  })
  approvalGuide!: string | null;
}

export class AuthorisationStepDto {
  @ApiVenue({ description: 'The venue' })
  venue!: Venue;

  @ApiProperty({ enum: AUTHORISATION_STEPS, enumName: 'AuthorisationStep', description: 'What the user has to do there' })
  step!: AuthorisationStep;

  @ApiProperty({
    enum: AUTHORISATION_STEP_STATES,
    enumName: 'AuthorisationStepState',
    description:
      'waiting: the venue says that it is missing, or was not asked yet; done: the venue says so; not_shown: the way by which we reach the venue can not tell',
  })
  state!: AuthorisationStepState;

  @ApiTime({ nullable: true, description: 'When the venue was last asked; null before the first time' })
  checkedAt!: string | null;

  @ApiTime({ nullable: true, description: 'Since when the venue has said that it is done' })
  doneAt!: string | null;

  @ApiTime({ nullable: true, description: 'When the approval ends, where the venue says so' })
  validUntil!: string | null;
}

export class AuthorisationStatusDto {
  @ApiProperty({ format: 'uuid', description: 'The deployment' })
  deploymentId!: string;

  @ApiProperty({ enum: DEPLOYMENT_STATES, enumName: 'DeploymentState', description: 'active once all steps were done' })
  state!: DeploymentState;

  @ApiProperty({ type: [AuthorisationStepDto], description: 'Each step at each venue' })
  steps!: AuthorisationStepDto[];

  static of({ id, state }: DeploymentEntity, steps: AuthorisationStepEntity[]): AuthorisationStatusDto {
    return {
      deploymentId: id,
      state,
      steps: steps.map((row) => ({
        venue: row.venue,
        step: row.step,
        state: row.state,
        checkedAt: timeText(row.checkedAt),
        doneAt: timeText(row.doneAt),
        validUntil: timeText(row.validUntil),
      })),
    };
  }
}
