import { AgentAccountEntity } from './entities/agent-account.entity';
import { AgentMetricsEntity } from './entities/agent-metrics.entity';
import { AgentResearchInstituteEntity } from './entities/agent-research-institute.entity';
import { AgentEntity } from './entities/agent.entity';
import { ClassificationEntity } from './entities/classification.entity';
import { DeploymentVenueEntity } from './entities/deployment-venue.entity';
import { DeploymentEntity } from './entities/deployment.entity';
import { EquitySnapshotEntity } from './entities/equity-snapshot.entity';
import { FillEntity } from './entities/fill.entity';
import { OrderEntity } from './entities/order.entity';
import { PositionEntity } from './entities/position.entity';
import { PostEntity } from './entities/post.entity';
import { ReportEntity } from './entities/report.entity';
import { ResearchInstituteEntity } from './entities/research-institute.entity';
import { RoutingDecisionEntity } from './entities/routing-decision.entity';
import { SignalSourceEntity } from './entities/signal-source.entity';
import { SignalEntity } from './entities/signal.entity';
import { UserEntity } from './entities/user.entity';
import { VenueAccountEntity } from './entities/venue-account.entity';
import { VenueKeyEntity } from './entities/venue-key.entity';
import { XAccountEntity } from './entities/x-account.entity';

/** Every table. */
export const ENTITIES = [
  AgentAccountEntity,
  AgentMetricsEntity,
  AgentResearchInstituteEntity,
  AgentEntity,
  ClassificationEntity,
  DeploymentVenueEntity,
  DeploymentEntity,
  EquitySnapshotEntity,
  FillEntity,
  OrderEntity,
  PositionEntity,
  PostEntity,
  ReportEntity,
  ResearchInstituteEntity,
  RoutingDecisionEntity,
  SignalSourceEntity,
  SignalEntity,
  UserEntity,
  VenueAccountEntity,
  VenueKeyEntity,
  XAccountEntity,
];
