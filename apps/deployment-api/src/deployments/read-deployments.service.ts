import { AuthorisationStepEntity, DeploymentEntity } from '@maxxit/database';
import { ConflictError } from '@maxxit/domain';
import { decodeCursor, toPage, type SignedInUser } from '@maxxit/platform';
import { Injectable } from '@nestjs/common';
import { DataSource, In, LessThan } from 'typeorm';
import { AuthorisationStatusDto } from './authorisation.dto';
import { AuthorisationsService } from './authorisations.service';
import { DeploymentDto, type AuthorisationsDto, type DeploymentPageDto, type ListDeploymentsDto } from './deployment.dto';
import { DEPLOYMENT_RELATIONS, findDeployment, readDeployment } from './find-deployment';
import { mandatesInForce } from './mandates.service';

@Injectable()
export class ReadDeploymentsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly authorising: AuthorisationsService,
  ) {}

  /** The caller's own, of an admin those of all users; the newest first: ids are made in the order of time. */
  async list({ limit, cursor, agentId, userWallet, state }: ListDeploymentsDto, caller: SignedInUser): Promise<DeploymentPageDto> {
    const ids = await this.dataSource.manager.find(DeploymentEntity, {
      select: { id: true },
      where: {
        ...(agentId && { agentId }),
        ...(userWallet && { user: { walletAddress: userWallet } }),
        ...(!caller.isAdmin && { userId: caller.id }),
        ...(state && { state }),
        ...(cursor && { id: LessThan(decodeCursor(cursor, ['uuid'])[0]) }),
      },
      order: { id: 'DESC' },
      take: limit + 1,
    });
    const page = toPage(ids, limit, ({ id }) => [id]);
    const items = await this.dataSource.manager.find(DeploymentEntity, {
      where: { id: In(page.items.map(({ id }) => id)) },
      relations: DEPLOYMENT_RELATIONS,
      order: { id: 'DESC', venues: { venue: 'ASC' } },
    });
    const mandates = await mandatesInForce(
      this.dataSource.manager,
      items.map(({ id }) => id),
    );
    return { items: items.map((deployment) => DeploymentDto.of(deployment, mandates.get(deployment.id))), nextCursor: page.nextCursor };
  }

  /** Throws NotFoundError DEPLOYMENT_NOT_FOUND. */
  async get(id: string): Promise<DeploymentDto> {
    return readDeployment(this.dataSource.manager, id);
  }

  /** What the user has to sign, made anew. Throws NotFoundError DEPLOYMENT_NOT_FOUND, ConflictError DEPLOYMENT_CLOSED. */
  async authorisations(id: string): Promise<AuthorisationsDto> {
    const deployment = await findDeployment(this.dataSource.manager, id);
    if (deployment.state === 'closed')
      throw new ConflictError('DEPLOYMENT_CLOSED', 'The deployment is closed; there is nothing to authorise.');
    return this.authorising.withGas(await this.authorising.of(this.dataSource.manager, deployment));
  }

  /** What the venues last said. Throws NotFoundError DEPLOYMENT_NOT_FOUND. */
  async authorisationStatus(id: string): Promise<AuthorisationStatusDto> {
    const { manager } = this.dataSource;
    const deployment = await findDeployment(manager, id);
    const steps = await manager.find(AuthorisationStepEntity, { where: { deploymentId: id }, order: { venue: 'ASC', step: 'ASC' } });
    return AuthorisationStatusDto.of(deployment, steps);
  }
}
