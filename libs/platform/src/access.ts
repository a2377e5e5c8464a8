import { applyDecorators, type ExecutionContext, type Type } from '@nestjs/common';
import { METHOD_METADATA } from '@nestjs/common/constants';
import { MetadataScanner, ModulesContainer } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ApiExtension, ApiSecurity } from '@nestjs/swagger';
import { ApiProblems } from './problem';

/**
 * Who may call a route.
 *
 * - `public`: everybody; credentials are not looked at
 * - `open`: everybody, and those who sign in may see more. Credentials are optional; those that are sent have to be good
 * - `user`: whoever is signed in. The handler shows and changes the caller's own rows only
 * - `owner`: the user whose private row the route is about. For everybody else the row does not exist: 404
 * - `creator`: the user who made the row that the route is about: 403 for others, who may see it
 * - `service`: one of our services, by its own signed token or its API key
 * - `admin`: a user with the role admin
 *
 * A row that was not published yet (an agent's draft) exists for nobody but its user: whatever the level, a route that names it (`of`) answers
 * others with 404. An admin may do what the other levels allow.
 */
export const ACCESS_LEVELS = ['public', 'open', 'user', 'owner', 'creator', 'service', 'admin'] as const;
export type AccessLevel = (typeof ACCESS_LEVELS)[number];

/** What an API key may be allowed to do. */
export const API_KEY_SCOPES = [
  'agents:read',
  'agents:write',
  'deployments:read',
  'deployments:write',
  'signals:read',
  'signals:write',
] as const;
export type ApiKeyScope = (typeof API_KEY_SCOPES)[number];

/** Kinds of rows that belong to a user. Who that is, `AccessStore.ownerOf` knows. */
export const OWNED_ROWS = ['agent', 'deployment', 'position', 'order', 'api_key', 'webhook', 'webhook_delivery'] as const;
export type OwnedRow = (typeof OWNED_ROWS)[number];

export interface AccessOptions {
  /** The scope with which an API key is taken; without one, no API key is. */
  scope?: ApiKeyScope;
}

export interface RowAccessOptions extends AccessOptions {
  /** What the row is. */
  of: OwnedRow;
  /** The part of the path that holds its id; "id" if absent. */
  param?: string;
  /** The field of the body that holds its id, for a route without one in its path. */
  field?: string;
  /** The field may be left out: the call is then about no row, and whoever is signed in may make it. */
  optional?: boolean;
}

export type AccessRule = { level: AccessLevel } & AccessOptions & Partial<RowAccessOptions>;

const ACCESS_RULE = Symbol('ACCESS_RULE');

/** The credentials that the OpenAPI documents know: an access token, and an API key. */
export const ACCESS_TOKEN_SCHEME = 'accessToken';
export const API_KEY_SCHEME = 'apiKey';
export const API_KEY_HEADER = 'x-api-key';

/**
 * Declares who may call a route; each route of an API has exactly one, or the app does not start. The guard enforces it, and the OpenAPI
 * document shows it: the credentials, 401 and 403, and the rule itself as `x-access`, of which docs/access.md is made.
 */
export function Access(level: 'public' | 'service' | 'admin'): MethodDecorator;
export function Access(level: 'open' | 'user', options?: AccessOptions | RowAccessOptions): MethodDecorator;
export function Access(level: 'owner' | 'creator', options: RowAccessOptions): MethodDecorator;
export function Access(level: AccessLevel, options: AccessOptions & Partial<RowAccessOptions> = {}): MethodDecorator {
  const rule: AccessRule = { level, ...options };
  const declare: MethodDecorator = (_prototype, _name, descriptor: PropertyDescriptor) => {
    Reflect.defineMetadata(ACCESS_RULE, rule, descriptor.value as object);
  };
  const documented = ApiExtension('x-access', rule);
  if (level === 'public') return applyDecorators(declare, documented);
  return applyDecorators(
    declare,
    documented,
    ...(level === 'open' ? [ApiSecurity({})] : []),
    ApiSecurity(ACCESS_TOKEN_SCHEME),
    ...(options.scope || level === 'service' ? [ApiSecurity(API_KEY_SCHEME)] : []),
    ApiProblems([401, 'UNAUTHENTICATED'], [403, 'FORBIDDEN']),
    ...(options.of ? [ApiProblems([404, `${options.of.toUpperCase()}_NOT_FOUND`])] : []),
  );
}

/** The rule of the route that is being called. */
export function accessRuleOf(context: ExecutionContext): AccessRule | undefined {
  return Reflect.getMetadata(ACCESS_RULE, context.getHandler()) as AccessRule | undefined;
}

/** Throws when a route of the app does not say who may call it, with the names of all such routes. */
export function assertAccessDeclared(app: NestFastifyApplication): void {
  const scanner = new MetadataScanner();
  const missing = [...app.get(ModulesContainer).values()]
    .flatMap(({ controllers }) => [...controllers.values()])
    .flatMap(({ metatype }) => {
      const { name } = metatype as Type;
      const prototype = (metatype as Type<Record<string, object>>).prototype as Record<string, object>;
      return scanner
        .getAllMethodNames(prototype)
        .filter((method) => isOpen(prototype[method]))
        .map((method) => `${name}.${method}`);
    });
  if (missing.length === 0) return;
  throw new Error(`Nothing says who may call ${missing.join(', ')}: put @Access(...) of @maxxit/platform on each of them.`);
}

function isOpen(handler: object | undefined): boolean {
  return handler !== undefined && Reflect.hasMetadata(METHOD_METADATA, handler) && !Reflect.hasMetadata(ACCESS_RULE, handler);
}
