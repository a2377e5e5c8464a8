import { AgentEntity, DeploymentEntity, DeploymentVenueEntity, recordAudit, UserEntity } from '@maxxit/database';
import { CLOCK, ConflictError, KEY_VAULT, NotFoundError, newId, type Clock, type KeyVault } from '@maxxit/domain';
import { currentActor } from '@maxxit/platform';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { AUDIT_ACTOR } from '../audit-actor';
import { AuthorisationsService } from './authorisations.service';
import { DeploymentDto, type CreateDeploymentDto, type CreatedDeploymentDto } from './deployment.dto';
import { findDeployment } from './find-deployment';
import { limitColumns, mandateEnd } from './limits';
import { auditKeys, lockVenueAccount, makeVenueKey, takeVenueKey } from './venue-keys';

@Injectable()
export class CreateDeploymentService {
  private readonly logger = new Logger(CreateDeploymentService.name);

  constructor(
    private readonly dataSource: DataSource,
    private readonly authorisations: AuthorisationsService,
    @Inject(KEY_VAULT) private readonly vault: KeyVault,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Creates a deployment that awaits the user's authorisation, with the user, the accounts and the keys it needs, or nothing at all;
   * answers with what the user has to sign. Throws InvalidRequestError MANDATE_NOT_VALID; NotFoundError AGENT_NOT_FOUND; ConflictError
   * AGENT_NOT_ACTIVE, VENUE_NOT_OF_AGENT, VENUE_ACCOUNT_TAKEN.
   */
  async create(request: CreateDeploymentDto & { userWallet: string }): Promise<CreatedDeploymentDto> {
    const now = this.clock.now();
    const { agentId, userWallet, venues, ...limits } = request;
    const mandateValidUntil = mandateEnd(limits.mandateValidUntil, now);
    const id = newId();
    // In one order for all, so that requests for the same two accounts can't wait for each other.
    const ordered = [...venues].sort((a, b) => a.venue.localeCompare(b.venue));
    const prepared = await Promise.all(ordered.map(async (entry) => ({ ...entry, fresh: await makeVenueKey(this.vault) })));

    const created = await this.dataSource.transaction(async (manager) => {
      await lockAgent(manager, request);
      const userId = await userOf(manager, userWallet);
      await manager.insert(DeploymentEntity, { id, agentId, userId, state: 'awaiting_authorisation', ...limitColumns(limits, now) });
      const madeKeyIds: string[] = [];
      for (const { fresh, ...entry } of prepared) {
        const account = await lockVenueAccount(manager, userId, entry);
        const { key, isNew } = await takeVenueKey(manager, account, fresh, mandateValidUntil);
        if (isNew) madeKeyIds.push(key.id);
        await manager.insert(DeploymentVenueEntity, {
          deploymentId: id,
          venue: entry.venue,
          venueAccountId: account.id,
          venueKeyId: key.id,
        });
      }
      const deployment = await findDeployment(manager, id);
      const details = { agentId, userWallet, ...limits };
      await recordAudit(manager, { at: now, actor: currentActor(AUDIT_ACTOR), action: 'deployment.created', subjectId: id, details });
      await auditKeys(manager, 'made', madeKeyIds, now);
      return { deployment: DeploymentDto.of(deployment), authorisations: await this.authorisations.of(manager, deployment) };
    });
    this.logger.log({ deploymentId: id, agentId }, 'deployment created; it awaits authorisation');
    return created;
  }
}

/** Locked, so that it is not archived before the deployment that would have to wind down exists. */
async function lockAgent(manager: EntityManager, { agentId, venues }: CreateDeploymentDto): Promise<void> {
  const agent = await manager.findOne(AgentEntity, { where: { id: agentId }, lock: { mode: 'pessimistic_read' } });
  if (!agent) throw new NotFoundError('AGENT_NOT_FOUND', `There is no agent ${agentId}.`);
  if (agent.state !== 'active')
    throw new ConflictError('AGENT_NOT_ACTIVE', `The agent is ${agent.state}; only active agents can be deployed.`);
  const foreign = venues.find(({ venue }) => !agent.venues.includes(venue));
  if (foreign) {
    throw new ConflictError('VENUE_NOT_OF_AGENT', `The agent does not trade at ${foreign.venue}; it trades at ${agent.venues.join(', ')}.`);
  }
}

async function userOf(manager: EntityManager, walletAddress: string): Promise<string> {
  await manager.createQueryBuilder().insert().into(UserEntity).values({ id: newId(), walletAddress }).orIgnore().execute();
  return (await manager.findOneByOrFail(UserEntity, { walletAddress })).id;
}
