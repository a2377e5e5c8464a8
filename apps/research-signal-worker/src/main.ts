import { runWorker } from '@maxxit/platform';
import { ResearchSignalModule } from './research-signal.module';

await runWorker(ResearchSignalModule);
