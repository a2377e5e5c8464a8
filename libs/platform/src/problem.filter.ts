import {
  ConflictError,
  DomainError,
  FatalError,
  ForbiddenError,
  InvalidRequestError,
  NotFoundError,
  PreconditionFailedError,
  RetryableError,
  TooManyRequestsError,
  UnauthenticatedError,
  newId,
} from '@maxxit/domain';
import { Catch, HttpException, Logger, type ArgumentsHost, type ExceptionFilter, type ValidationError } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { STATUS_CODES } from 'node:http';
import { logContext } from './log-context';
import type { Metrics } from './metrics';
import type { FieldProblemDto, ProblemDto } from './problem';

/** A request whose fields are not as its DTO wants them. */
export class ValidationFailedError extends InvalidRequestError {
  constructor(readonly errors: FieldProblemDto[]) {
    super('VALIDATION_FAILED', 'The request has fields that are wrong; errors lists each of them.');
  }

  static of(errors: ValidationError[]): ValidationFailedError {
    return new ValidationFailedError(errors.flatMap((error) => fieldProblems(error, '')));
  }
}

function fieldProblems(error: ValidationError, parent: string): FieldProblemDto[] {
  const field = parent === '' ? error.property : `${parent}.${error.property}`;
  const own = Object.values(error.constraints ?? {}).map((message) => ({ field, message }));
  return [...own, ...(error.children ?? []).flatMap((child) => fieldProblems(child, field))];
}

type Outcome = Pick<ProblemDto, 'status' | 'code' | 'detail' | 'errors'>;

const INTERNAL: Outcome = {
  status: 500,
  code: 'INTERNAL',
  detail: 'Something went wrong on our side. Its correlationId finds the cause in the log.',
};

/** The codes that Fastify gives to requests it can't read, and ours. */
const FASTIFY_CODES: Record<string, Outcome> = {
  FST_ERR_CTP_INVALID_JSON_BODY: { status: 400, code: 'INVALID_JSON', detail: 'The body is not valid JSON.' },
  FST_ERR_CTP_EMPTY_JSON_BODY: { status: 400, code: 'INVALID_JSON', detail: 'The body is empty; send JSON.' },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: { status: 400, code: 'INVALID_BODY', detail: 'The body is not as long as Content-Length says.' },
  FST_ERR_CTP_BODY_TOO_LARGE: { status: 413, code: 'BODY_TOO_LARGE', detail: 'The body is larger than 100 kB.' },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: { status: 415, code: 'UNSUPPORTED_MEDIA_TYPE', detail: 'Send the body as application/json.' },
  FST_ERR_BAD_URL: { status: 400, code: 'INVALID_URL', detail: 'The path of the URL is not validly encoded.' },
  FST_ERR_MAX_PARAM_LENGTH: { status: 400, code: 'INVALID_URL', detail: 'A part of the path is longer than anything it could name.' },
  FST_ERR_HANDLER_TIMEOUT: { status: 503, code: 'REQUEST_TIMEOUT', detail: 'The answer took too long. Ask again later.' },
};

const POSTGRES_CODES: Record<string, Outcome> = {
  '23505': { status: 409, code: 'CONFLICT', detail: 'Something with the same unique value exists already.' },
  '22P02': { status: 400, code: 'INVALID_VALUE', detail: 'A value does not have the form that its field needs.' },
  '22P05': { status: 400, code: 'INVALID_VALUE', detail: 'A text holds a character that can not be stored, such as U+0000.' },
  '22001': { status: 400, code: 'INVALID_VALUE', detail: 'A text is longer than its field can hold.' },
  '22007': { status: 400, code: 'INVALID_VALUE', detail: 'A time does not have the form that its field needs.' },
  '22008': { status: 400, code: 'VALUE_OUT_OF_RANGE', detail: 'A time is further away than its field can hold.' },
  '22021': { status: 400, code: 'INVALID_VALUE', detail: 'A text holds a character that can not be stored, such as U+0000.' },
  '22003': { status: 400, code: 'VALUE_OUT_OF_RANGE', detail: 'A number is larger than its field can hold.' },
  '23514': { status: 400, code: 'INVALID_VALUE', detail: 'A value is not among those that its field allows.' },
};

/** Maps whatever was thrown to what the caller may know of it. The text of an unexpected error is for the log only. */
export function outcomeOf(error: unknown): Outcome {
  if (error instanceof DomainError) {
    const status = statusOf(error);
    if (status === undefined) return INTERNAL;
    const errors = error instanceof ValidationFailedError ? { errors: error.errors } : {};
    return { status, code: error.code, detail: error.message, ...errors };
  }
  const known =
    FASTIFY_CODES[codeOf(error)] ?? FASTIFY_CODES[codeOf((error as Error | null)?.cause)] ?? POSTGRES_CODES[driverCodeOf(error)];
  if (known) return known;
  if (error instanceof HttpException && error.getStatus() < 500) {
    const status = error.getStatus();
    return { status, code: codeOfStatus(status), detail: error.message };
  }
  if (error instanceof HttpException && error.getStatus() === 503) {
    return { status: 503, code: 'SERVICE_UNAVAILABLE', detail: 'Not available at the moment. Ask again later.' };
  }
  return INTERNAL;
}

function statusOf(error: DomainError): number | undefined {
  if (error instanceof InvalidRequestError) return 400;
  if (error instanceof UnauthenticatedError) return 401;
  if (error instanceof ForbiddenError) return 403;
  if (error instanceof NotFoundError) return 404;
  if (error instanceof ConflictError) return 409;
  if (error instanceof PreconditionFailedError) return 412;
  if (error instanceof TooManyRequestsError) return 429;
  if (error instanceof RetryableError) return 503;
  if (error instanceof FatalError) return 502;
  return undefined;
}

function codeOfStatus(status: number): string {
  return (STATUS_CODES[status] ?? 'BAD_REQUEST').toUpperCase().replace(/[^A-Z]+/g, '_');
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/** PostgreSQL's code on an error of the ORM, told by its shape: this lib knows no database. */
function driverCodeOf(error: unknown): string {
  return error instanceof Error && 'driverError' in error ? codeOf(error.driverError) : '';
}

function toProblem(outcome: Outcome): ProblemDto {
  const words = outcome.code.toLowerCase().split('_');
  const title = words.join(' ');
  return {
    type: `urn:maxxit:problem:${words.join('-')}`,
    title: title.charAt(0).toUpperCase() + title.slice(1),
    ...outcome,
    correlationId: logContext()['correlationId'] ?? newId(),
  };
}

/** Answers with the problem that the error is. For errors before Nest has the request, Fastify's `frameworkErrors` calls it too. */
export function sendProblem(error: unknown, reply: FastifyReply, metrics: Metrics, logger: Logger): void {
  const problem = toProblem(outcomeOf(error));
  metrics.errors.inc({ code: problem.code });
  if (problem.status >= 500) logger.error({ code: problem.code, correlationId: problem.correlationId, err: error }, 'request failed');
  if (reply.sent) return;
  if (problem.status === 401) void reply.header('www-authenticate', 'Bearer');
  void reply.status(problem.status).header('content-type', 'application/problem+json; charset=utf-8').send(problem);
}

/** The one place where errors become HTTP answers. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger(ProblemFilter.name);

  constructor(private readonly metrics: Metrics) {}

  catch(error: unknown, host: ArgumentsHost): void {
    sendProblem(error, host.switchToHttp().getResponse<FastifyReply>(), this.metrics, this.logger);
  }
}
