import { AgentAccountEntity, AgentResearchInstituteEntity, ResearchInstituteEntity, type AgentEntity } from '@maxxit/database';
import {
  AGENT_WEIGHTS,
  ConflictError,
  Decimal,
  NEUTRAL_WEIGHT,
  NotFoundError,
  type AgentTerms,
  type RiskPreset,
  type Venue,
} from '@maxxit/domain';
import { In, type EntityManager } from 'typeorm';
import type { AgentTermsDto } from './agent.dto';

/** What an agent has that says nothing else. */
const DEFAULTS = { description: '', riskPreset: 'moderate', maxLeverage: '5', minScore: '-0.25', profitShare: '0' } as const;
const NEUTRAL_WEIGHTS = AGENT_WEIGHTS.map(() => NEUTRAL_WEIGHT);

export interface WantedTerms {
  name: string;
  description: string;
  venues: Venue[];
  riskPreset: RiskPreset;
  maxLeverage: Decimal;
  minScore: Decimal;
  profitShare: Decimal;
  /** In the order of AGENT_WEIGHTS. */
  weights: number[];
  /** X names, and ids of institutes. */
  accounts: { username: string; weight: Decimal }[];
  institutes: { instituteId: string; weight: Decimal }[];
}

/** The terms of a new agent: what is left out has its default. Throws ConflictError SOURCE_TWICE. */
export function newTerms(request: Omit<AgentTermsDto, 'creatorAddress'>): WantedTerms {
  const { name, venues, weights, accounts = [], institutes = [], ...given } = request;
  const { description, riskPreset, maxLeverage, minScore, profitShare } = { ...DEFAULTS, ...withoutUndefined(given) };
  return {
    name,
    description,
    venues,
    riskPreset,
    maxLeverage: new Decimal(maxLeverage),
    minScore: new Decimal(minScore),
    profitShare: new Decimal(profitShare),
    weights: weightsOf(NEUTRAL_WEIGHTS, weights),
    accounts: accountsOf(accounts),
    institutes: institutesOf(institutes),
  };
}

/** What of the terms is in the agent's own row. */
export function termsColumns({ name, description, venues, riskPreset, maxLeverage, minScore, profitShare, weights }: WantedTerms) {
  return { name, description, venues, riskPreset, maxLeverage, minScore, profitShare, weights };
}

/** The terms of an agent with some of them changed. Throws ConflictError SOURCE_TWICE. */
export function changedTerms(current: WantedTerms, changes: Partial<AgentTermsDto>): WantedTerms {
  const { accounts, institutes, maxLeverage, minScore, profitShare, weights, name, description, venues, riskPreset } = changes;
  return {
    ...current,
    ...withoutUndefined({ name, description, venues, riskPreset }),
    ...(maxLeverage !== undefined && { maxLeverage: new Decimal(maxLeverage) }),
    ...(minScore !== undefined && { minScore: new Decimal(minScore) }),
    ...(profitShare !== undefined && { profitShare: new Decimal(profitShare) }),
    weights: weightsOf(current.weights, weights),
    ...(accounts && { accounts: accountsOf(accounts) }),
    ...(institutes && { institutes: institutesOf(institutes) }),
  };
}

/** The terms of an agent as they are in its rows. */
export async function currentTerms(manager: EntityManager, agent: AgentEntity): Promise<WantedTerms> {
  const accounts = await manager.find(AgentAccountEntity, { where: { agentId: agent.id }, relations: { xAccount: true } });
  const institutes = await manager.findBy(AgentResearchInstituteEntity, { agentId: agent.id });
  const { name, description, venues, riskPreset, maxLeverage, minScore, profitShare, weights } = agent;
  return {
    name,
    description,
    venues,
    riskPreset,
    maxLeverage,
    minScore,
    profitShare,
    weights,
    accounts: accounts.map(({ xAccount, weight }) => ({ username: xAccount!.username, weight })),
    institutes: institutes.map(({ instituteId, weight }) => ({ instituteId, weight })),
  };
}

/** The terms as a manifest has them, with institutes by name. Throws NotFoundError RESEARCH_INSTITUTE_NOT_FOUND. */
export async function termsToSign(manager: EntityManager, creator: string, wanted: WantedTerms): Promise<AgentTerms> {
  const { accounts, institutes, ...terms } = wanted;
  const known = await manager.findBy(ResearchInstituteEntity, { id: In(institutes.map(({ instituteId }) => instituteId)) });
  return {
    ...terms,
    creator,
    accounts: accounts.map(({ username, weight }) => ({ name: username, weight })),
    institutes: institutes.map(({ instituteId, weight }) => {
      const institute = known.find(({ id }) => id === instituteId.toLowerCase());
      if (institute) return { name: institute.name, weight };
      throw new NotFoundError('RESEARCH_INSTITUTE_NOT_FOUND', `There is no research institute ${instituteId}; create it first.`);
    }),
  };
}

function weightsOf(current: readonly number[], changes: AgentTermsDto['weights'] = {}): number[] {
  return AGENT_WEIGHTS.map((name, index) => changes[name] ?? current[index] ?? NEUTRAL_WEIGHT);
}

function accountsOf(accounts: readonly { username: string; weight?: string | undefined }[]) {
  assertEachOnce(accounts.map(({ username }) => username));
  return accounts.map(({ username, weight = '1' }) => ({ username, weight: new Decimal(weight) }));
}

function institutesOf(institutes: readonly { instituteId: string; weight?: string | undefined }[]) {
  const ids = institutes.map(({ instituteId }) => instituteId.toLowerCase());
  assertEachOnce(ids);
  return institutes.map(({ weight = '1' }, index) => ({ instituteId: ids[index]!, weight: new Decimal(weight) }));
}

function assertEachOnce(names: readonly string[]): void {
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice !== undefined) throw new ConflictError('SOURCE_TWICE', `${twice} is named twice; an agent follows each source once.`);
}

function withoutUndefined<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
