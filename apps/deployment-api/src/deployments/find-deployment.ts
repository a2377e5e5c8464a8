import { DeploymentEntity } from '@maxxit/database';
import { NotFoundError } from '@maxxit/domain';
import { assertIfMatch } from '@maxxit/platform';
import type { EntityManager } from 'typeorm';
import { DeploymentDto } from './deployment.dto';
import { mandatesInForce } from './mandates.service';

/** What a DeploymentDto is made of. */
export const DEPLOYMENT_RELATIONS = { user: true, venues: { venueAccount: true, venueKey: true } } as const;

/** The deployment with its user, and its venues with account and key. Throws NotFoundError DEPLOYMENT_NOT_FOUND and what assertIfMatch throws. */
export async function findDeployment(manager: EntityManager, id: string): Promise<DeploymentEntity> {
  const deployment = await manager.findOne(DeploymentEntity, {
    where: { id },
    relations: DEPLOYMENT_RELATIONS,
    order: { venues: { venue: 'ASC' } },
  });
  if (!deployment) throw new NotFoundError('DEPLOYMENT_NOT_FOUND', `There is no deployment ${id}.`);
  assertIfMatch(deployment);
  return deployment;
}

/** The same for an answer. */
export async function readDeployment(manager: EntityManager, id: string): Promise<DeploymentDto> {
  const deployment = await findDeployment(manager, id);
  return DeploymentDto.of(deployment, (await mandatesInForce(manager, [id])).get(id));
}
