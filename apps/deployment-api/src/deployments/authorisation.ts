import { USD_DECIMALS, type AuthorisationSettings } from './authorisation.settings';
import type { Decimal } from '@maxxit/domain';
import { ostiumContracts } from '@maxxit/venues';
import { encodeFunctionData, formatEther, getAddress, parseAbi, parseUnits } from 'viem';
import type { ContractCallDto, HyperliquidAuthorisationDto, OstiumAuthorisationDto } from './authorisation.dto';

const ZERO_ADDRESS = '0x0000000000000000000000000000000000000000';

/** The chain id that the user's wallet signs under, and what Hyperliquid calls its network. */
const HYPERLIQUID_NETWORKS = {
  mainnet: { hyperliquidChain: 'Mainnet', signatureChainId: 42161 },
  testnet: { hyperliquidChain: 'Testnet', signatureChainId: 421614 },
} as const;

/**
 * What makes our key an agent of the user's Hyperliquid account: EIP-712 typed data for the user to sign, and the action to post to
 * Hyperliquid with the signature. An agent may trade and can't withdraw. Its name holds when the approval ends, which is how
 * Hyperliquid is told; the nonce is the time and may be used within two days.
 */
export function hyperliquidAuthorisation(
  network: AuthorisationSettings['HYPERLIQUID_NETWORK'],
  approval: { accountAddress: string; agentAddress: string; deploymentId: string; validUntil: Date },
  now: Date,
): HyperliquidAuthorisationDto {
  const { hyperliquidChain, signatureChainId } = HYPERLIQUID_NETWORKS[network];
  const agentName = `maxxit-${approval.deploymentId.slice(-8)} valid_until ${approval.validUntil.getTime()}`;
  const nonce = now.getTime();
  const message = { hyperliquidChain, agentAddress: approval.agentAddress, agentName, nonce };
  return {
    venue: 'hyperliquid',
    accountAddress: approval.accountAddress,
    agentAddress: approval.agentAddress,
    validUntil: approval.validUntil.toISOString(),
    typedData: {
      domain: { name: 'HyperliquidSignTransaction', version: '1', chainId: signatureChainId, verifyingContract: ZERO_ADDRESS },
      types: {
        EIP712Domain: [
          { name: 'name', type: 'string' },
          { name: 'version', type: 'string' },
          { name: 'chainId', type: 'uint256' },
          { name: 'verifyingContract', type: 'address' },
        ],
        'HyperliquidTransaction:ApproveAgent': [
          { name: 'hyperliquidChain', type: 'string' },
          { name: 'agentAddress', type: 'address' },
          { name: 'agentName', type: 'string' },
          { name: 'nonce', type: 'uint64' },
        ],
      },
      primaryType: 'HyperliquidTransaction:ApproveAgent',
      message,
    },
    action: { type: 'approveAgent', signatureChainId: `0x${signatureChainId.toString(16)}`, ...message },
  };
}

const OSTIUM_ABI = parseAbi(['function approve(address spender, uint256 amount)', 'function setDelegate(address delegate)']);

/**
 * What makes our key the delegate of an Ostium trader: two calls for the user's wallet to send. USDC has six decimals; what TradingStorage
 * may take is `capUsd`, rounded down. A trader has one delegate and one allowance, so both hold for all their deployments.
 */
export function ostiumAuthorisation(
  settings: Pick<
    AuthorisationSettings,
    'OSTIUM_CHAIN_ID' | 'OSTIUM_USDC_ADDRESS' | 'OSTIUM_TRADING_ADDRESS' | 'OSTIUM_TRADING_STORAGE_ADDRESS'
  >,
  approval: { accountAddress: string; delegateAddress: string; capUsd: Decimal },
): OstiumAuthorisationDto {
  const { chainId, usdc, trading, tradingStorage } = ostiumContracts(settings);
  const cap = approval.capUsd.toDecimalPlaces(USD_DECIMALS, 1).toFixed();
  return {
    venue: 'ostium',
    accountAddress: approval.accountAddress,
    delegateAddress: approval.delegateAddress,
    chainId,
    calls: [
      {
        step: 'approve_allowance',
        to: usdc,
        valueWei: '0',
        data: encodeFunctionData({
          abi: OSTIUM_ABI,
          functionName: 'approve',
          args: [getAddress(tradingStorage), parseUnits(cap, USD_DECIMALS)],
        }),
        purpose: `Let Ostium take up to ${cap} USDC as collateral, for all deployments of this account together.`,
      },
      {
        step: 'set_delegate',
        to: trading,
        valueWei: '0',
        data: encodeFunctionData({ abi: OSTIUM_ABI, functionName: 'setDelegate', args: [getAddress(approval.delegateAddress)] }),
        purpose: `Let ${approval.delegateAddress} trade for this account; it can't withdraw.`,
      },
    ],
  };
}

/** The transfer of ETH (in wei) that lets a delegate pay for gas: a call for anybody's wallet to send on the venue's chain. */
export function gasTransfer(delegateAddress: string, topUpWei: bigint): ContractCallDto {
  return {
    step: 'fund_gas',
    to: delegateAddress,
    valueWei: topUpWei.toString(),
    data: '0x',
    purpose: `Send ${formatEther(topUpWei)} ETH to ${delegateAddress}, which pays with it for the gas of orders.`,
  };
}
