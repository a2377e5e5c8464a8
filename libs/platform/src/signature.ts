import type { TypedData } from '@maxxit/domain';
import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Matches } from 'class-validator';
import { hashTypedData, type TypedDataDefinition } from 'viem';

/** 65 bytes of a plain wallet; a contract wallet's may be longer. */
export const SIGNATURE = /^0x([0-9a-fA-F]{2}){65,1024}$/;

/** A signature in a request. It is verified, and never logged or stored as it is. */
export function SignatureField(description: string): PropertyDecorator {
  return applyDecorators(
    ApiProperty({
      type: String,
      pattern: SIGNATURE.source,
      minLength: 132,
      maxLength: 2050,
      description,
      example: `0x${'ab'.repeat(65)}`,
    }),
    Matches(SIGNATURE, { message: '$property has to be a signature: 0x and the hex digits of 65 to 1024 bytes' }),
  );
}

/** EIP-712 typed data, as `eth_signTypedData_v4` takes it. */
export class TypedDataDto implements TypedData {
  @ApiProperty({ type: 'object', additionalProperties: true, example: { name: 'Maxxit', version: '1' }, description: 'What it is for' })
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

  @ApiProperty({ example: 'AgentManifest', description: 'The type of the message' })
  primaryType!: string;

  @ApiProperty({ type: 'object', additionalProperties: true, description: 'What is signed' })
  message!: Record<string, unknown>;
}

/** What is kept of a signature: which document it was of, and which signature it was, without telling it. */
export interface SignatureProof {
  /** The EIP-712 hash of the document, 0x and 64 hex digits. */
  digest: string;
  /** SHA-256 of the signature's bytes: whoever has the signature can show that it is the one that was verified. */
  signatureHash: string;
}

/** The EIP-712 hash of a document, 0x and 64 hex digits. */
export function typedDataDigest(document: TypedData): string {
  return hashTypedData(definitionOf(document));
}

/** viem infers messages from types that are literals; ours come as data. */
function definitionOf(document: TypedData): TypedDataDefinition {
  return document as unknown as TypedDataDefinition;
}
