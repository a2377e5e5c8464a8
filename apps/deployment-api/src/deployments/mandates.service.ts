import { AgentVersionEntity, MandateEntity, type AgentEntity } from '@maxxit/database';
import {
  ConflictError,
  KEY_VAULT,
  sortVenues,
  mandateTypedData,
  newId,
  type Decimal,
  type DeploymentMandate,
  type KeyVault,
  type SealedKey,
  type Venue,
} from '@maxxit/domain';
import { SignatureVerifier, typedDataDigest, type SignatureProof } from '@maxxit/platform';
import { Inject, Injectable } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { In, IsNull, type EntityManager } from 'typeorm';
import type { MandateToSignDto } from './mandate.dto';

/** What a mandate is made of besides the agent's version and the nonce. */
export interface MandateTerms {
  user: string;
  accounts: readonly { venue: Venue; address: string }[];
  maxNotionalUsd: Decimal;
  maxLeverage: Decimal;
  maxDailyLossUsd: Decimal;
  mandateValidUntil: Date;
}

/** A mandate whose signature was verified and sealed: ready to be stored. */
export interface SignedMandate extends SignatureProof, SealedKey {
  id: string;
  agentVersionId: string;
  mandate: DeploymentMandate;
}

@Injectable()
export class MandatesService {
  constructor(
    @Inject(KEY_VAULT) private readonly vault: KeyVault,
    private readonly verifier: SignatureVerifier,
  ) {}

  /** What the user has to sign, with a new nonce. Throws ConflictError MANIFEST_NOT_SIGNED. */
  async prepare(manager: EntityManager, agent: AgentEntity, terms: MandateTerms): Promise<MandateToSignDto> {
    const mandate = mandateOf(await versionInForce(manager, agent), terms, `0x${randomBytes(32).toString('hex')}`);
    const typedData = mandateTypedData(mandate);
    return { mandate, typedData, digest: typedDataDigest(typedData) };
  }

  /**
   * Verifies and seals what the user has signed. Not in a transaction. Throws ForbiddenError SIGNATURE_MISMATCH, ConflictError
   * MANIFEST_NOT_SIGNED, RetryableError WALLET_NOT_ASKED, KEY_SERVICE_UNAVAILABLE.
   */
  async verify(
    manager: EntityManager,
    agent: AgentEntity,
    terms: MandateTerms,
    { nonce, signature }: { nonce: string; signature: string },
  ): Promise<SignedMandate> {
    const version = await versionInForce(manager, agent);
    const mandate = mandateOf(version, terms, nonce);
    const proof = await this.verifier.verify(mandateTypedData(mandate), terms.user, signature);
    const id = newId();
    return { id, agentVersionId: version.id, mandate, ...proof, ...(await this.vault.seal(id, 1, signature)) };
  }

  /** Puts a mandate in force in place of the one before. In a transaction. Throws ConflictError MANDATE_USED for a nonce that was used before. */
  async store(manager: EntityManager, deploymentId: string, userId: string, signed: SignedMandate, now: Date): Promise<void> {
    await manager.update(MandateEntity, { deploymentId, supersededAt: IsNull() }, { supersededAt: now });
    const { user: signer, nonce } = signed.mandate;
    const row = { ...signed, version: 1, deploymentId, userId, signer, nonce, signedAt: now };
    const inserted = await manager.createQueryBuilder().insert().into(MandateEntity).values(row).orIgnore().returning('id').execute();
    if ((inserted.raw as unknown[]).length === 1) return;
    throw new ConflictError('MANDATE_USED', 'A mandate with this nonce was used before: ask for a new one and sign that.');
  }
}

/** The mandates in force, by deployment, with the versions of the agents that they are for. */
export async function mandatesInForce(manager: EntityManager, deploymentIds: string[]): Promise<Map<string, MandateEntity>> {
  const mandates = await manager.findBy(MandateEntity, { deploymentId: In(deploymentIds), supersededAt: IsNull() });
  return new Map(mandates.map((mandate) => [mandate.deploymentId, mandate]));
}

async function versionInForce(manager: EntityManager, { id, version }: AgentEntity): Promise<AgentVersionEntity> {
  const found = await manager.findOneBy(AgentVersionEntity, { agentId: id, version });
  if (found) return found;
  throw new ConflictError('MANIFEST_NOT_SIGNED', "The agent's terms were never signed by its creator, so nobody can agree to them.");
}

function mandateOf(version: AgentVersionEntity, terms: MandateTerms, nonce: string): DeploymentMandate {
  return {
    user: terms.user,
    agentId: version.agentId,
    agentVersion: version.version,
    agentManifest: version.digest,
    accounts: sortVenues(terms.accounts.map(({ venue }) => venue))
      .flatMap((venue) => terms.accounts.filter((account) => account.venue === venue))
      .map(({ venue, address }) => ({
        venue,
        address,
      })),
    maxNotionalUsd: terms.maxNotionalUsd.toFixed(),
    maxLeverage: terms.maxLeverage.toFixed(),
    maxDailyLossUsd: terms.maxDailyLossUsd.toFixed(),
    validUntil: terms.mandateValidUntil.toISOString(),
    nonce,
  };
}
