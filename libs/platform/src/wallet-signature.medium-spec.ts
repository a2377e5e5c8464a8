import type { TypedData } from '@maxxit/domain';
import { newWallet, OSTIUM_CHAIN_ID, startNode } from '@maxxit/testing';
import { execFileSync, type ChildProcess } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';
import {
  concat,
  createPublicClient,
  createWalletClient,
  encodeAbiParameters,
  encodeDeployData,
  hashMessage,
  http,
  parseAbi,
  zeroAddress,
  type Address,
  type Hex,
} from 'viem';
import type { PrivateKeyAccount } from 'viem/accounts';
import { typedDataDigest } from './signature';
import { SignatureVerifier } from './wallet-signature';

/**
 * A wallet of several owners that answers EIP-1271 as a Safe (1.3 and later) does: the owners sign the EIP-712 document SafeMessage, of the
 * wallet's own domain, over the hash that is asked about; enough of them have to, in the order of their addresses; it reverts where not.
 */
const SAFE = `
pragma solidity ^0.8.20;
contract SafeLike {
  address[] public owners;
  uint256 public threshold;
  constructor(address[] memory of_, uint256 threshold_) { owners = of_; threshold = threshold_; }
  function isOwner(address a) internal view returns (bool) {
    for (uint256 i = 0; i < owners.length; i++) if (owners[i] == a) return true;
    return false;
  }
  function isValidSignature(bytes32 hash, bytes memory signatures) external view returns (bytes4) {
    bytes32 domain = keccak256(abi.encode(keccak256("EIP712Domain(uint256 chainId,address verifyingContract)"), block.chainid, address(this)));
    bytes32 message = keccak256(abi.encode(keccak256("SafeMessage(bytes message)"), keccak256(abi.encode(hash))));
    bytes32 digest = keccak256(abi.encodePacked(bytes2(0x1901), domain, message));
    require(signatures.length >= threshold * 65, "GS020");
    address last = address(0);
    for (uint256 i = 0; i < threshold; i++) {
      bytes32 r; bytes32 s; uint8 v;
      assembly {
        let at := add(signatures, mul(i, 65))
        r := mload(add(at, 32))
        s := mload(add(at, 64))
        v := byte(0, mload(add(at, 96)))
      }
      address owner = ecrecover(digest, v, r, s);
      require(owner > last && isOwner(owner), "GS026");
      last = owner;
    }
    return 0x1626ba7e;
  }
}`;

const ELSEWHERE = 1;

function compiledSafe(): Hex {
  const solc = createRequire(path.resolve('package.json')).resolve('solc/package.json');
  const input = JSON.stringify({
    language: 'Solidity',
    sources: { 'safe.sol': { content: SAFE } },
    settings: { outputSelection: { '*': { '*': ['evm.bytecode.object'] } } },
  });
  const output = execFileSync(process.execPath, [path.join(path.dirname(solc), 'solc.js'), '--standard-json'], { input, encoding: 'utf8' });
  const { contracts } = JSON.parse(output.slice(output.indexOf('{'))) as {
    contracts: Record<string, Record<string, { evm: { bytecode: { object: string } } }>>;
  };
  return `0x${contracts['safe.sol']!['SafeLike']!.evm.bytecode.object}`;
}

describe('a wallet that is a contract, on a chain', () => {
  const owners = [newWallet(), newWallet(), newWallet()];
  const text = 'Sign in to Maxxit';
  const document: TypedData = {
    domain: { name: 'Maxxit', version: '1' },
    types: {
      EIP712Domain: [
        { name: 'name', type: 'string' },
        { name: 'version', type: 'string' },
      ],
      Terms: [{ name: 'text', type: 'string' }],
    },
    primaryType: 'Terms',
    message: { text: 'all of it' },
  };
  let node: ChildProcess;
  let safe: Address;
  let verifier: SignatureVerifier;

  beforeAll(async () => {
    const started = await startNode();
    node = started.node;
    const transport = http(started.url);
    const reading = createPublicClient({ transport });
    const wallet = createWalletClient({ transport });
    const [account] = await wallet.getAddresses();
    const abi = parseAbi(['constructor(address[] owners, uint256 threshold)']);
    const data = encodeDeployData({ abi, bytecode: compiledSafe(), args: [owners.map(({ address }) => address), 2n] });
    const hash = await wallet.sendTransaction({ account: account!, data, chain: null });
    const { contractAddress } = await reading.waitForTransactionReceipt({ hash, pollingInterval: 50 });
    safe = contractAddress!;
    verifier = new SignatureVerifier({ SIGN_IN_RPC_URLS: new Map([[OSTIUM_CHAIN_ID, started.url]]), SIGN_IN_RPC_TIMEOUT_MS: 20_000 });
  }, 120_000);

  afterAll(() => {
    node.kill();
  });

  /** What the owners' wallets sign for a Safe, put together as it wants it. */
  async function signedBy(signers: PrivateKeyAccount[], hash: Hex, chainId = OSTIUM_CHAIN_ID): Promise<Hex> {
    const inOrder = [...signers].sort((a, b) => (a.address.toLowerCase() < b.address.toLowerCase() ? -1 : 1));
    const signatures = await Promise.all(
      inOrder.map((owner) =>
        owner.signTypedData({
          domain: { chainId, verifyingContract: safe },
          types: { SafeMessage: [{ name: 'message', type: 'bytes' }] },
          primaryType: 'SafeMessage',
          message: { message: encodeAbiParameters([{ type: 'bytes32' }], [hash]) },
        }),
      ),
    );
    return concat(signatures);
  }
  const isSigned = (signature: Hex, message = text, chainId = OSTIUM_CHAIN_ID, address = safe) =>
    verifier.isSignedText({ address, message, signature }, chainId);

  it('signs in by the signatures of enough of its owners, and by no others', async () => {
    const hash = hashMessage(text);
    const good = await signedBy([owners[0]!, owners[2]!], hash);
    expect(await isSigned(good)).toBe(true);
    expect(await isSigned(await signedBy([owners[1]!], hash))).toBe(false);
    expect(await isSigned(await signedBy([owners[1]!, newWallet()], hash))).toBe(false);
    // An owner's own signature of the text is not the wallet's.
    expect(await isSigned(await owners[0]!.signMessage({ message: text }))).toBe(false);
    expect(await isSigned(await signedBy([owners[0]!, owners[2]!], hash, ELSEWHERE))).toBe(false);
  });

  it('has signed this text and no other, on the chain that is asked, at its own address', async () => {
    const good = await signedBy([owners[0]!, owners[1]!], hashMessage(text));
    expect(await isSigned(good, `${text}!`)).toBe(false);
    expect(await isSigned(good, text, ELSEWHERE)).toBe(false);
    expect(await isSigned(good, text, OSTIUM_CHAIN_ID, zeroAddress)).toBe(false);
    expect(await isSigned(good, text, OSTIUM_CHAIN_ID, owners[0]!.address)).toBe(false);
  });

  it('signs a document, of which the digest and no signature is kept', async () => {
    const digest = typedDataDigest(document);
    const good = await signedBy([owners[1]!, owners[2]!], digest as Hex);
    const proof = await verifier.verify(document, safe, good);
    expect(proof.digest).toBe(digest);
    expect(JSON.stringify(proof)).not.toContain(good.slice(2, 100));
    const other = { ...document, message: { text: 'half of it' } };
    await expect(verifier.verify(other, safe, good)).rejects.toMatchObject({ code: 'SIGNATURE_MISMATCH' });
  });
});
