import { errorMessage, ForbiddenError, RetryableError, type TypedData } from '@maxxit/domain';
import { createPublicClient, encodeFunctionData, hashMessage, http, recoverAddress, RpcRequestError, sha256, type Hex } from 'viem';
import { z } from 'zod';
import { setting } from './config';
import { typedDataDigest, type SignatureProof } from './signature';

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

/** "1=https://..., 42161=https://..." */
const rpcUrls = z.string().transform((text, context): ReadonlyMap<number, string> => {
  const pairs = text.split(',').map((entry) => /^(\d+)=(https?:\/\/\S+)$/.exec(entry.trim()));
  if (pairs.every((pair) => pair !== null && URL.canParse(pair[2] ?? ''))) {
    return new Map(pairs.map((pair) => [Number(pair?.[1]), pair?.[2] ?? '']));
  }
  context.addIssue({ code: 'custom', message: 'it has to be <chain id>=<URL>, several separated by commas' });
  return z.NEVER;
});

/** Of apps that take signatures of wallets. */
export const walletSettings = {
  SIGN_IN_RPC_URLS: rpcUrls
    .optional()
    .describe(
      'for wallets that are contracts (Safe): an RPC of each chain that they may be on, as <chain id>=<URL>, separated by commas; unset: only plain wallets can sign',
    ),
  SIGN_IN_RPC_TIMEOUT_MS: setting.milliseconds(100).default(5_000).describe('how long such an RPC may take, ms'),
};

export type WalletSettings = z.infer<z.ZodObject<typeof walletSettings>>;

/** Tells whose signature one is: of a plain wallet by its key; of one that is a contract, as a Safe is, by its isValidSignature (EIP-1271). */
export class SignatureVerifier {
  constructor(private readonly settings: WalletSettings) {}

  /**
   * Whether the wallet at `address` signed this text (EIP-191); a contract is asked on the chain that is named. One that is not deployed yet
   * can't say anything. Throws RetryableError WALLET_NOT_ASKED when the RPC can't be asked.
   */
  async isSignedText(
    { address, message, signature }: { address: Hex; message: string; signature: Hex },
    chainId: number,
  ): Promise<boolean> {
    const url = this.settings.SIGN_IN_RPC_URLS?.get(chainId);
    return this.isSigned(address, hashMessage(message), signature, url === undefined ? [] : [url]);
  }

  /**
   * What is kept of the signature of a document (EIP-712). Ours name no chain, so that a contract wallet is asked on every chain that is
   * configured until one says yes. Throws ForbiddenError SIGNATURE_MISMATCH unless `signature` is `signer`'s, of exactly this document;
   * RetryableError WALLET_NOT_ASKED when none said yes and one could not be asked. Not to be called in a transaction.
   */
  async verify(document: TypedData, signer: string, signature: string): Promise<SignatureProof> {
    const [digest, hex] = [typedDataDigest(document), signature as Hex];
    const isSigned = await this.isSigned(signer as Hex, digest as Hex, hex, [...(this.settings.SIGN_IN_RPC_URLS?.values() ?? [])]);
    if (isSigned) return { digest, signatureHash: sha256(hex) };
    throw new ForbiddenError(
      'SIGNATURE_MISMATCH',
      `The signature is not one by ${signer} of the ${document.primaryType} that this request describes. Ask for its typed data again, sign that, and send the same fields.`,
    );
  }

  private async isSigned(address: Hex, hash: Hex, signature: Hex, urls: readonly string[]): Promise<boolean> {
    // A signature that can't be read throws, and is as good as a wrong one; a contract may read it all the same.
    const signer = await recoverAddress({ hash, signature }).catch(() => undefined);
    if (signer?.toLowerCase() === address.toLowerCase()) return true;
    let failure: Error | undefined;
    for (const url of urls) {
      try {
        if (await asksContract({ url, timeoutMs: this.settings.SIGN_IN_RPC_TIMEOUT_MS }, address, hash, signature)) return true;
      } catch (error) {
        failure = error as Error;
      }
    }
    if (failure) throw failure;
    return false;
  }
}

async function asksContract(
  { url, timeoutMs }: { url: string; timeoutMs: number },
  address: Hex,
  hash: Hex,
  signature: Hex,
): Promise<boolean> {
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
