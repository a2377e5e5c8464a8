import { Decimal } from '@maxxit/domain';
import type { CreateDeploymentDto } from './deployment.dto';
import { mandateEnd } from './limits';
import type { MandateTerms } from './mandates.service';

/** With the wallet that it is for. */
export type DeploymentRequest = CreateDeploymentDto & { userWallet: string };

/** What the user of a new deployment signs. Throws InvalidRequestError MANDATE_NOT_VALID. */
export function mandateTerms(request: DeploymentRequest, now: Date): MandateTerms {
  return {
    user: request.userWallet,
    accounts: request.venues,
    maxNotionalUsd: new Decimal(request.maxNotionalUsd),
    maxLeverage: new Decimal(request.maxLeverage),
    maxDailyLossUsd: new Decimal(request.maxDailyLossUsd),
    mandateValidUntil: mandateEnd(request.mandateValidUntil, now),
  };
}
