import { runWorker } from '@maxxit/platform';
import { TradeExecutorModule } from './trade-executor.module';

await runWorker(TradeExecutorModule);
