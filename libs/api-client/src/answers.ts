/** The problem that an API answered with, as an error. */
export class ApiError extends Error {
  constructor(
    /** The stable code, as in AGENT_NOT_FOUND. */
    readonly code: string,
    detail: string,
    readonly correlationId: string | null,
    /** What is wrong with which fields, of VALIDATION_FAILED. */
    readonly errors: readonly { field: string; message: string }[] = [],
  ) {
    super([`${code}: ${detail}`, ...errors.map(({ field, message }) => `${field}: ${message}`)].join('\n'));
    this.name = 'ApiError';
  }

  /** Of the body of an answer, whatever it is. */
  static of(body: unknown): ApiError {
    const { code, detail, correlationId, errors } = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
    const fields = (value: unknown) => (Array.isArray(value) ? (value as { field: string; message: string }[]) : []);
    const text = (value: unknown, otherwise: string) => (typeof value === 'string' ? value : otherwise);
    return new ApiError(
      text(code, 'UNREADABLE'),
      text(detail, 'The answer is no problem of the APIs.'),
      text(correlationId, '') || null,
      fields(errors),
    );
  }
}

/** What a call was answered with, for those who would rather have refusals thrown. Throws ApiError. */
export function dataOf<T>(answer: { data?: T; error?: unknown }): T {
  if (answer.data === undefined) throw ApiError.of(answer.error);
  return answer.data;
}

interface Page<T> {
  items: T[];
  nextCursor: string | null;
}

/**
 * Every item of a list, page after page, each page when it is reached: `every((cursor) => maxxit.agent.GET('/api/agents', { params: { query: { cursor } } }))`.
 * Throws ApiError when a page is refused.
 */
export async function* every<T>(
  read: (cursor: string | undefined) => Promise<{ data?: Page<T>; error?: unknown }>,
): AsyncGenerator<T, void, undefined> {
  let cursor: string | undefined;
  do {
    const { items, nextCursor } = dataOf(await read(cursor));
    yield* items;
    cursor = nextCursor ?? undefined;
  } while (cursor !== undefined);
}
