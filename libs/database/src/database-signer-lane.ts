import { RetryableError, type SignerLane } from '@maxxit/domain';
import { faultPoint } from '@maxxit/platform';
import type { DataSource } from 'typeorm';

/** How long to wait for a lane, ms. */
const PATIENCE_MS = 15_000;

/**
 * Lanes as advisory locks of PostgreSQL sessions. A lane takes one connection of the pool while its transaction is sent, and no database
 * transaction; a process that dies loses its session, and with it the lane.
 */
export class DatabaseSignerLane implements SignerLane {
  constructor(private readonly dataSource: DataSource) {}

  async run<T>(signer: string, work: () => Promise<T>): Promise<T> {
    const session = this.dataSource.createQueryRunner();
    try {
      await session.query(`SELECT set_config('lock_timeout', $1, false)`, [`${PATIENCE_MS}ms`]);
      try {
        await session.query(`SELECT pg_advisory_lock(hashtextextended('signer:' || $1, 0))`, [signer]);
      } catch (error) {
        throw new RetryableError(
          'SIGNER_BUSY',
          `The lane of ${signer} did not become free within ${PATIENCE_MS} ms.`,
          {},
          { cause: error },
        );
      }
      faultPoint('signer-lane.taken');
      try {
        return await work();
      } finally {
        // A session that can't be asked any more has ended, and its locks with it.
        await session.query(`SELECT pg_advisory_unlock(hashtextextended('signer:' || $1, 0))`, [signer]).catch(() => undefined);
      }
    } finally {
      await session.query('RESET lock_timeout').catch(() => undefined);
      await session.release();
    }
  }
}
