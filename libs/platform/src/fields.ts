import { Decimal, InvalidRequestError, VENUES, VENUE_NAME, isVenue, type Venue } from '@maxxit/domain';
import { ParseUUIDPipe, applyDecorators, type PipeTransform } from '@nestjs/common';
import { ApiParam, ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { ArrayNotEmpty, ArrayUnique, IsArray, Matches, ValidateBy, ValidateIf } from 'class-validator';

/** What numeric(38,18) holds exactly, with room for arithmetic. */
const LARGEST = '1000000000000000';
const MAX_DECIMAL_PLACES = 18;

/** The field may be absent; unlike IsOptional, null is not taken for absent. */
export function IfGiven(): PropertyDecorator {
  return ValidateIf((_object, value) => value !== undefined);
}

export interface DecimalFieldOptions {
  /** With its unit: USD, coins, fraction. */
  description: string;
  example: string;
  /** At least. */
  min?: string;
  /** More than. */
  above?: string;
  /** At most. */
  max?: string;
  optional?: boolean;
  default?: string;
}

/**
 * A decimal in a request: plain digits in a string, without an exponent, within its limits and with at most 18 decimal places. The field stays a string;
 * `new Decimal(value)` can't fail after the validation.
 */
export function DecimalField({
  description,
  example,
  optional = false,
  default: fallback,
  ...range
}: DecimalFieldOptions): PropertyDecorator {
  const { min, above, max = LARGEST } = range;
  const wanted = [min && `at least ${min}`, above && `more than ${above}`, `at most ${max}`].filter(Boolean).join(' and ');
  const isNeverNegative = [min, above].some((bound) => bound !== undefined && !bound.startsWith('-'));
  const pattern = `^${isNeverNegative ? '' : '-?'}\\d{1,16}(\\.\\d{1,${MAX_DECIMAL_PLACES}})?$`;
  const isWritten = new RegExp(pattern);
  const isValid = (value: unknown): boolean => {
    if (typeof value !== 'string' || !isWritten.test(value)) return false;
    const decimal = new Decimal(value);
    return !(min && decimal.lt(min)) && !(above && decimal.lte(above)) && decimal.lte(max);
  };
  return applyDecorators(
    ApiProperty({
      type: String,
      format: 'decimal',
      pattern,
      description: `${description}; ${wanted}`,
      example,
      required: !optional,
      ...(fallback !== undefined && { default: fallback }),
    }),
    ValidateBy({
      name: 'isDecimal',
      validator: {
        validate: isValid,
        defaultMessage: (about) => `${about?.property} has to be a decimal number in a string, like "${example}", ${wanted}`,
      },
    }),
    ...(optional ? [IfGiven()] : []),
  );
}

/** A decimal in an answer. */
export function ApiDecimal(options: { description: string; example: string; nullable?: boolean }): PropertyDecorator {
  return ApiProperty({ type: String, format: 'decimal', ...options });
}

/** A point in time in an answer: ISO 8601, UTC. */
export function ApiTime(options: { description: string; nullable?: boolean }): PropertyDecorator {
  return ApiProperty({ type: String, format: 'date-time', example: '2026-11-23T09:30:00.000Z', ...options });
}

/** An EVM address in a request: taken in any case, lower-case from here on. */
export function AddressField({ description, optional = false }: { description: string; optional?: boolean }): PropertyDecorator {
  return applyDecorators(
    ApiProperty({
      type: String,
      pattern: '^0x[0-9a-fA-F]{40}$',
      example: '0x52908400098527886e0f7030069857d2e4169ee7',
      required: !optional,
      description,
    }),
    Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.toLowerCase() : value)),
    Matches(/^0x[0-9a-f]{40}$/, { message: '$property has to be an address: 0x and 40 hex digits' }),
    ...(optional ? [IfGiven()] : []),
  );
}

/** A point in time in a request: ISO 8601 with its time zone, one that exists. The field stays a string; `new Date(value)` can't fail after the validation. */
export function TimeField({ description, optional = false }: { description: string; optional?: boolean }): PropertyDecorator {
  const shape = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/;
  return applyDecorators(
    ApiProperty({ type: String, format: 'date-time', example: '2026-11-23T09:30:00Z', required: !optional, description }),
    ValidateBy({
      name: 'isTime',
      validator: {
        validate: (value) => typeof value === 'string' && shape.test(value) && !Number.isNaN(Date.parse(value)),
        defaultMessage: (about) => `${about?.property} has to be a time with its time zone, like 2026-11-23T09:30:00Z`,
      },
    }),
    ...(optional ? [IfGiven()] : []),
  );
}

const VENUE_PATTERN = `^${VENUE_NAME}$`;

interface VenueOptions {
  description: string;
  nullable?: boolean;
  /** Venues, rather than one. */
  isArray?: boolean;
}

/** A venue's name in an answer: one of ours, or one from outside, which begins with "x-". */
export function ApiVenue({ isArray = false, ...options }: VenueOptions): PropertyDecorator {
  const items = { type: 'string', pattern: VENUE_PATTERN } as const;
  if (isArray) return ApiProperty({ ...options, type: 'array', items, example: ['hyperliquid', 'ostium'] });
  return ApiProperty({ ...options, type: String, pattern: VENUE_PATTERN, example: 'hyperliquid' });
}

/** A venue's name in a request, or several. Whether this system serves it is looked at later. */
export function VenueField({ description, isArray = false, optional = false }: VenueOptions & { optional?: boolean }): PropertyDecorator {
  const items = { type: 'string', pattern: VENUE_PATTERN } as const;
  return applyDecorators(
    isArray
      ? ApiProperty({
          type: 'array',
          items,
          example: ['hyperliquid', 'ostium'],
          required: !optional,
          description,
        })
      : ApiProperty({ type: String, pattern: VENUE_PATTERN, example: 'hyperliquid', required: !optional, description }),
    ValidateBy(
      {
        name: 'isVenue',
        validator: {
          validate: (value) => typeof value === 'string' && isVenue(value),
          defaultMessage: (about) =>
            `${isArray ? 'each of ' : ''}${about?.property} has to be a venue: ${VENUES.join(', ')}, or a name from outside that begins with x-`,
        },
      },
      { each: isArray },
    ),
    ...(isArray ? [IsArray(), ArrayNotEmpty(), ArrayUnique()] : []),
    ...(optional ? [IfGiven()] : []),
  );
}

/** For `@Param('venue', VENUE)`: a venue's name. Throws InvalidRequestError INVALID_VENUE for anything else. */
export const VENUE: PipeTransform<string, Venue> = {
  transform(value) {
    if (isVenue(value)) return value;
    throw new InvalidRequestError(
      'INVALID_VENUE',
      `The venue in the path is none of ${VENUES.join(', ')}, and no name from outside that begins with x-.`,
    );
  },
};

/** Declares a venue in the path. */
export function ApiVenueParam(description: string): MethodDecorator {
  return ApiParam({ name: 'venue', description, schema: { type: 'string', pattern: VENUE_PATTERN, example: 'hyperliquid' } });
}

/** Removes white space around a text before it is validated. */
export function Trimmed(): PropertyDecorator {
  return Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.trim() : value));
}

/** For `@Param('id', ID)`: a row's id, a UUID. Throws InvalidRequestError INVALID_ID for anything else. */
export const ID = new ParseUUIDPipe({
  exceptionFactory: () => new InvalidRequestError('INVALID_ID', 'The id in the path is not a UUID.'),
});

/** Declares an id in the path. */
export function ApiId(description: string, name = 'id'): MethodDecorator {
  return ApiParam({ name, description, schema: { type: 'string', format: 'uuid' } });
}

/** A decimal as it goes over the wire: plain digits, no exponent. */
export function decimalText(value: Decimal): string;
export function decimalText(value: Decimal | null): string | null;
export function decimalText(value: Decimal | null): string | null {
  return value === null ? null : value.toFixed();
}

/** A time as it goes over the wire. */
export function timeText(value: Date): string;
export function timeText(value: Date | null): string | null;
export function timeText(value: Date | null): string | null {
  return value === null ? null : value.toISOString();
}
