import { FatalError, type KeyVault, type OrderOutcome, type RejectCode, RetryableError, DomainError } from '@maxxit/domain';
import { ServiceCallError } from './service-http';

type Rejected = Extract<OrderOutcome, { kind: 'rejected' }>;

export function rejected(code: RejectCode, message: string): Rejected {
  return { kind: 'rejected', code, message };
}

/**
 * Sends an order with the account's key. `send` gets the key and answers what became of the order; a call that gave no answer becomes
 * `rejected` VENUE_UNREACHABLE when nothing left this machine and `unknown` when it may have. Once `send` has started this never
 * throws. Before, it throws FatalError KEY_VAULT_NOT_CONFIGURED in a process that only reads, and what the vault throws.
 */
export async function sendWithKey(
  vault: KeyVault | undefined,
  keyId: string,
  send: (privateKey: `0x${string}`) => Promise<OrderOutcome>,
): Promise<OrderOutcome> {
  if (!vault) {
    throw new FatalError('KEY_VAULT_NOT_CONFIGURED', 'This process reads venues only and can send no orders; provide KEY_VAULT to it.');
  }
  let outcome: OrderOutcome | null = null;
  try {
    return await vault.use(keyId, async (privateKey) => {
      outcome = { kind: 'unknown', cause: 'The order was being sent when the key vault failed.' };
      outcome = await send(privateKey).catch(outcomeOfFailure);
      return outcome;
    });
  } catch (error) {
    if (outcome) return outcome;
    throw error;
  }
}

function outcomeOfFailure(error: unknown): OrderOutcome {
  if (!(error instanceof ServiceCallError)) return { kind: 'unknown', cause: 'An unexpected error came while the order was being sent.' };
  return error.failure === 'not_sent' ? rejected('VENUE_UNREACHABLE', error.message) : { kind: 'unknown', cause: error.message };
}

/**
 * Runs the reads that come before an order. When they fail nothing has left, and the order is rejected: VENUE_UNREACHABLE if the venue
 * could not be asked, MARKET_NOT_FOUND if it doesn't list the market, NOT_EXECUTED if its answer can't be used.
 */
export async function beforeSending<T>(read: () => Promise<T>): Promise<{ value: T } | { refused: Rejected }> {
  try {
    return { value: await read() };
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    if (error instanceof RetryableError) return { refused: rejected('VENUE_UNREACHABLE', error.message) };
    return { refused: rejected(error.code === 'MARKET_NOT_FOUND' ? 'MARKET_NOT_FOUND' : 'NOT_EXECUTED', error.message) };
  }
}
