import { runWorker } from '@maxxit/platform';
import { PositionMonitorModule } from './position-monitor.module';

await runWorker(PositionMonitorModule);
