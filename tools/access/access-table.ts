import type { AccessRule } from '@maxxit/platform';
import fs from 'node:fs';

export const APIS = ['agent-api', 'deployment-api', 'signal-api'] as const;

/** Whom each route is tried with; "owner" is the user to whom the row of an owner or creator route belongs. */
export const CALLERS = ['anonymous', 'other user', 'owner', 'service', 'admin', 'expired', 'wrong audience'] as const;
export type AccessCaller = (typeof CALLERS)[number];

export interface AccessRoute {
  api: (typeof APIS)[number];
  method: string;
  path: string;
  rule: AccessRule;
}

/** Every route of the committed OpenAPI documents with what it declares. Throws when one declares nothing. */
export function accessRoutes(): AccessRoute[] {
  return APIS.flatMap((api) => {
    const { paths } = JSON.parse(fs.readFileSync(`libs/api-client/openapi/${api}.json`, 'utf8')) as {
      paths: Record<string, Record<string, { 'x-access'?: AccessRule }>>;
    };
    return Object.entries(paths).flatMap(([path, operations]) =>
      Object.entries(operations).map(([method, { 'x-access': rule }]) => {
        if (!rule) throw new Error(`${method} ${path} of ${api} has no x-access: run "npm run openapi".`);
        return { api, method: method.toUpperCase(), path, rule };
      }),
    );
  });
}

/** What a caller may expect of a route about an agent that was never published, which exists for its creator and for admins only. */
export function draftVerdict(rule: AccessRule, caller: AccessCaller): 'yes' | 401 | 403 | 404 {
  const published = verdict(rule, caller);
  const isForeign = caller === 'other user' || (rule.level === 'open' && (caller === 'anonymous' || caller === 'service'));
  return isForeign ? 404 : published;
}

/** What a caller may expect: "yes", or the status of the refusal. */
export function verdict({ level }: AccessRule, caller: AccessCaller): 'yes' | 401 | 403 | 404 {
  if (level === 'public' || (level === 'open' && caller === 'anonymous')) return 'yes';
  if (caller === 'anonymous' || caller === 'expired' || caller === 'wrong audience') return 401;
  if (caller === 'admin') return 'yes';
  if (caller === 'service') return level === 'service' || level === 'open' ? 'yes' : 403;
  if (level === 'user' || level === 'open') return 'yes';
  if (level === 'service' || level === 'admin') return 403;
  if (caller === 'owner') return 'yes';
  return level === 'owner' ? 404 : 403;
}
