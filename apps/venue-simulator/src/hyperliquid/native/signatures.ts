import { encode } from '@msgpack/msgpack';
import { concatHex, hashTypedData, keccak256, numberToHex, padHex, recoverAddress, toHex, type Hex, type TypedDataDefinition } from 'viem';
import { isUserAction, type Envelope, type L1Action, type UserAction } from './actions';

export type Network = 'mainnet' | 'testnet';

const NO_CONTRACT = '0x0000000000000000000000000000000000000000';

/**
 * What an agent signs for: keccak256 of the action in MessagePack, the nonce (8 bytes, big endian), 0x00 or 0x01 and the vault's address,
 * and for an expiry 0x00 and its 8 bytes (venues' signing rules; checked against the Python SDK's published vectors).
 */
export function actionHash(action: L1Action, nonce: number, vaultAddress: string | null, expiresAfter: number | null): Hex {
  return keccak256(
    concatHex([
      toHex(encode(action)),
      numberToHex(nonce, { size: 8 }),
      vaultAddress === null ? '0x00' : concatHex(['0x01', vaultAddress as Hex]),
      ...(expiresAfter === null ? [] : [concatHex(['0x00', numberToHex(expiresAfter, { size: 8 })])]),
    ]),
  );
}

const string = (name: string) => ({ name, type: 'string' });
const uint64 = (name: string) => ({ name, type: 'uint64' });
const USER_TYPES: Record<UserAction['type'], { primary: string; fields: { name: string; type: string }[] }> = {
  approveAgent: {
    primary: 'ApproveAgent',
    fields: [string('hyperliquidChain'), { name: 'agentAddress', type: 'address' }, string('agentName'), uint64('nonce')],
  },
  approveBuilderFee: {
    primary: 'ApproveBuilderFee',
    fields: [string('hyperliquidChain'), string('maxFeeRate'), { name: 'builder', type: 'address' }, uint64('nonce')],
  },
  usdSend: { primary: 'UsdSend', fields: [string('hyperliquidChain'), string('destination'), string('amount'), uint64('time')] },
  withdraw3: { primary: 'Withdraw', fields: [string('hyperliquidChain'), string('destination'), string('amount'), uint64('time')] },
  usdClassTransfer: {
    primary: 'UsdClassTransfer',
    fields: [string('hyperliquidChain'), string('amount'), { name: 'toPerp', type: 'bool' }, uint64('nonce')],
  },
};

/** Types that are known only at run time are more than the library's own types can follow. */
const hashOfTyped = (typed: object): Hex => hashTypedData(typed as TypedDataDefinition);

/** The EIP-712 hash that the signature of a request is over. */
export function signedHash({ action, nonce, vaultAddress, expiresAfter }: Omit<Envelope, 'signature'>, network: Network): Hex {
  if (!isUserAction(action))
    return hashOfTyped({
      domain: { name: 'Exchange', version: '1', chainId: 1337, verifyingContract: NO_CONTRACT },
      types: { Agent: [string('source'), { name: 'connectionId', type: 'bytes32' }] },
      primaryType: 'Agent',
      message: {
        source: network === 'mainnet' ? 'a' : 'b',
        connectionId: actionHash(action, nonce, vaultAddress ?? null, expiresAfter ?? null),
      },
    });
  const { primary, fields } = USER_TYPES[action.type];
  const primaryType = `HyperliquidTransaction:${primary}`;
  return hashOfTyped({
    domain: {
      name: 'HyperliquidSignTransaction',
      version: '1',
      chainId: Number(action.signatureChainId),
      verifyingContract: NO_CONTRACT,
    },
    types: { [primaryType]: fields },
    primaryType,
    message: { ...action, ...(action.type === 'approveAgent' && { agentName: action.agentName ?? '' }) },
  });
}

/**
 * The lower-case address whose key signed the request. A wrong hash doesn't fail: it recovers some other address, which the venue then doesn't
 * know. Null for numbers that are no signature at all.
 */
export async function signerOf(request: Envelope, network: Network): Promise<string | null> {
  const { r, s, v } = request.signature;
  const yParity = v >= 27 ? v - 27 : v;
  if (yParity > 1) return null;
  try {
    const signature = { r: padHex(r as Hex, { size: 32 }), s: padHex(s as Hex, { size: 32 }), yParity };
    return (await recoverAddress({ hash: signedHash(request, network), signature })).toLowerCase();
  } catch {
    return null;
  }
}
