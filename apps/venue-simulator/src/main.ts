import { runApi } from '@maxxit/platform';
import { VenueSimulatorModule } from './venue-simulator.module';

await runApi(VenueSimulatorModule);
