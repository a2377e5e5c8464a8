import { runApi } from '@maxxit/platform';
import { AgentApiModule } from './agent-api.module';

await runApi(AgentApiModule);
