import { runWorker } from '@maxxit/platform';
import { TweetIngestionModule } from './tweet-ingestion.module';

await runWorker(TweetIngestionModule);
