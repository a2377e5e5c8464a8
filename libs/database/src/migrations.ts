import type { MigrationInterface } from 'typeorm';
import { Initial1795446000000 } from './migrations/1795446000000-initial';

/** Oldest first. `npm run db:generate <name>` adds to it. */
export const MIGRATIONS: (new () => MigrationInterface)[] = [Initial1795446000000];
