import { setting } from '@maxxit/platform';

/** Of every app that has a database. */
export const databaseSettings = {
  DATABASE_URL: setting
    .url(['postgres', 'postgresql'])
    .describe('the PostgreSQL database, migrated: postgres://user:password@host:5432/database'),
  DATABASE_POOL_SIZE: setting.integer(1, 200).default(10).describe('how many connections the app holds at most'),
};
