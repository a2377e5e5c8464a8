import type { MigrationInterface } from 'typeorm';
import { Initial1795446000000 } from './migrations/1795446000000-initial';
import { KillSwitchAndAudit1795450354074 } from './migrations/1795450354074-kill-switch-and-audit';
import { Exits1795450451154 } from './migrations/1795450451154-exits';
import { Protections1795450552241 } from './migrations/1795450552241-protections';
import { AddReconciliation1795451052394 } from './migrations/1795451052394-add-reconciliation';
import { PreferencesAndWeights1795680185237 } from './migrations/1795680185237-preferences-and-weights';
import { AddAgentVersions1795680190590 } from './migrations/1795680190590-add-agent-versions';
import { AddRoutingInputsAndMarkets1795680327407 } from './migrations/1795680327407-add-routing-inputs-and-markets';
import { SourcesAndImpact1795680534567 } from './migrations/1795680534567-sources-and-impact';
import { SignIn1795680978675 } from './migrations/1795680978675-sign-in';
import { RestingStopsAndNonces1795681055644 } from './migrations/1795681055644-resting-stops-and-nonces';
import { AddMandatesAndWalletPool1795681228160 } from './migrations/1795681228160-add-mandates-and-wallet-pool';
import { AddRequestBudget1795681310971 } from './migrations/1795681310971-add-request-budget';
import { AddAccountLooks1795683969931 } from './migrations/1795683969931-add-account-looks';
import { AddIdempotencyAndRateLimits1795685583191 } from './migrations/1795685583191-add-idempotency-and-rate-limits';
import { AddLlmAnswers1795685703790 } from './migrations/1795685703790-add-llm-answers';
import { TakeWallet1795685973000 } from './migrations/1795685973000-take-wallet';
import { MarketSyncs1795686206240 } from './migrations/1795686206240-market-syncs';
import { AddEventsAndWebhooks1795686499499 } from './migrations/1795686499499-add-events-and-webhooks';
import { AddJoinedVenues1795687036788 } from './migrations/1795687036788-add-joined-venues';
import { AddPublishedAt1795695300000 } from './migrations/1795695300000-add-published-at';
import { ProveVenueAccounts1795696200000 } from './migrations/1795696200000-prove-venue-accounts';
import { VenuesFromOutside1795695406300 } from './migrations/1795695406300-venues-from-outside';
import { TellRequestsApart1795697499167 } from './migrations/1795697499167-tell-requests-apart';
import { AddVersionOfSignals1795697300000 } from './migrations/1795697300000-add-version-of-signals';
import { AddKeysOfServices1795698000000 } from './migrations/1795698000000-add-keys-of-services';
import { AddRequestTurns1795701000000 } from './migrations/1795701000000-add-request-turns';
import { FundGas1795699000000 } from './migrations/1795699000000-fund-gas';

/** Oldest first. `npm run db:generate <name>` adds to it. */
export const MIGRATIONS: (new () => MigrationInterface)[] = [
  Initial1795446000000,
  KillSwitchAndAudit1795450354074,
  Exits1795450451154,
  Protections1795450552241,
  AddReconciliation1795451052394,
  PreferencesAndWeights1795680185237,
  AddAgentVersions1795680190590,
  AddRoutingInputsAndMarkets1795680327407,
  SourcesAndImpact1795680534567,
  SignIn1795680978675,
  RestingStopsAndNonces1795681055644,
  AddMandatesAndWalletPool1795681228160,
  AddRequestBudget1795681310971,
  AddAccountLooks1795683969931,
  AddIdempotencyAndRateLimits1795685583191,
  AddLlmAnswers1795685703790,
  TakeWallet1795685973000,
  MarketSyncs1795686206240,
  AddEventsAndWebhooks1795686499499,
  AddJoinedVenues1795687036788,
  AddPublishedAt1795695300000,
  VenuesFromOutside1795695406300,
  ProveVenueAccounts1795696200000,
  AddVersionOfSignals1795697300000,
  TellRequestsApart1795697499167,
  AddKeysOfServices1795698000000,
  FundGas1795699000000,
  AddRequestTurns1795701000000,
];
