import { ApiTime } from '@maxxit/platform';
import { ApiProperty } from '@nestjs/swagger';

const ADDRESS = { description: 'Lower-case', example: '0x52908400098527886e0f7030069857d2e4169ee7' };

/** EIP-712 typed data, as `eth_signTypedData_v4` takes it. */
export class TypedDataDto {
  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    example: {
      name: 'HyperliquidSignTransaction',
      version: '1',
      chainId: 421614,
      verifyingContract: '0x0000000000000000000000000000000000000000',
    },
  })
  domain!: Record<string, unknown>;

  @ApiProperty({
    type: 'object',
    additionalProperties: {
      type: 'array',
      items: { type: 'object', required: ['name', 'type'], properties: { name: { type: 'string' }, type: { type: 'string' } } },
    },
    description: 'The fields of each type',
  })
  types!: Record<string, { name: string; type: string }[]>;

  @ApiProperty({ example: 'HyperliquidTransaction:ApproveAgent' })
  primaryType!: string;

  @ApiProperty({ type: 'object', additionalProperties: true, description: 'What is signed' })
  message!: Record<string, unknown>;
}

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
  @ApiProperty({ ...ADDRESS, description: 'The contract, lower-case' })
  to!: string;

  @ApiProperty({ description: 'The encoded call, 0x and hex digits', example: '0xca5eb5e1' })
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

  @ApiProperty({ type: [ContractCallDto], description: "Unsigned calls for the user's wallet to send, in this order" })
  calls!: ContractCallDto[];
}
