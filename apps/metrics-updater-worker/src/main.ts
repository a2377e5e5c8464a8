import { runWorker } from '@maxxit/platform';
import { MetricsUpdaterModule } from './metrics-updater.module';

await runWorker(MetricsUpdaterModule);
