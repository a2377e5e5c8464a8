import { AgentResearchInstituteEntity, ResearchInstituteEntity } from '@maxxit/database';
import { ConflictError, Decimal, NotFoundError, newId } from '@maxxit/domain';
import { In, type EntityManager } from 'typeorm';
import type { FollowInstituteDto } from './research-institute.dto';

/**
 * Has an agent follow research institutes. Throws NotFoundError RESEARCH_INSTITUTE_NOT_FOUND, ConflictError ALREADY_FOLLOWED; to be
 * called in a transaction.
 */
export async function followInstitutes(manager: EntityManager, agentId: string, institutes: FollowInstituteDto[]): Promise<void> {
  if (institutes.length === 0) return;
  const ids = institutes.map(({ instituteId }) => instituteId);
  const known = new Set((await manager.findBy(ResearchInstituteEntity, { id: In(ids) })).map(({ id }) => id));
  const missing = ids.find((id) => !known.has(id.toLowerCase()));
  if (missing !== undefined) {
    throw new NotFoundError('RESEARCH_INSTITUTE_NOT_FOUND', `There is no research institute ${missing}; create it first.`);
  }
  const inserted = await manager
    .createQueryBuilder()
    .insert()
    .into(AgentResearchInstituteEntity)
    .values(institutes.map(({ instituteId, weight = '1' }) => ({ id: newId(), agentId, instituteId, weight: new Decimal(weight) })))
    .orIgnore()
    .returning('id')
    .execute();
  if ((inserted.raw as unknown[]).length < institutes.length) {
    throw new ConflictError('ALREADY_FOLLOWED', 'The agent follows this institute already; remove it first to give it another weight.');
  }
}
