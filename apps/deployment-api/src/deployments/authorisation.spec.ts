import { Decimal } from '@maxxit/domain';
import { decodeFunctionData, parseAbi, recoverTypedDataAddress, type TypedDataDefinition } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { gasTransfer, hyperliquidAuthorisation, ostiumAuthorisation } from './authorisation';

const ACCOUNT = privateKeyToAccount(`0x${'11'.repeat(32)}`);
const KEY_ADDRESS = '0x8617e340b3d01fa5f11f306f4090fd50e238070d';
const NOW = new Date('2026-11-23T12:00:00.000Z');

describe('the Hyperliquid authorisation', () => {
  const approval = {
    accountAddress: ACCOUNT.address.toLowerCase(),
    agentAddress: KEY_ADDRESS,
    deploymentId: '019a0000-0000-7000-8000-0000deadbeef',
    validUntil: new Date('2027-01-31T00:00:00.000Z'),
  };

  // Domain, type and field names as Hyperliquid's documentation of user-signed actions has them; 1801353600000 is 2027-01-31 UTC.
  it('is the ApproveAgent action as EIP-712 typed data', () => {
    const { typedData, action } = hyperliquidAuthorisation('testnet', approval, NOW);
    expect(typedData.domain).toEqual({
      name: 'HyperliquidSignTransaction',
      version: '1',
      chainId: 421614,
      verifyingContract: '0x0000000000000000000000000000000000000000',
    });
    expect(typedData.primaryType).toBe('HyperliquidTransaction:ApproveAgent');
    expect(typedData.types['HyperliquidTransaction:ApproveAgent']).toEqual([
      { name: 'hyperliquidChain', type: 'string' },
      { name: 'agentAddress', type: 'address' },
      { name: 'agentName', type: 'string' },
      { name: 'nonce', type: 'uint64' },
    ]);
    const message = {
      hyperliquidChain: 'Testnet',
      agentAddress: KEY_ADDRESS,
      agentName: 'maxxit-deadbeef valid_until 1801353600000',
      nonce: NOW.getTime(),
    };
    expect(typedData.message).toEqual(message);
    expect(action).toEqual({ type: 'approveAgent', signatureChainId: '0x66eee', ...message });
  });

  it('names the main network when that is set', () => {
    const { typedData, action } = hyperliquidAuthorisation('mainnet', approval, NOW);
    expect([typedData.domain['chainId'], action['signatureChainId'], action['hyperliquidChain']]).toEqual([42161, '0xa4b1', 'Mainnet']);
  });

  it('can be signed by a wallet as it is, after a trip over JSON', async () => {
    const { typedData } = hyperliquidAuthorisation('testnet', approval, NOW);
    const received = JSON.parse(JSON.stringify(typedData)) as TypedDataDefinition;
    const signature = await ACCOUNT.signTypedData(received);
    expect(await recoverTypedDataAddress({ ...received, signature })).toBe(ACCOUNT.address);
  });
});

describe('the Ostium authorisation', () => {
  const settings = { OSTIUM_CHAIN_ID: 42161 };
  const calls = (capUsd: string) =>
    ostiumAuthorisation(settings, {
      accountAddress: ACCOUNT.address.toLowerCase(),
      delegateAddress: KEY_ADDRESS,
      capUsd: new Decimal(capUsd),
    }).calls;

  // ERC-20's approve is 0x095ea7b3 and Ostium's setDelegate 0xca5eb5e1, from their ABIs; the contracts are those on Arbitrum One; 5000 USDC are 5,000,000,000 of its units.
  it('is an approval of USDC for TradingStorage and then the delegation to our key', () => {
    const [approve, delegate] = calls('5000');
    expect([approve!.to, delegate!.to]).toEqual([
      '0xaf88d065e77c8cc2239327c5edb3a432268e5831',
      '0x6d0ba1f9996dbd8885827e1b2e8f6593e7702411',
    ]);
    expect([approve!.data.slice(0, 10), delegate!.data.slice(0, 10)]).toEqual(['0x095ea7b3', '0xca5eb5e1']);
    const abi = parseAbi(['function approve(address spender, uint256 amount)']);
    const { args } = decodeFunctionData({ abi, data: approve!.data as `0x${string}` });
    expect([args[0].toLowerCase(), args[1]]).toEqual(['0xccd5891083a8acd2074690f65d3024e7d13d66e7', 5_000_000_000n]);
    expect(delegate!.data.slice(-40)).toBe(KEY_ADDRESS.slice(2));
  });

  it('never approves more than was allowed: what USDC has no unit for is rounded down', () => {
    // 1.0000019 USDC are 1,000,001 units, 0xf4241.
    expect(calls('1.0000019')[0]!.data.endsWith('f4241')).toBe(true);
  });

  it('sends no ETH along, and what the delegate is to have for gas as a plain transfer that names the amount', () => {
    expect(calls('1').map(({ step, valueWei }) => [step, valueWei])).toEqual([
      ['approve_allowance', '0'],
      ['set_delegate', '0'],
    ]);
    // An ETH is 10^18 wei.
    expect(gasTransfer(KEY_ADDRESS, 3_000_000_000_000_001n)).toEqual({
      step: 'fund_gas',
      to: KEY_ADDRESS,
      valueWei: '3000000000000001',
      data: '0x',
      purpose: `Send 0.003000000000000001 ETH to ${KEY_ADDRESS}, which pays with it for the gas of orders.`,
    });
  });
});
