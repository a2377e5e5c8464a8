import { ENTITIES } from './entities';
import { adviceOn, allowed, GRANTS, type Service, SERVICES, withoutGrants } from './grants';
import { getMetadataArgsStorage } from 'typeorm';

const TABLES = getMetadataArgsStorage()
  .tables.filter(({ target }) => (ENTITIES as unknown[]).includes(target))
  .map(({ name }) => name!);

describe('the grants of services', () => {
  it('say something about every table, and about none that is not there', () => {
    const missing = withoutGrants(TABLES);
    expect(missing.length === 0 ? '' : adviceOn(missing)).toBe('');
    expect(Object.keys(GRANTS).filter((table) => !TABLES.includes(table))).toEqual([]);
  });

  it('are written in letters that mean something', () => {
    const rights = Object.values(GRANTS).flatMap((services) => Object.values(services));
    for (const right of rights) expect(right).toMatch(/^([rawds]|w\([a-z_,]+\))( ([rawds]|w\([a-z_,]+\)))*$/);
  });

  it('let only the two that trade read the keys of venue accounts, and only the one that signs users in its own', () => {
    const readers = (table: string) => SERVICES.filter((service: Service) => GRANTS[table]?.[service]?.split(' ').includes('s'));
    expect(readers('venue_keys')).toEqual(['trade-executor-worker', 'position-monitor-worker']);
    expect(readers('token_signing_keys')).toEqual(['agent-api']);
    expect(readers('webhooks')).toEqual(['position-monitor-worker']);
    const known = ['token_signing_keys', 'venue_keys', 'webhooks'];
    expect(TABLES.filter((table) => readers(table).length > 0).sort()).toEqual(known);
  });

  it('let nobody change what was audited, a role, or a key', () => {
    for (const service of SERVICES) {
      expect(allowed(GRANTS.audit_log?.[service], ['seq', 'hash'])).toMatchObject({ change: [], remove: false });
      expect(allowed(GRANTS.users?.[service], ['id', 'role', 'wallet_address']).change).not.toContain('role');
      expect(allowed(GRANTS.venue_keys?.[service], ['state', 'ciphertext', 'address']).change).not.toContain('ciphertext');
      expect(allowed(GRANTS.venue_keys?.[service], ['state', 'ciphertext', 'address']).remove).toBe(false);
    }
  });

  it('leave the sealed columns out of what is read and changed, unless they are asked for', () => {
    const columns = ['id', 'state', 'ciphertext', 'wrapped_data_key', 'master_key_id'];
    expect(allowed('r w', columns)).toEqual({ read: ['id', 'state'], change: ['id', 'state'], add: false, remove: false });
    expect(allowed('r s a', columns)).toEqual({ read: columns, change: [], add: true, remove: false });
    expect(allowed('r w(state) d', columns)).toEqual({ read: ['id', 'state'], change: ['state'], add: false, remove: true });
    expect(allowed(undefined, columns)).toEqual({ read: [], change: [], add: false, remove: false });
  });

  it('say what to do about a table that they do not know', () => {
    expect(withoutGrants(['users', 'novelties'])).toEqual(['novelties']);
    expect(adviceOn(['novelties'])).toMatch(/novelties.*Add a line to GRANTS in libs\/database\/src\/grants\.ts/);
  });
});
