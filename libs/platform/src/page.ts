import { NotFoundError } from '@maxxit/domain';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Length, Matches } from 'class-validator';
import { IfGiven, QueryInteger } from './fields';

const MAX_CURSOR_LENGTH = 500;
const CURSOR = /^[A-Za-z0-9_-]+$/;

/** The query of every list: how many, and from where. */
export class PageQueryDto {
  @QueryInteger({ minimum: 1, maximum: 100, default: 20, description: 'How many items at most' })
  limit: number = 20;

  @ApiPropertyOptional({
    minLength: 1,
    maxLength: MAX_CURSOR_LENGTH,
    pattern: CURSOR.source,
    description: 'nextCursor of the page before; absent for the first page',
  })
  @IfGiven()
  @Length(1, MAX_CURSOR_LENGTH)
  @Matches(CURSOR, { message: '$property has to be nextCursor of the page before, unchanged' })
  cursor?: string;
}

/** A page of a list; the list goes on while there is a `nextCursor`. DTOs of pages extend it and declare `items`. */
export abstract class CursorPage<T> {
  abstract items: T[];

  @ApiProperty({ type: String, nullable: true, description: 'The cursor of the next page; null on the last one' })
  nextCursor!: string | null;
}

/** The position after an item as an opaque text: the values that the list is ordered by, e.g. [createdAt, id]. */
export function encodeCursor(values: readonly string[]): string {
  return Buffer.from(JSON.stringify(values)).toString('base64url');
}

/** What a list can be ordered by. No text of ours has U+0000, which PostgreSQL can't hold. */
const CURSOR_VALUES = {
  uuid: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  // -Infinity stands for a figure that is missing.
  numeric: /^(-?\d{1,50}(\.\d{1,50})?|-Infinity)$/,
  text: /^[^\0]*$/,
} as const;
type CursorValue = keyof typeof CURSOR_VALUES;

/**
 * The values of a cursor, one of each kind, in that order. Throws NotFoundError BAD_CURSOR for anything that `encodeCursor` didn't make,
 * also for what looks like it and has values that this list is not ordered by.
 */
export function decodeCursor<const Kinds extends readonly CursorValue[]>(cursor: string, kinds: Kinds): { [Index in keyof Kinds]: string } {
  const values = parseCursor(cursor);
  if (values?.length !== kinds.length || !kinds.every((kind, index) => CURSOR_VALUES[kind].test(values[index] ?? ''))) {
    throw new NotFoundError('BAD_CURSOR', 'No page of this list begins there: pass nextCursor of the page before, unchanged.');
  }
  return values as { [Index in keyof Kinds]: string };
}

function parseCursor(cursor: string): string[] | undefined {
  try {
    const values: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    const isCursor = Array.isArray(values) && values.every((value) => typeof value === 'string') && encodeCursor(values) === cursor;
    return isCursor ? values : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Makes a page of `limit + 1` rows that were read: the surplus row only tells that there is a next page, which begins after
 * the last item shown.
 */
export function toPage<T>(
  rows: readonly T[],
  limit: number,
  cursorOf: (row: T) => readonly string[],
): { items: T[]; nextCursor: string | null } {
  const items = rows.slice(0, limit);
  const last = items[items.length - 1];
  return { items, nextCursor: rows.length > limit && last !== undefined ? encodeCursor(cursorOf(last)) : null };
}
