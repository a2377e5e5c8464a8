import { UnauthenticatedError } from '@maxxit/domain';
import { JwtService } from '@nestjs/jwt';
import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { TokenKey } from './access-store';

/** How long an access token is taken, seconds. */
export const ACCESS_TOKEN_SECONDS = 15 * 60;
/** How long a token that a service signs for itself is taken, seconds. */
export const SERVICE_TOKEN_SECONDS = 60;

const ALGORITHM = 'ES256';
const ISSUER = 'maxxit';
/** How far the clocks of two machines may be apart, seconds. */
const CLOCK_TOLERANCE_SECONDS = 5;

const jwt = new JwtService();

/** A key that signs tokens. */
export interface SigningKey {
  kid: string;
  /** P-256, PKCS 8 in PEM. */
  privateKey: string;
}

const claims = z.object({ sub: z.string(), sid: z.string().optional(), exp: z.number() });

/** Of a user: `sid` is their session. Of a service: `sub` is its name. `exp` is when it expires, s since 1970. */
export type TokenClaims = z.infer<typeof claims>;

/** A new pair for signing tokens (ECDSA on P-256); its id is taken from the public key. */
export function generateTokenKey(): SigningKey & { publicKey: string } {
  const { publicKey, privateKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  return { kid: createHash('sha256').update(publicKey).digest('base64url').slice(0, 16), publicKey, privateKey };
}

/** A signed token (JWT, ES256) that one app takes, the audience, for `seconds` from `now` on. */
export function signToken(
  key: SigningKey,
  { sub, sid, audience, now, seconds }: Omit<TokenClaims, 'exp'> & { audience: string; now: Date; seconds: number },
): string {
  const iat = Math.floor(now.getTime() / 1000);
  return jwt.sign(
    {
      sub,
      ...(sid !== undefined && { sid }),
      iss: ISSUER,
      aud: audience,
      iat,
      exp: iat + seconds,
      jti: randomBytes(12).toString('base64url'),
    },
    { algorithm: ALGORITHM, privateKey: key.privateKey, keyid: key.kid },
  );
}

/** A token by which a service is known to an API of ours; made anew for each call. */
export function signServiceToken(key: SigningKey, service: string, audience: string, now: Date): string {
  return signToken(key, { sub: service, audience, now, seconds: SERVICE_TOKEN_SECONDS });
}

/**
 * The claims of a token that was signed by the key that it names, for this audience, and has not expired, with that key. Throws
 * UnauthenticatedError, which says what is wrong but nothing of the token.
 */
export async function verifyToken(
  token: string,
  audience: string,
  now: Date,
  keyOf: (kid: string) => Promise<TokenKey | null>,
): Promise<{ key: TokenKey; claims: TokenClaims }> {
  const kid = kidOf(token);
  const key = kid === undefined ? null : await keyOf(kid);
  if (!key) throw unauthenticated('The access token was not signed by a key of ours. Sign in again.');
  try {
    const verified = jwt.verify<object>(token, {
      algorithms: [ALGORITHM],
      publicKey: key.publicKey,
      issuer: ISSUER,
      audience,
      clockTimestamp: Math.floor(now.getTime() / 1000),
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
    });
    return { key, claims: claims.parse(verified) };
  } catch (error) {
    throw unauthenticated(whyRefused(error, audience));
  }
}

function kidOf(token: string): string | undefined {
  const decoded = jwt.decode<{ header?: { kid?: unknown } } | null>(token, { complete: true });
  const kid = decoded?.header?.kid;
  return typeof kid === 'string' ? kid : undefined;
}

function whyRefused(error: unknown, audience: string): string {
  const { name, message } = error instanceof Error ? error : { name: '', message: '' };
  if (name === 'TokenExpiredError') return 'The access token has expired. Get a new one with the refresh token.';
  if (message.startsWith('jwt audience invalid')) return `The access token is for another API. Send the one for ${audience}.`;
  return 'The access token is not valid. Sign in again.';
}

export function unauthenticated(message: string): UnauthenticatedError {
  return new UnauthenticatedError('UNAUTHENTICATED', message);
}
