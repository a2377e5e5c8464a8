import { AgentVersionEntity, type AgentEntity, MandateEntity } from '@maxxit/database';
import { Decimal, type RiskPreset, type Venue } from '@maxxit/domain';
import type { EntityManager } from 'typeorm';

/**
 * The agent's terms that bind a deployment: those of the version that its user signed, whatever the creator has signed since. Where there
 * is no mandate (a deployment from before there were any) the agent's present ones.
 */
export async function termsInForce(
  manager: EntityManager,
  deploymentId: string,
  agent: AgentEntity,
): Promise<{ riskPreset: RiskPreset; maxLeverage: Decimal; venues: readonly Venue[] }> {
  const version = await manager
    .createQueryBuilder(AgentVersionEntity, 'version')
    .innerJoin(MandateEntity, 'mandate', 'mandate.agentVersionId = version.id')
    .where('mandate.deploymentId = :deploymentId AND mandate.supersededAt IS NULL', { deploymentId })
    .getOne();
  if (!version) return agent;
  const { manifest } = version;
  return { riskPreset: manifest.riskPreset, maxLeverage: new Decimal(manifest.maxLeverage), venues: manifest.venues };
}
