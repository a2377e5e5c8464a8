import { AgentEntity, DeploymentEntity, recordAudit, UserEntity } from '@maxxit/database';
import { CLOCK, ConflictError, InvalidRequestError, newId, type Clock } from '@maxxit/domain';
import { currentActor } from '@maxxit/platform';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { AUDIT_ACTOR } from '../audit-actor';
import { AuthorisationsService } from './authorisations.service';
import { DeploymentDto, type CreatedDeploymentDto } from './deployment.dto';
import { findAgentFor } from './find-agent';
import { findDeployment } from './find-deployment';
import { limitColumns, limitDetails } from './limits';
import { mandateTerms, type DeploymentRequest } from './mandate-terms';
import { MandatesService, mandatesInForce } from './mandates.service';
import { addVenues, auditMadeKeys } from './venue-keys';

@Injectable()
export class CreateDeploymentService {
  private readonly logger = new Logger(CreateDeploymentService.name);

  constructor(
    private readonly dataSource: DataSource,
    private readonly authorisations: AuthorisationsService,
    private readonly mandates: MandatesService,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Creates a deployment that awaits the user's authorisation, with the user, the mandate, the accounts and the keys it needs, or nothing at
   * all; answers with what the user has to sign for the venues. Throws InvalidRequestError SIGNATURE_MISSING; ForbiddenError
   * SIGNATURE_MISMATCH; NotFoundError AGENT_NOT_FOUND; ConflictError MANDATE_NOT_VALID, VENUE_TWICE, AGENT_NOT_ACTIVE, MANIFEST_NOT_SIGNED,
   * VENUE_NOT_OF_AGENT, VENUE_NOT_SERVED, VENUE_ACCOUNT_TAKEN, ACCOUNT_NOT_PROVABLE, MANDATE_USED;
   * RetryableError WALLET_POOL_EMPTY, KEY_SERVICE_UNAVAILABLE.
   */
  async create(request: DeploymentRequest): Promise<CreatedDeploymentDto> {
    const now = this.clock.now();
    const { agentId, userWallet, venues, nonce, signature } = request;
    const limits = limitColumns(request, now);
    if (nonce === undefined || signature === undefined) {
      throw new InvalidRequestError('SIGNATURE_MISSING', 'Sign the mandate first: dryRun answers with its typed data and nonce.');
    }
    const terms = mandateTerms(request, now);
    const { manager: reading } = this.dataSource;
    const agent = await findAgentFor(reading, agentId, userWallet);
    assertDeployable(agent, request);
    this.authorisations.assertUsable(userWallet, venues);
    const signed = await this.mandates.verify(reading, agent, terms, { nonce, signature });
    const id = newId();

    const created = await this.dataSource.transaction(async (manager) => {
      // Locked, so that it is not archived before the deployment that would have to wind down exists.
      assertDeployable(await manager.findOneOrFail(AgentEntity, { where: { id: agentId }, lock: { mode: 'pessimistic_read' } }), request);
      const userId = await userOf(manager, userWallet);
      await manager.insert(DeploymentEntity, { id, agentId, userId, state: 'awaiting_authorisation', ...limits });
      await this.mandates.store(manager, id, userId, signed, now);
      const madeKeyIds = await addVenues(manager, { id, userId }, venues, terms.mandateValidUntil, now, this.authorisations);
      const deployment = await findDeployment(manager, id);
      const details = { agentId, userWallet, ...limitDetails(limits), mandate: signed.digest };
      await recordAudit(manager, { at: now, actor: currentActor(AUDIT_ACTOR), action: 'deployment.created', subjectId: id, details });
      await auditMadeKeys(manager, madeKeyIds, now);
      const mandate = (await mandatesInForce(manager, [id])).get(id);
      return { deployment: DeploymentDto.of(deployment, mandate), authorisations: await this.authorisations.of(manager, deployment) };
    });
    this.logger.log({ deploymentId: id, agentId }, 'deployment created; it awaits authorisation');
    return { deployment: created.deployment, ...(await this.authorisations.withGas(created.authorisations)) };
  }
}

function assertDeployable(agent: AgentEntity, { venues }: Pick<DeploymentRequest, 'venues'>): void {
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
