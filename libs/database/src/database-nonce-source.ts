import type { NonceSource } from '@maxxit/domain';
import { faultPoint } from '@maxxit/platform';
import type { DataSource } from 'typeorm';

/**
 * Nonces from one row per signer: the database's time in ms, or one more than the last where that is not greater. Each statement locks
 * the row only while it runs, so that callers of all processes get theirs one after the other; what is committed is never given again,
 * also after a restart or where a clock was set back.
 */
export class DatabaseNonceSource implements NonceSource {
  constructor(private readonly dataSource: DataSource) {}

  async next(signer: string): Promise<number> {
    const [row] = await this.dataSource.query<{ last_nonce: string }[]>(
      `INSERT INTO signer_nonces AS owned (signer, last_nonce)
       VALUES ($1, floor(extract(epoch FROM clock_timestamp()) * 1000))
       ON CONFLICT (signer) DO UPDATE SET last_nonce = greatest(owned.last_nonce + 1, excluded.last_nonce)
       RETURNING last_nonce`,
      [signer],
    );
    faultPoint('nonce.taken');
    return Number(row?.last_nonce);
  }
}
