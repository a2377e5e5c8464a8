import type { Decimal } from './decimal';
import type { RiskPreset } from './presets';
import { sortVenues, type Venue } from './venue';

/** EIP-712 typed data, as `eth_signTypedData_v4` takes it; every value can go over JSON. */
export interface TypedData {
  domain: Record<string, unknown>;
  types: Record<string, { name: string; type: string }[]>;
  primaryType: string;
  message: Record<string, unknown>;
}

/** A source that an agent follows: the X name, or the name of the research institute, with its weight 0..1. */
export interface ManifestSource {
  name: string;
  weight: string;
}

/**
 * The terms of an agent as its creator signs them. Decimals are plain strings, lists are in a fixed order, so that equal terms are equal
 * text. A version's terms never change; other terms are another version with another signature.
 */
export interface AgentManifest {
  agentId: string;
  version: number;
  creator: string;
  name: string;
  description: string;
  venues: Venue[];
  riskPreset: RiskPreset;
  maxLeverage: string;
  minScore: string;
  profitShare: string;
  /** In the order of AGENT_WEIGHTS. */
  weights: number[];
  accounts: ManifestSource[];
  institutes: ManifestSource[];
}

export interface AgentTerms {
  creator: string;
  name: string;
  description: string;
  venues: readonly Venue[];
  riskPreset: RiskPreset;
  maxLeverage: Decimal;
  minScore: Decimal;
  profitShare: Decimal;
  weights: readonly number[];
  accounts: readonly { name: string; weight: Decimal }[];
  institutes: readonly { name: string; weight: Decimal }[];
}

/** What the user allows a deployment, as they sign it. `agentManifest` is the digest of the agent's version that they agree to. */
export interface DeploymentMandate {
  user: string;
  agentId: string;
  agentVersion: number;
  agentManifest: string;
  accounts: { venue: Venue; address: string }[];
  maxNotionalUsd: string;
  maxLeverage: string;
  maxDailyLossUsd: string;
  /** ISO 8601, UTC. */
  validUntil: string;
  /** 0x and 64 hex digits; a user's nonce counts once. */
  nonce: string;
}

const DOMAIN_FIELDS = [
  { name: 'name', type: 'string' },
  { name: 'version', type: 'string' },
];

/** Without a chain: what is signed is no transaction, and holds for accounts on several chains. */
const DOMAIN = { name: 'Maxxit', version: '1' };

const byName = (a: { name: string }, b: { name: string }) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);

export function agentManifest(agentId: string, version: number, terms: AgentTerms): AgentManifest {
  const sources = (list: AgentTerms['accounts']) => list.map(({ name, weight }) => ({ name, weight: weight.toFixed() })).sort(byName);
  return {
    agentId,
    version,
    creator: terms.creator,
    name: terms.name,
    description: terms.description,
    venues: sortVenues(terms.venues),
    riskPreset: terms.riskPreset,
    maxLeverage: terms.maxLeverage.toFixed(),
    minScore: terms.minScore.toFixed(),
    profitShare: terms.profitShare.toFixed(),
    weights: [...terms.weights],
    accounts: sources(terms.accounts),
    institutes: sources(terms.institutes),
  };
}

/** What a creator signs. Words and decimals are strings, so that a wallet shows them as they are. */
export function manifestTypedData(manifest: AgentManifest): TypedData {
  return {
    domain: DOMAIN,
    types: {
      EIP712Domain: DOMAIN_FIELDS,
      AgentManifest: [
        { name: 'agentId', type: 'string' },
        { name: 'version', type: 'uint32' },
        { name: 'creator', type: 'address' },
        { name: 'name', type: 'string' },
        { name: 'description', type: 'string' },
        { name: 'venues', type: 'string[]' },
        { name: 'riskPreset', type: 'string' },
        { name: 'maxLeverage', type: 'string' },
        { name: 'minScore', type: 'string' },
        { name: 'profitShare', type: 'string' },
        { name: 'weights', type: 'uint8[]' },
        { name: 'accounts', type: 'Source[]' },
        { name: 'institutes', type: 'Source[]' },
      ],
      Source: [
        { name: 'name', type: 'string' },
        { name: 'weight', type: 'string' },
      ],
    },
    primaryType: 'AgentManifest',
    message: { ...manifest },
  };
}

/** What a user signs. */
export function mandateTypedData(mandate: DeploymentMandate): TypedData {
  return {
    domain: DOMAIN,
    types: {
      EIP712Domain: DOMAIN_FIELDS,
      DeploymentMandate: [
        { name: 'user', type: 'address' },
        { name: 'agentId', type: 'string' },
        { name: 'agentVersion', type: 'uint32' },
        { name: 'agentManifest', type: 'bytes32' },
        { name: 'accounts', type: 'Account[]' },
        { name: 'maxNotionalUsd', type: 'string' },
        { name: 'maxLeverage', type: 'string' },
        { name: 'maxDailyLossUsd', type: 'string' },
        { name: 'validUntil', type: 'string' },
        { name: 'nonce', type: 'bytes32' },
      ],
      Account: [
        { name: 'venue', type: 'string' },
        { name: 'address', type: 'address' },
      ],
    },
    primaryType: 'DeploymentMandate',
    message: { ...mandate },
  };
}
