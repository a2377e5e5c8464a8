import { Decimal, VENUE_NAME } from '@maxxit/domain';
import { Column, PrimaryColumn, type ColumnOptions, type ValueTransformer } from 'typeorm';

const decimalTransformer: ValueTransformer = {
  to: (value: Decimal | null | undefined) => (value === null ? null : value?.toFixed()),
  from: (value: string | null) => (value === null ? null : new Decimal(value)),
};

/** Primary key: a UUIDv7, made by us or by the database. */
export function IdColumn(): PropertyDecorator {
  return PrimaryColumn('uuid', { default: () => 'uuidv7()' });
}

/** Money, a price, a size or a fraction: exact, as a `Decimal`. */
export function DecimalColumn(options: Pick<ColumnOptions, 'nullable' | 'default'> = {}): PropertyDecorator {
  return Column('numeric', { precision: 38, scale: 18, transformer: decimalTransformer, ...options });
}

/** A point in time, UTC. */
export function TimeColumn(options: Pick<ColumnOptions, 'nullable' | 'default'> = {}): PropertyDecorator {
  return Column('timestamptz', options);
}

/** When the row was written, by the database's clock. */
export function CreatedAtColumn(): PropertyDecorator {
  return Column('timestamptz', { default: () => 'now()' });
}

/** Text that is one of `values`; the entity's @Check keeps the database to them (see `oneOf`). */
export function StateColumn<T extends string>(options: { default?: T; nullable?: boolean } = {}): PropertyDecorator {
  return Column('text', options);
}

/** The expression of a @Check that keeps a text column to the given values. */
export function oneOf(column: string, values: readonly string[]): string {
  return `"${column}" IN (${values.map((value) => `'${value}'`).join(', ')})`;
}

/** The expression of a @Check that keeps a text column to names of venues. */
export function isVenueName(column: string): string {
  return `"${column}" ~ '^${VENUE_NAME}$'`;
}

/** The expression of a @Check that keeps an address lower-case and well formed. */
export function isAddress(column: string): string {
  return `"${column}" ~ '^0x[0-9a-f]{40}$'`;
}

/**
 * What the key vault sealed for a row (see key-vault/). These columns are not read with the rest of the row, since most services may not
 * read them: `findSealed` does.
 */
export abstract class SealedColumns {
  @Column('integer', { default: 1 })
  version!: number;

  @Column('text', { select: false })
  masterKeyId!: string;

  @Column('bytea', { select: false })
  wrappedDataKey!: Buffer;

  @Column('bytea', { select: false })
  ciphertext!: Buffer;
}
