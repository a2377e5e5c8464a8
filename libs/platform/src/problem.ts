import { applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiProperty, ApiPropertyOptional, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { STATUS_CODES } from 'node:http';

/** One field of a request that is not as it has to be. */
export class FieldProblemDto {
  @ApiProperty({ description: 'The path of the field, its parts separated by dots', example: 'takeProfits.0' })
  field!: string;

  @ApiProperty({ description: 'What it has to be', example: 'takeProfits.0 must be a decimal number' })
  message!: string;
}

/** Every error answer of the APIs: RFC 9457, `application/problem+json`. */
export class ProblemDto {
  @ApiProperty({ description: 'The kind of problem, as a URN made of the code', example: 'urn:maxxit:problem:validation-failed' })
  type!: string;

  @ApiProperty({ description: 'The kind of problem in words', example: 'Validation failed' })
  title!: string;

  @ApiProperty({ description: 'The HTTP status', example: 400 })
  status!: number;

  @ApiProperty({ description: 'What is wrong here and what to do' })
  detail!: string;

  @ApiProperty({ description: 'A stable code for programs', example: 'VALIDATION_FAILED' })
  code!: string;

  @ApiProperty({ description: 'Finds the log lines of this request' })
  correlationId!: string;

  @ApiPropertyOptional({ type: [FieldProblemDto], description: 'The fields that are wrong, for VALIDATION_FAILED' })
  errors?: FieldProblemDto[];
}

const PROBLEMS = Symbol('PROBLEMS');
/** Where @nestjs/swagger keeps the answers of a handler, by status. */
const ANSWERS = 'swagger/apiResponse';

/** A status, or a status with the codes that a route answers with it. */
export type DeclaredProblem = number | readonly [status: number, ...codes: string[]];

/** Declares the problem answers of a route in its OpenAPI document: `@ApiProblems(400, [404, 'AGENT_NOT_FOUND'])`. */
export function ApiProblems(...problems: DeclaredProblem[]): MethodDecorator {
  return (prototype, name, descriptor: PropertyDescriptor) => {
    const handler = descriptor.value as object;
    const declared = (Reflect.getOwnMetadata(PROBLEMS, handler) ?? new Map()) as Map<number, string[]>;
    for (const problem of problems) {
      const [status, ...codes] = typeof problem === 'number' ? [problem] : problem;
      declared.set(status, [...new Set([...(declared.get(status) ?? []), ...codes])]);
    }
    Reflect.defineMetadata(PROBLEMS, declared, handler);
    // Of a second answer with the same status Nest puts the words below those of the first.
    const known = Object.entries((Reflect.getMetadata(ANSWERS, handler) ?? {}) as Record<string, unknown>);
    Reflect.defineMetadata(ANSWERS, Object.fromEntries(known.filter(([status]) => !declared.has(Number(status)))), handler);
    const answers = [...declared].map(([status, codes]) => {
      const words = STATUS_CODES[status] ?? 'Error';
      const description = codes.length > 0 ? `${words}: ${codes.join(', ')}` : words;
      return ApiResponse({ status, description, content: { 'application/problem+json': { schema: { $ref: getSchemaPath(ProblemDto) } } } });
    });
    applyDecorators(ApiExtraModels(ProblemDto), ...answers)(prototype, name, descriptor);
  };
}
