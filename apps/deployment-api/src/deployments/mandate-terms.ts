import { ConflictError, Decimal } from '@maxxit/domain';
import type { CreateDeploymentDto, DeploymentVenueRequestDto } from './deployment.dto';
import { mandateEnd } from './limits';
import type { MandateTerms } from './mandates.service';

/** With the wallet that it is for. */
export type DeploymentRequest = CreateDeploymentDto & { userWallet: string };

/** What the user of a new deployment signs. Throws ConflictError MANDATE_NOT_VALID, VENUE_TWICE. */
export function mandateTerms(request: DeploymentRequest, now: Date): MandateTerms {
  assertEachOnce(request.venues);
  return {
    user: request.userWallet,
    accounts: request.venues,
    maxNotionalUsd: new Decimal(request.maxNotionalUsd),
    maxLeverage: new Decimal(request.maxLeverage),
    maxDailyLossUsd: new Decimal(request.maxDailyLossUsd),
    mandateValidUntil: mandateEnd(request.mandateValidUntil, now),
  };
}

/** Throws ConflictError VENUE_TWICE. */
export function assertEachOnce(venues: readonly DeploymentVenueRequestDto[]): void {
  const twice = venues.find(({ venue }, index) => venues.findIndex((other) => other.venue === venue) < index);
  if (twice) throw new ConflictError('VENUE_TWICE', `${twice.venue} is named twice; a deployment has one account at a venue.`);
}
