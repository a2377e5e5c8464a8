import { InvalidRequestError } from '@maxxit/domain';
import { SIGNATURE } from '@maxxit/platform';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';

const HEADER = 'x-manifest-signature';

/** Declares the header that carries the signature where a request has no body for it. */
export function ApiManifestSignature(): MethodDecorator {
  return ApiHeader({
    name: HEADER,
    required: true,
    description: "The creator's EIP-712 signature of the manifest that the change leads to",
    schema: { type: 'string', pattern: SIGNATURE.source },
    example: `0x${'ab'.repeat(65)}`,
  });
}

/** The signature in the header. Throws InvalidRequestError INVALID_SIGNATURE for what can be none. */
export const ManifestSignature = createParamDecorator((_data: unknown, context: ExecutionContext): string => {
  const given = context.switchToHttp().getRequest<FastifyRequest>().headers[HEADER];
  if (typeof given === 'string' && SIGNATURE.test(given)) return given;
  throw new InvalidRequestError(
    'INVALID_SIGNATURE',
    `The header ${HEADER} has to be a signature: 0x and the hex digits of 65 to 1024 bytes.`,
  );
});
