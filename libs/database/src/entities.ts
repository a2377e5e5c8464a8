import { AgentAccountEntity } from './entities/agent-account.entity';
import { AgentMetricsEntity } from './entities/agent-metrics.entity';
import { AgentResearchInstituteEntity } from './entities/agent-research-institute.entity';
import { AgentVersionEntity } from './entities/agent-version.entity';
import { AgentEntity } from './entities/agent.entity';
import { AuditLogEntity } from './entities/audit-log.entity';
import { AuthorisationStepEntity } from './entities/authorisation-step.entity';
import { ClassificationEntity } from './entities/classification.entity';
import { DeploymentVenueEntity } from './entities/deployment-venue.entity';
import { DeploymentEntity } from './entities/deployment.entity';
import { EquitySnapshotEntity } from './entities/equity-snapshot.entity';
import { EquityProofEntity } from './entities/equity-proof.entity';
import { EventEntity } from './entities/event.entity';
import { FillEntity } from './entities/fill.entity';
import { IdempotencyKeyEntity } from './entities/idempotency-key.entity';
import { KillSwitchEntity } from './entities/kill-switch.entity';
import { MandateEntity } from './entities/mandate.entity';
import { LlmAnswerEntity } from './entities/llm-answer.entity';
import { OrderEntity } from './entities/order.entity';
import { PositionEntity } from './entities/position.entity';
import { PoolWalletEntity } from './entities/pool-wallet.entity';
import { PostEntity } from './entities/post.entity';
import { ProtectiveOrderEntity } from './entities/protective-order.entity';
import { RateLimitEntity } from './entities/rate-limit.entity';
import { ReportEntity } from './entities/report.entity';
import { ReconciliationGapEntity } from './entities/reconciliation-gap.entity';
import { RequestAllowanceEntity } from './entities/request-allowance.entity';
import { RequestSpendingEntity } from './entities/request-spending.entity';
import { RequestTurnEntity } from './entities/request-turn.entity';
import { ResearchInstituteEntity } from './entities/research-institute.entity';
import { RoutingDecisionEntity } from './entities/routing-decision.entity';
import { SignalSourceEntity } from './entities/signal-source.entity';
import { SignalEntity } from './entities/signal.entity';
import { SignerNonceEntity } from './entities/signer-nonce.entity';
import { CallOutcomeEntity } from './entities/call-outcome.entity';
import { MarketSyncEntity } from './entities/market-sync.entity';
import { MarketPriceEntity } from './entities/market-price.entity';
import { SocialListEntity } from './entities/social-list.entity';
import { SourceBudgetEntity } from './entities/source-budget.entity';
import { UserEntity } from './entities/user.entity';
import { VenueAccountEntity } from './entities/venue-account.entity';
import { VenueCashFlowEntity } from './entities/venue-cash-flow.entity';
import { VenueFillEntity } from './entities/venue-fill.entity';
import { VenueLedgerEntity } from './entities/venue-ledger.entity';
import { VenueKeyEntity } from './entities/venue-key.entity';
import { VenueMarketEntity } from './entities/venue-market.entity';
import { WebhookDeliveryEntity } from './entities/webhook-delivery.entity';
import { WebhookEntity } from './entities/webhook.entity';
import { XAccountEntity } from './entities/x-account.entity';
import { ApiKeyEntity } from './entities/api-key.entity';
import { RefreshTokenEntity } from './entities/refresh-token.entity';
import { SessionEntity } from './entities/session.entity';
import { SignInNonceEntity } from './entities/sign-in-nonce.entity';
import { TokenKeyEntity } from './entities/token-key.entity';
import { TokenSigningKeyEntity } from './entities/token-signing-key.entity';

/** Every table. */
export const ENTITIES = [
  AgentAccountEntity,
  AgentMetricsEntity,
  AgentResearchInstituteEntity,
  AgentEntity,
  AgentVersionEntity,
  AuditLogEntity,
  AuthorisationStepEntity,
  ClassificationEntity,
  DeploymentVenueEntity,
  DeploymentEntity,
  EquitySnapshotEntity,
  EquityProofEntity,
  EventEntity,
  FillEntity,
  IdempotencyKeyEntity,
  KillSwitchEntity,
  MandateEntity,
  LlmAnswerEntity,
  OrderEntity,
  PositionEntity,
  PoolWalletEntity,
  PostEntity,
  ProtectiveOrderEntity,
  RateLimitEntity,
  ReportEntity,
  ReconciliationGapEntity,
  RequestAllowanceEntity,
  RequestSpendingEntity,
  RequestTurnEntity,
  ResearchInstituteEntity,
  RoutingDecisionEntity,
  SignalSourceEntity,
  SignalEntity,
  SignerNonceEntity,
  CallOutcomeEntity,
  MarketPriceEntity,
  MarketSyncEntity,
  SocialListEntity,
  SourceBudgetEntity,
  UserEntity,
  VenueAccountEntity,
  VenueCashFlowEntity,
  VenueFillEntity,
  VenueLedgerEntity,
  VenueKeyEntity,
  VenueMarketEntity,
  WebhookEntity,
  WebhookDeliveryEntity,
  XAccountEntity,
  ApiKeyEntity,
  RefreshTokenEntity,
  SessionEntity,
  SignInNonceEntity,
  TokenKeyEntity,
  TokenSigningKeyEntity,
];
