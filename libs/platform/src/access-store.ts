import type { ApiKeyScope, OwnedRow } from './access';

/** The public half of a key that signs tokens, and whose tokens it signs. */
export interface TokenKey {
  kid: string;
  /** P-256, SPKI in PEM. */
  publicKey: string;
  /** The service that it belongs to; null for the tokens of users. */
  service: string | null;
}

export interface KnownUser {
  id: string;
  /** Lower-case. */
  wallet: string;
  isAdmin: boolean;
}

/** An API key of a user, or of one of our services. */
export type KnownApiKey = { id: string; user: KnownUser; scopes: ApiKeyScope[]; service?: undefined } | { service: string };

export interface RowOwner {
  /** Lower-case. */
  wallet: string;
  /** Everybody may see it, as an agent that was published. */
  isPublic: boolean;
}

/** What the guard asks the database. Answers are never older than a minute; those about sessions and API keys are of this moment. */
export interface AccessStore {
  /** Null for a key that isn't known, or not valid any more. */
  tokenKey(kid: string, now: Date): Promise<TokenKey | null>;
  /** Whose sign-in it is; null once it has ended. */
  userOfSession(sessionId: string, now: Date): Promise<KnownUser | null>;
  /** By the SHA-256 of the key, hex; notes its use. Null for a key that isn't known, has expired or was revoked. */
  apiKey(keyHash: string, now: Date): Promise<KnownApiKey | null>;
  /** Whom the row belongs to, and whether others may see it; null when there is no such row. */
  ownerOf(row: OwnedRow, id: string): Promise<RowOwner | null>;
}

export const ACCESS_STORE = Symbol('ACCESS_STORE');
