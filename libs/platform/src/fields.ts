import { Decimal, InvalidRequestError, VENUES, VENUE_NAME, isVenue, type Venue } from '@maxxit/domain';
import { ParseUUIDPipe, applyDecorators, type PipeTransform } from '@nestjs/common';
import { ApiParam, ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { ArrayNotEmpty, ArrayUnique, IsArray, IsIn, IsInt, Matches, Max, Min, ValidateBy, ValidateIf } from 'class-validator';

/** What numeric(38,18) holds exactly, with room for arithmetic. */
const LARGEST = '1000000000000000';
const MAX_DECIMAL_PLACES = 18;

/** Dates and times of the years that PostgreSQL and JavaScript write alike; that a day exists in its month is looked at besides. */
const DAY = '[12]\\d{3}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])';
const OFFSET = '(Z|[+-]([01]\\d|2[0-3]):[0-5]\\d)';
const TIME_PATTERN = `^${DAY}T([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(\\.\\d{1,9})?${OFFSET}$`;
const DAY_PATTERN = `^${DAY}$`;

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
 * A decimal in a request: plain digits in a string, without an exponent or needless zeros in front, within its limits and with at most 18 decimal places. The
 * field stays a string; `new Decimal(value)` can't fail after the validation. The pattern in the document allows exactly what is taken.
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
  const pattern = decimalPattern({ min, above, max });
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

/** A point in time in a request: RFC 3339, one that exists, of the years 1000 to 2999. The field stays a string; `new Date(value)` can't fail after the validation. */
export function TimeField(options: { description: string; example?: string; optional?: boolean }): PropertyDecorator {
  const { example = '2026-11-23T09:30:00Z' } = options;
  return dateField({
    ...options,
    example,
    format: 'date-time',
    pattern: TIME_PATTERN,
    wanted: `a time with its time zone, like ${example}`,
  });
}

/** A calendar day in a request, one that exists: 2026-11-23. */
export function DayField(options: { description: string; example: string; optional?: boolean }): PropertyDecorator {
  return dateField({ ...options, format: 'date', pattern: DAY_PATTERN, wanted: `a day, like ${options.example}` });
}

interface DateFieldOptions {
  description: string;
  example: string;
  optional?: boolean;
  format: 'date' | 'date-time';
  pattern: string;
  wanted: string;
}

function dateField({ description, example, optional = false, format, pattern, wanted }: DateFieldOptions): PropertyDecorator {
  const shape = new RegExp(pattern);
  // JavaScript takes the 30th of February for the 2nd of March.
  const exists = (day: string) => new Date(`${day}T00:00:00Z`).toISOString().startsWith(day);
  return applyDecorators(
    ApiProperty({ type: String, format, pattern, example, required: !optional, description }),
    ValidateBy({
      name: 'isTime',
      validator: {
        validate: (value) => typeof value === 'string' && shape.test(value) && exists(value.slice(0, 10)),
        defaultMessage: (about) => `${about?.property} has to be ${wanted}`,
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
export function ApiVenue(options: VenueOptions): PropertyDecorator {
  return venueProperty(options);
}

function venueProperty({ isArray = false, ...options }: VenueOptions & ApiPropertyOptions): PropertyDecorator {
  const items = { type: 'string', pattern: VENUE_PATTERN } as const;
  if (isArray) return ApiProperty({ ...options, type: 'array', items, example: ['hyperliquid', 'ostium'] } as ApiPropertyOptions);
  return ApiProperty({ ...options, type: String, pattern: VENUE_PATTERN, example: 'hyperliquid' } as ApiPropertyOptions);
}

/** A venue's name in a request, or several. Whether this system serves it is looked at later. */
export function VenueField({ description, isArray = false, optional = false }: VenueOptions & { optional?: boolean }): PropertyDecorator {
  return applyDecorators(
    venueProperty({ description, isArray, required: !optional, ...(isArray && { minItems: 1, uniqueItems: true }) }),
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

export interface TextFieldOptions {
  description: string;
  /** In characters (code points), white space around it included. At least one is no white space, unless it's 0. */
  min?: number;
  max: number;
  example?: string;
  optional?: boolean;
}

/** A text in a request: of some length, without U+0000, which PostgreSQL can't store. White space around it is removed. */
export function TextField({ description, min = 1, max, example, optional = false }: TextFieldOptions): PropertyDecorator {
  // U+FEFF is white space to JavaScript alone.
  const pattern = min === 0 ? '^[^\\u0000]*$' : '^[^\\u0000]*[^\\s\\uFEFF\\u0000][^\\u0000]*$';
  const shape = new RegExp(pattern);
  const isText = (value: unknown): value is string => {
    if (typeof value !== 'string') return false;
    const length = Array.from(value).length;
    return length >= min && length <= max && shape.test(value);
  };
  const wanted = min === 0 ? `a text of at most ${max} characters` : `a text of ${min} to ${max} characters`;
  return applyDecorators(
    ApiProperty({
      type: String,
      minLength: min,
      maxLength: max,
      pattern,
      ...(example !== undefined && { example }),
      required: !optional,
      description,
    }),
    // Before the validation, so that only what is taken is cut: a text that is too long stays so.
    Transform(({ value }: { value: unknown }) => (isText(value) ? value.trim() : value)),
    ValidateBy({
      name: 'isText',
      validator: {
        validate: (value) => isText(value),
        defaultMessage: (about) => `${about?.property} has to be ${wanted}, without U+0000`,
      },
    }),
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

/** A whole number in a query, in plain digits. */
export function QueryInteger(options: { description: string; minimum: number; maximum: number; default?: number }): PropertyDecorator {
  const { minimum, maximum } = options;
  return applyDecorators(
    ApiProperty({ type: 'integer', required: false, ...options }),
    // Number would take "" for 0 and read hexadecimal.
    Transform(({ value }: { value: unknown }) => (typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : value)),
    IsInt(),
    Min(minimum),
    Max(maximum),
    IfGiven(),
  );
}

/** Of a list of texts of a fixed set: each once. */
export function SetField(values: readonly string[], options: ApiPropertyOptions & { optional?: boolean }): PropertyDecorator {
  const { optional = false, ...shown } = options;
  return applyDecorators(
    ApiProperty({ enum: [...values], isArray: true, minItems: 1, uniqueItems: true, required: !optional, ...shown } as ApiPropertyOptions),
    IsArray(),
    ArrayNotEmpty(),
    ArrayUnique(),
    IsIn(values, { each: true }),
    ...(optional ? [IfGiven()] : []),
  );
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

/**
 * A pattern that exactly the decimals within the bounds match, with at most 18 decimal places that count. `min` is 0, 1 or below 0 and `above`
 * is 0: what our fields need.
 */
function decimalPattern({ min, above, max }: { min?: string | undefined; above?: string | undefined; max: string }): string {
  if (above === '0') return `^(${positiveUpTo(max)})$`;
  if (min === '1') return `^(${fromOneUpTo(max)})$`;
  if (min === '0') return `^(${upTo(max)})$`;
  if (above === undefined && (min === undefined || min.startsWith('-'))) return `^(-(${upTo(min?.slice(1) ?? max)})|${upTo(max)})$`;
  throw new Error(`There is no pattern for decimals of at least ${min} or above ${above}.`);
}

const PLACES = MAX_DECIMAL_PLACES;
const ANY_FRACTION = `(\\.\\d{1,${PLACES}})?`;

/** 0 up to `max`. */
function upTo(max: string): string {
  const [whole = '0', fraction = ''] = max.split('.');
  const below = wholeBelow(whole, '0').map((pattern) => pattern + ANY_FRACTION);
  return [...below, whole + fractionUpTo(fraction)].join('|');
}

/** 1 up to `max`, which is a whole number. */
function fromOneUpTo(max: string): string {
  return [...wholeBelow(max, '1').map((pattern) => pattern + ANY_FRACTION), max + fractionUpTo('')].join('|');
}

/** More than 0 up to `max`, which is a whole number. */
function positiveUpTo(max: string): string {
  return [`0\\.\\d{0,${PLACES - 1}}[1-9]0{0,${PLACES - 1}}`, fromOneUpTo(max)].join('|');
}

/** Patterns of the whole numbers from 0 or 1 to below `max`. */
function wholeBelow(max: string, from: '0' | '1'): string[] {
  const found = from === '0' && max !== '0' ? ['0'] : [];
  if (max.length > 1) found.push(max.length === 2 ? '[1-9]' : `[1-9]\\d{0,${max.length - 2}}`);
  for (const [index, digit] of [...max].entries()) {
    const lowest = index === 0 ? 1 : 0;
    if (Number(digit) <= lowest) continue;
    const rest = max.length - index - 1;
    const own = Number(digit) - 1 === lowest ? String(lowest) : `[${lowest}-${Number(digit) - 1}]`;
    found.push(max.slice(0, index) + own + (rest === 0 ? '' : `\\d{${rest}}`));
  }
  return found;
}

/** A pattern of the fractions, with their point, from none to `digits`. */
function fractionUpTo(digits: string): string {
  const found: string[] = [];
  for (const [index, digit] of [...digits].entries()) {
    if (digit !== '0') found.push(`${digits.slice(0, index)}[0-${Number(digit) - 1}]\\d{0,${PLACES - index - 1}}`);
    if (index < digits.length - 1) found.push(digits.slice(0, index + 1));
  }
  found.push(`${digits}0{${digits === '' ? 1 : 0},${PLACES - digits.length}}`);
  return `(\\.(${found.join('|')}))?`;
}
