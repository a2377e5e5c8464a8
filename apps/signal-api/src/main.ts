import { runApi } from '@maxxit/platform';
import { SignalApiModule } from './signal-api.module';

await runApi(SignalApiModule);
