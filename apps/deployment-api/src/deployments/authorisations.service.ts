import { DeploymentVenueEntity, type DeploymentEntity } from '@maxxit/database';
import {
  CLOCK,
  ConflictError,
  Decimal,
  DomainError,
  isOutsideVenue,
  type Clock,
  type GasFunds,
  type Venue,
  type VenueAdapter,
} from '@maxxit/domain';
import { VenueRegistry } from '@maxxit/venues';
import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { gasTransfer, hyperliquidAuthorisation, ostiumAuthorisation } from './authorisation';
import { AUTHORISATION_SETTINGS, type AuthorisationSettings } from './authorisation.settings';
import type { AuthorisationsDto } from './deployment.dto';

@Injectable()
export class AuthorisationsService {
  constructor(
    @Inject(AUTHORISATION_SETTINGS) private readonly settings: AuthorisationSettings,
    private readonly venues: VenueRegistry,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** What the user has to sign, send or do for each venue, but for gas. The deployment comes with its venues, accounts and keys. */
  async of(manager: EntityManager, deployment: DeploymentEntity): Promise<AuthorisationsDto> {
    const answer: AuthorisationsDto = { authorisations: [], outside: [] };
    for (const { venue, venueAccountId, venueAccount, venueKey } of deployment.venues!) {
      const accountAddress = venueAccount!.address;
      const keyAddress = venueKey!.address;
      if (venue === 'hyperliquid') {
        const validUntil = venueKey!.validUntil ?? deployment.mandateValidUntil;
        const approval = { accountAddress, agentAddress: keyAddress, deploymentId: deployment.id, validUntil };
        answer.authorisations.push(hyperliquidAuthorisation(this.settings.HYPERLIQUID_NETWORK, approval, this.clock.now()));
      } else if (venue === 'ostium') {
        const capUsd = await totalNotionalUsd(manager, venueAccountId);
        answer.authorisations.push(ostiumAuthorisation(this.settings, { accountAddress, delegateAddress: keyAddress, capUsd }));
      } else if (isOutsideVenue(venue)) {
        answer.outside.push({ venue, accountAddress, keyAddress, approvalGuide: this.guideOf(venue) });
      }
    }
    return answer;
  }

  /** Adds the transfer of ETH to a delegate that has too little. Asks the venue: not in a transaction. */
  async withGas(answer: AuthorisationsDto): Promise<AuthorisationsDto> {
    const authorisations = await Promise.all(
      answer.authorisations.map(async (entry) => {
        if (entry.venue !== 'ostium') return entry;
        const gas = await this.gasFunds(entry.venue, entry.delegateAddress);
        return gas?.isLow ? { ...entry, calls: [...entry.calls, gasTransfer(entry.delegateAddress, gas.topUpWei)] } : entry;
      }),
    );
    return { ...answer, authorisations };
  }

  /** What a key has for gas; null where it pays none or the venue can't be asked. `delegate` null: a key that is not made yet. */
  async gasFunds(venue: Venue, delegate: string | null): Promise<GasFunds | null> {
    try {
      return (await this.adapterOf(venue)?.gasFunds?.(delegate)) ?? null;
    } catch (error) {
      if (error instanceof DomainError) return null;
      throw error;
    }
  }

  /** Undefined where this system does not trade at the venue. */
  adapterOf(venue: Venue): VenueAdapter | undefined {
    return this.venues.has(venue) ? this.venues.get(venue) : undefined;
  }

  /**
   * Throws ConflictError VENUE_NOT_SERVED for a venue from outside that this system has no adapter for; ACCOUNT_NOT_PROVABLE for an account
   * that would never be known to be the user's.
   */
  assertUsable(wallet: string, accounts: readonly { venue: Venue; address: string }[]): void {
    const elsewhere = accounts.find(({ venue }) => isOutsideVenue(venue) && !this.venues.has(venue));
    if (elsewhere) throw new ConflictError('VENUE_NOT_SERVED', `This system does not trade at ${elsewhere.venue}.`);
    const never = accounts.find((account) => this.isProvable(wallet, account) === false);
    if (!never) return;
    throw new ConflictError('ACCOUNT_NOT_PROVABLE', `${notProvable(never.venue)} Deploy on the account of the wallet ${wallet} there.`);
  }

  /** Whether it can be known that an account is the user's: it is their own wallet, or the venue says whose keys it has approved. Null: not served. */
  isProvable(wallet: string, { venue, address }: { venue: Venue; address: string }): boolean | null {
    if (address === wallet) return true;
    const adapter = this.adapterOf(venue);
    return adapter ? adapter.authorisation !== undefined : null;
  }

  /** What a user does at a venue from outside; null where that is nothing, or the venue is served no more. */
  guideOf(venue: Venue): string | null {
    return this.adapterOf(venue)?.approvalGuide ?? null;
  }
}

export function notProvable(venue: Venue): string {
  return `As ${venue} is reached here, it does not say whose keys an account has approved.`;
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
