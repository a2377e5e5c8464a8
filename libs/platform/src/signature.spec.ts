import { agentManifest, Decimal, mandateTypedData, manifestTypedData, type AgentTerms, type DeploymentMandate } from '@maxxit/domain';
import { concat, encodeAbiParameters, keccak256, stringToHex, type Hex } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { typedDataDigest } from './signature';
import { SignatureVerifier } from './wallet-signature';

const verifier = new SignatureVerifier({ SIGN_IN_RPC_URLS: undefined, SIGN_IN_RPC_TIMEOUT_MS: 1000 });
const verifySignature = (...signed: Parameters<SignatureVerifier['verify']>) => verifier.verify(...signed);

const WALLET = privateKeyToAccount(`0x${'11'.repeat(32)}`);
const ADDRESS = WALLET.address.toLowerCase();

const TERMS: AgentTerms = {
  creator: ADDRESS,
  name: 'Momentum',
  description: '',
  venues: ['ostium', 'hyperliquid'],
  riskPreset: 'moderate',
  maxLeverage: new Decimal('5.00'),
  minScore: new Decimal('-0.25'),
  profitShare: new Decimal('0.1'),
  weights: [50, 0],
  accounts: [
    { name: 'bob', weight: new Decimal(1) },
    { name: 'alice', weight: new Decimal('0.50') },
  ],
  institutes: [],
};
const MANIFEST = agentManifest('019a0000-0000-7000-8000-000000000001', 1, TERMS);
const MANDATE: DeploymentMandate = {
  user: ADDRESS,
  agentId: MANIFEST.agentId,
  agentVersion: 1,
  agentManifest: `0x${'5c'.repeat(32)}`,
  accounts: [{ venue: 'hyperliquid', address: ADDRESS }],
  maxNotionalUsd: '5000',
  maxLeverage: '3',
  maxDailyLossUsd: '250',
  validUntil: '2027-01-31T00:00:00.000Z',
  nonce: `0x${'01'.repeat(32)}`,
};

const text = (value: string): Hex => keccak256(stringToHex(value));
const words = (...values: Hex[]): Hex => concat(values);
const word = (value: bigint | number): Hex => encodeAbiParameters([{ type: 'uint256' }], [BigInt(value)]);
const address = (value: string): Hex => encodeAbiParameters([{ type: 'address' }], [value as Hex]);

// encodeData, hashStruct and the domain separator put together by hand, as EIP-712 defines them.
const SEPARATOR = keccak256(words(text('EIP712Domain(string name,string version)'), text('Maxxit'), text('1')));
const digestOf = (struct: Hex) => keccak256(concat(['0x1901', SEPARATOR, struct]));

describe('what is signed', () => {
  it('is for a manifest the EIP-712 hash of its terms', () => {
    const source = (name: string, weight: string) => keccak256(words(text('Source(string name,string weight)'), text(name), text(weight)));
    const type =
      'AgentManifest(string agentId,uint32 version,address creator,string name,string description,string[] venues,string riskPreset,' +
      'string maxLeverage,string minScore,string profitShare,uint8[] weights,Source[] accounts,Source[] institutes)Source(string name,string weight)';
    const struct = keccak256(
      words(
        text(type),
        text(MANIFEST.agentId),
        word(1),
        address(ADDRESS),
        text('Momentum'),
        text(''),
        keccak256(words(text('hyperliquid'), text('ostium'))),
        text('moderate'),
        text('5'),
        text('-0.25'),
        text('0.1'),
        keccak256(words(word(50), word(0))),
        keccak256(words(source('alice', '0.5'), source('bob', '1'))),
        keccak256('0x'),
      ),
    );
    expect(typedDataDigest(manifestTypedData(MANIFEST))).toBe(digestOf(struct));
  });

  it('is for a mandate the EIP-712 hash of what the user allows', () => {
    const type =
      'DeploymentMandate(address user,string agentId,uint32 agentVersion,bytes32 agentManifest,Account[] accounts,string maxNotionalUsd,' +
      'string maxLeverage,string maxDailyLossUsd,string validUntil,bytes32 nonce)Account(string venue,address address)';
    const account = keccak256(words(text('Account(string venue,address address)'), text('hyperliquid'), address(ADDRESS)));
    const struct = keccak256(
      words(
        text(type),
        address(ADDRESS),
        text(MANDATE.agentId),
        word(1),
        MANDATE.agentManifest as Hex,
        keccak256(account),
        text('5000'),
        text('3'),
        text('250'),
        text('2027-01-31T00:00:00.000Z'),
        MANDATE.nonce as Hex,
      ),
    );
    expect(typedDataDigest(mandateTypedData(MANDATE))).toBe(digestOf(struct));
  });

  it('is the same for equal terms in another order and notation', () => {
    const again = agentManifest(MANIFEST.agentId, 1, {
      ...TERMS,
      venues: ['hyperliquid', 'ostium'],
      maxLeverage: new Decimal('5'),
      accounts: [...TERMS.accounts].reverse(),
    });
    expect(again).toEqual(MANIFEST);
  });
});

describe('a signature', () => {
  const document = mandateTypedData(MANDATE);
  const sign = () => WALLET.signTypedData(document);

  it("is taken from the signer in any case, and kept as the document's digest and its own hash", async () => {
    const signature = await sign();
    const proof = await verifySignature(document, ADDRESS, signature);
    expect(proof.digest).toBe(typedDataDigest(document));
    expect(await verifySignature(document, WALLET.address, signature.toUpperCase().replace('0X', '0x'))).toEqual(proof);
    expect(JSON.stringify(proof)).not.toContain(signature.slice(2));
  });

  it('is refused for another document, from somebody else, and when it is no signature at all', async () => {
    const signature = await sign();
    const other = mandateTypedData({ ...MANDATE, maxNotionalUsd: '5001' });
    const refused = { code: 'SIGNATURE_MISMATCH' };
    await expect(verifySignature(other, ADDRESS, signature)).rejects.toMatchObject(refused);
    await expect(verifySignature(document, `0x${'22'.repeat(20)}`, signature)).rejects.toMatchObject(refused);
    await expect(verifySignature(document, ADDRESS, `0x${'00'.repeat(65)}`)).rejects.toMatchObject(refused);
    await expect(verifySignature(document, ADDRESS, `0x${'ff'.repeat(200)}`)).rejects.toMatchObject(refused);
  });
});
