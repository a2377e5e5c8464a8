import type { ApiKeyEntity } from '@maxxit/database';

/** A line for each key: id, service, how it begins, whether it is good, and when it was used last. */
export function serviceKeyLines(keys: readonly ApiKeyEntity[], now: Date): string[] {
  if (keys.length === 0) return ['No service has a key.'];
  return keys.map(({ id, service, prefix, expiresAt, revokedAt, lastUsedAt }) => {
    const until = revokedAt
      ? `revoked ${revokedAt.toISOString()}`
      : `${expiresAt <= now ? 'expired' : 'good until'} ${expiresAt.toISOString()}`;
    return `${id}  ${service}  ${prefix}...  ${until}, ${lastUsedAt ? `last used ${lastUsedAt.toISOString()}` : 'never used'}`;
  });
}
