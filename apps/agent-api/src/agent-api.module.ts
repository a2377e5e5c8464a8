import { DatabaseModule, databaseSettings } from '@maxxit/database';
import { apiSettings, appSettings, setting } from '@maxxit/platform';
import { Module, type DynamicModule } from '@nestjs/common';
import { z } from 'zod';
import { AgentsController } from './agents/agents.controller';
import { ChangeAgentService } from './agents/change-agent.service';
import { CreateAgentService } from './agents/create-agent.service';
import { PerformanceService } from './agents/performance.service';
import { ReadAgentsService } from './agents/read-agents.service';
import { RoutingStatsService } from './agents/routing-stats.service';
import { TrackRecordService } from './agents/track-record.service';
import { AuthModule } from './auth/auth.module';
import { authSettings } from './auth/auth.settings';
import { AgentAccountsService } from './following/agent-accounts.service';
import { AgentInstitutesService } from './following/agent-institutes.service';
import { FollowingController } from './following/following.controller';
import { ResearchInstitutesController } from './following/research-institutes.controller';
import { ResearchInstitutesService } from './following/research-institutes.service';

/** Agents: what they are, whom they follow, how they do. */
@Module({
  controllers: [AgentsController, FollowingController, ResearchInstitutesController],
  providers: [
    CreateAgentService,
    ReadAgentsService,
    ChangeAgentService,
    RoutingStatsService,
    PerformanceService,
    TrackRecordService,
    AgentAccountsService,
    AgentInstitutesService,
    ResearchInstitutesService,
  ],
})
export class AgentApiModule {
  static readonly service = 'agent-api';

  static readonly about = {
    title: 'Maxxit agents',
    description:
      'Agents: what they are, whom they follow, where their orders go and how they perform. Sign-in for all three APIs, and API keys.',
  };

  static readonly settings = z.object({
    ...appSettings,
    PORT: setting.port().default(4001).describe('the port to listen on'),
    ...apiSettings,
    ...databaseSettings,
    ...authSettings,
  });

  static register(config: z.infer<typeof AgentApiModule.settings>): DynamicModule {
    return {
      module: AgentApiModule,
      imports: [
        DatabaseModule.forRoot({ url: config.DATABASE_URL, service: AgentApiModule.service, poolSize: config.DATABASE_POOL_SIZE }),
        AuthModule.forRoot(config),
      ],
    };
  }
}
