import { AgentVersionEntity, type AgentEntity, MandateEntity } from '@maxxit/database';
import { Decimal, type RiskPreset, type Venue } from '@maxxit/domain';
import { type EntityManager, IsNull } from 'typeorm';

/**
 * The agent's terms that bind a deployment: those of the version that its user signed, whatever the creator has signed since. Where there
 * is no mandate (a deployment from before there were any) the agent's present ones.
 */
export async function termsInForce(
  manager: EntityManager,
  deploymentId: string,
  agent: AgentEntity,
): Promise<{ riskPreset: RiskPreset; maxLeverage: Decimal; venues: readonly Venue[] }> {
  const mandate = await manager.findOneBy(MandateEntity, { deploymentId, supersededAt: IsNull() });
  if (!mandate) return agent;
  const { manifest } = await manager.findOneByOrFail(AgentVersionEntity, { id: mandate.agentVersionId });
  return { riskPreset: manifest.riskPreset, maxLeverage: new Decimal(manifest.maxLeverage), venues: manifest.venues };
}
