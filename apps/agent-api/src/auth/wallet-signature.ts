import { errorMessage, RetryableError } from '@maxxit/domain';
import { createPublicClient, encodeFunctionData, hashMessage, http, recoverMessageAddress, RpcRequestError, type Hex } from 'viem';

const MAGIC_VALUE = '0x1626ba7e';
const IS_VALID_SIGNATURE = [
  {
    type: 'function',
    name: 'isValidSignature',
    stateMutability: 'view',
    inputs: [
      { name: 'hash', type: 'bytes32' },
      { name: 'signature', type: 'bytes' },
    ],
    outputs: [{ name: '', type: 'bytes4' }],
  },
] as const;

export interface WalletRpc {
  url: string;
  timeoutMs: number;
}

/**
 * Whether the wallet at `address` signed this text (EIP-191): a plain wallet by its key; one that is a contract, as a Safe is, by what its
 * isValidSignature (EIP-1271) says at `rpc`. A contract that is not deployed yet can't say anything. Throws RetryableError
 * WALLET_NOT_ASKED when the RPC can't be asked.
 */
export async function isSignedBy(
  { address, message, signature }: { address: Hex; message: string; signature: Hex },
  rpc: WalletRpc | undefined,
): Promise<boolean> {
  const signer = await recoverMessageAddress({ message, signature }).catch(() => undefined);
  if (signer?.toLowerCase() === address.toLowerCase()) return true;
  return rpc !== undefined && asksContract(rpc, address, hashMessage(message), signature);
}

async function asksContract({ url, timeoutMs }: WalletRpc, address: Hex, hash: Hex, signature: Hex): Promise<boolean> {
  const client = createPublicClient({ transport: http(url, { timeout: timeoutMs, retryCount: 0 }) });
  const data = encodeFunctionData({ abi: IS_VALID_SIGNATURE, args: [hash, signature] });
  try {
    const answer = await client.request({ method: 'eth_call', params: [{ to: address, data }, 'latest'] });
    return answer.toLowerCase().startsWith(MAGIC_VALUE);
  } catch (error) {
    // A contract says no by reverting, which the RPC answers as an error of its own.
    if (isRevert(error)) return false;
    throw new RetryableError(
      'WALLET_NOT_ASKED',
      'The chain of your wallet could not be asked about its signature. Try again later.',
      {},
      { cause: new Error(errorMessage(error)) },
    );
  }
}

/** JSON-RPC errors of eth_call: 3 is a revert with data; -32000 and -32015 are what nodes answer for other reverts. */
function isRevert(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) {
    if (at instanceof RpcRequestError) return at.code === 3 || /revert|invalid opcode|out of gas/i.test(at.details);
  }
  return false;
}
