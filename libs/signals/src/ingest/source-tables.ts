import { SIGNED_VERSIONS } from '@maxxit/database';

/** Where the sources of a kind are, what they publish, and how agents follow them. */
export interface SourceTables {
  sources: 'x_accounts' | 'research_institutes';
  /** The column of `sources` with the name that manifests have. */
  name: string;
  /** What they publish. */
  items: 'posts' | 'reports';
  /** The column of `items` and of `follows` with the source's id. */
  key: string;
  follows: string;
  /** The list of a manifest that names them. */
  list: 'accounts' | 'institutes';
}

export const X_ACCOUNTS = {
  sources: 'x_accounts',
  name: 'username',
  items: 'posts',
  key: 'x_account_id',
  follows: 'agent_accounts',
  list: 'accounts',
} as const satisfies SourceTables;

export const RESEARCH_INSTITUTES = {
  sources: 'research_institutes',
  name: 'name',
  items: 'reports',
  key: 'institute_id',
  follows: 'agent_research_institutes',
  list: 'institutes',
} as const satisfies SourceTables;

/**
 * In SQL: whether a source `s` is followed by an active agent, by its present terms or by others that the user of a running deployment has
 * signed.
 */
export function isFollowed({ follows, key, name, list }: SourceTables): string {
  return `(EXISTS (SELECT FROM ${follows} f JOIN agents a ON a.id = f.agent_id WHERE f.${key} = s.id AND a.state = 'active')
    OR s.${name} IN (SELECT source ->> 'name' FROM (${SIGNED_VERSIONS}) signed
                      CROSS JOIN LATERAL jsonb_array_elements(signed.manifest -> '${list}') source))`;
}
