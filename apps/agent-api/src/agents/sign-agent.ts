import { AgentVersionEntity } from '@maxxit/database';
import { agentManifest, manifestTypedData, newId, type AgentManifest, type AgentTerms } from '@maxxit/domain';
import { typedDataDigest, type SignatureProof, type SignatureVerifier } from '@maxxit/platform';
import type { EntityManager } from 'typeorm';
import type { ManifestToSignDto } from './manifest.dto';

/** What a creator has to sign for these terms. */
export function manifestToSign(agentId: string, version: number, terms: AgentTerms): ManifestToSignDto {
  const manifest = agentManifest(agentId, version, terms);
  const typedData = manifestTypedData(manifest);
  return { manifest, typedData, digest: typedDataDigest(typedData) };
}

export interface SignedManifest extends SignatureProof {
  manifest: AgentManifest;
}

/** Throws what `verify` does unless the creator has signed exactly these terms. Not to be called in a transaction. */
export async function signedManifest(
  verifier: SignatureVerifier,
  agentId: string,
  version: number,
  terms: AgentTerms,
  signature: string,
): Promise<SignedManifest> {
  const manifest = agentManifest(agentId, version, terms);
  return { manifest, ...(await verifier.verify(manifestTypedData(manifest), terms.creator, signature)) };
}

/** Keeps a signed version, in the transaction that puts its terms in force. */
export async function insertVersion(manager: EntityManager, { manifest, ...proof }: SignedManifest, signedAt: Date): Promise<void> {
  const { agentId, version, creator } = manifest;
  await manager.insert(AgentVersionEntity, { id: newId(), agentId, version, manifest, signer: creator, ...proof, signedAt });
}
