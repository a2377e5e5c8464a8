import { AgentEntity, recordAudit } from '@maxxit/database';
import { CLOCK, ConflictError, newId, type Clock } from '@maxxit/domain';
import { currentActor, SignatureVerifier } from '@maxxit/platform';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { AUDIT_ACTOR } from '../audit-actor';
import { setSources } from '../following/set-sources';
import { AgentDto, type AgentTermsDto, type CreateAgentDto } from './agent.dto';
import { newTerms, termsColumns, termsToSign } from './agent-terms';
import { findAgent } from './find-agent';
import type { ManifestToSignDto } from './manifest.dto';
import { insertVersion, manifestToSign, signedManifest } from './sign-agent';

/** How long a manifest for a new agent may wait for its signature. */
const MANIFEST_MAX_AGE_MS = 86_400_000;
/** How far the clock of whoever made the id may be ahead of ours. */
const CLOCK_SKEW_MS = 60_000;

/** A request whose creator is known. */
type Created<T> = T & { creatorAddress: string };

@Injectable()
export class CreateAgentService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly verifier: SignatureVerifier,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** What has to be signed to create an agent with these terms; stores nothing. Throws NotFoundError RESEARCH_INSTITUTE_NOT_FOUND. */
  async prepare({ creatorAddress, ...request }: Created<AgentTermsDto>): Promise<ManifestToSignDto> {
    return manifestToSign(newId(), 1, await termsToSign(this.dataSource.manager, creatorAddress, newTerms(request)));
  }

  /**
   * Creates the agent as a draft, with all that it follows and its first signed version, or nothing at all. Throws NotFoundError
   * RESEARCH_INSTITUTE_NOT_FOUND; ForbiddenError SIGNATURE_MISMATCH; ConflictError MANIFEST_EXPIRED, SOURCE_TWICE, AGENT_EXISTS; RetryableError
   * WALLET_NOT_ASKED.
   */
  async create({ agentId, signature, creatorAddress, ...request }: Created<CreateAgentDto>): Promise<AgentDto> {
    const at = this.clock.now();
    const id = agentId.toLowerCase();
    assertFresh(id, at);
    const wanted = newTerms(request);
    const signed = await signedManifest(
      this.verifier,
      id,
      1,
      await termsToSign(this.dataSource.manager, creatorAddress, wanted),
      signature,
    );

    return this.dataSource.transaction(async (manager) => {
      const row = { ...termsColumns(wanted), id, creatorAddress, version: 1 };
      const inserted = await manager.createQueryBuilder().insert().into(AgentEntity).values(row).orIgnore().returning('id').execute();
      if ((inserted.raw as unknown[]).length === 0) {
        throw new ConflictError('AGENT_EXISTS', `There is an agent ${id} already: its manifest can't be used a second time.`);
      }
      await setSources(manager, id, wanted);
      await insertVersion(manager, signed, at);
      const details = { name: wanted.name, creatorAddress, venues: wanted.venues.join(','), digest: signed.digest };
      await recordAudit(manager, { at, actor: currentActor(AUDIT_ACTOR), action: 'agent.created', subjectId: id, details });
      return AgentDto.of(await findAgent(manager, id), null);
    });
  }
}

/** Ids are UUIDv7: their first 48 bits are the time in ms at which they were made, and lists are sorted by it. */
function assertFresh(agentId: string, now: Date): void {
  const ageMs = now.getTime() - Number.parseInt(agentId.replace('-', '').slice(0, 12), 16);
  if (ageMs <= MANIFEST_MAX_AGE_MS && ageMs >= -CLOCK_SKEW_MS) return;
  throw new ConflictError('MANIFEST_EXPIRED', 'The manifest is older than a day: ask for a new one at POST /api/agents/manifest.');
}
