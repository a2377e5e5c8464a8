import { runApi } from '@maxxit/platform';
import { DeploymentApiModule } from './deployment-api.module';

await runApi(DeploymentApiModule);
