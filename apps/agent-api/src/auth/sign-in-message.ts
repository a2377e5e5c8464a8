import { UnauthenticatedError } from '@maxxit/domain';
import { parseSiweMessage } from 'viem/siwe';

/** How long before it arrives a message may have been made, ms. */
export const MESSAGE_MAX_AGE_MS = 10 * 60_000;
/** How far the clock of the user's device may be ahead, ms. */
const CLOCK_TOLERANCE_MS = 60_000;

export interface SignInMessage {
  /** Lower-case. */
  address: `0x${string}`;
  chainId: number;
  nonce: string;
}

export interface SignInRules {
  domains: readonly string[];
  chainIds: readonly number[];
}

/**
 * Reads an EIP-4361 message and checks all that it says but its nonce and who signed it. Throws UnauthenticatedError
 * SIGN_IN_MESSAGE_INVALID for what is no such message, SIGN_IN_REFUSED for one that is not for us, or not for now.
 */
export function readSignInMessage(text: string, rules: SignInRules, now: Date): SignInMessage {
  const message = parseSiweMessage(text);
  const { address, domain, uri, version, chainId, nonce, issuedAt, expirationTime, notBefore } = message;
  if (!address || domain === undefined || !uri || version !== '1' || !chainId || !nonce || !isTime(issuedAt)) {
    throw new UnauthenticatedError(
      'SIGN_IN_MESSAGE_INVALID',
      'The message is not one of EIP-4361: it has to have domain, address, URI, Version: 1, Chain ID, Nonce and Issued At.',
    );
  }
  if ((expirationTime && !isTime(expirationTime)) || (notBefore && !isTime(notBefore))) {
    throw new UnauthenticatedError('SIGN_IN_MESSAGE_INVALID', 'Expiration Time and Not Before have to be ISO 8601 times with a time zone.');
  }
  if (!rules.domains.includes(domain)) throw refused(`Signing in on ${domain} is not allowed; it is on ${rules.domains.join(', ')}.`);
  if (!URL.canParse(uri) || new URL(uri).host !== domain) throw refused('The URI of the message is not on its domain.');
  if (!rules.chainIds.includes(chainId))
    throw refused(`Chain ${chainId} is not one to sign in with; switch to one of ${rules.chainIds.join(', ')}.`);
  const at = now.getTime();
  if (issuedAt.getTime() > at + CLOCK_TOLERANCE_MS)
    throw refused('The message was issued in the future: look at the clock of your device.');
  if (issuedAt.getTime() < at - MESSAGE_MAX_AGE_MS) throw refused('The message was issued too long ago. Sign a new one.');
  if (expirationTime && expirationTime.getTime() <= at) throw refused('The message has expired. Sign a new one.');
  if (notBefore && notBefore.getTime() > at + CLOCK_TOLERANCE_MS) throw refused('The message is not valid yet.');
  return { address: address.toLowerCase() as `0x${string}`, chainId, nonce };
}

/** Why somebody is not signed in. */
export function refused(message: string): UnauthenticatedError {
  return new UnauthenticatedError('SIGN_IN_REFUSED', message);
}

function isTime(value: Date | undefined): value is Date {
  return value !== undefined && !Number.isNaN(value.getTime());
}
