import { DeploymentVenueEntity, type DeploymentEntity } from '@maxxit/database';
import { CLOCK, Decimal, type Clock } from '@maxxit/domain';
import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { hyperliquidAuthorisation, ostiumAuthorisation } from './authorisation';
import type { HyperliquidAuthorisationDto, OstiumAuthorisationDto } from './authorisation.dto';
import { AUTHORISATION_SETTINGS, type AuthorisationSettings } from './authorisation.settings';

@Injectable()
export class AuthorisationsService {
  constructor(
    @Inject(AUTHORISATION_SETTINGS) private readonly settings: AuthorisationSettings,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** What the user has to sign or send for each venue. The deployment comes with its venues, accounts and keys. */
  async of(manager: EntityManager, deployment: DeploymentEntity): Promise<(HyperliquidAuthorisationDto | OstiumAuthorisationDto)[]> {
    const authorisations: (HyperliquidAuthorisationDto | OstiumAuthorisationDto)[] = [];
    for (const { venue, venueAccountId, venueAccount, venueKey } of deployment.venues!) {
      const accountAddress = venueAccount!.address;
      if (venue === 'hyperliquid') {
        const validUntil = venueKey!.validUntil ?? deployment.mandateValidUntil;
        const approval = { accountAddress, agentAddress: venueKey!.address, deploymentId: deployment.id, validUntil };
        authorisations.push(hyperliquidAuthorisation(this.settings.HYPERLIQUID_NETWORK, approval, this.clock.now()));
      } else if (venue === 'ostium') {
        const capUsd = await totalNotionalUsd(manager, venueAccountId);
        authorisations.push(ostiumAuthorisation(this.settings, { accountAddress, delegateAddress: venueKey!.address, capUsd }));
      }
    }
    return authorisations;
  }
}

/** What all deployments on an account may hold together, USD: a second approval replaces the first, so it has to cover them all. */
async function totalNotionalUsd(manager: EntityManager, venueAccountId: string): Promise<Decimal> {
  const row = await manager
    .createQueryBuilder(DeploymentVenueEntity, 'venue')
    .innerJoin('venue.deployment', 'deployment')
    .select('COALESCE(sum(deployment.maxNotionalUsd), 0)', 'total')
    .where(`venue.venueAccountId = :venueAccountId AND deployment.state <> 'closed'`, { venueAccountId })
    .getRawOne<{ total: string }>();
  return new Decimal(row!.total);
}
