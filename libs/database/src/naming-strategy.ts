import { DefaultNamingStrategy, type Table } from 'typeorm';

/** `createdAt` → `created_at`, and primary keys named as PostgreSQL does. All other constraints and indexes are named by the entities. */
export class SnakeCaseNamingStrategy extends DefaultNamingStrategy {
  override columnName(propertyName: string, customName: string | undefined): string {
    return customName ?? propertyName.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  }

  override primaryKeyName(tableOrName: Table | string): string {
    return `${this.getTableName(tableOrName)}_pkey`;
  }
}
