import { setting } from '@maxxit/platform';
import { venueModule } from '@maxxit/venues';
import { DeskModule } from './desk.module';
import { DeskAdapter } from './desk.adapter';

/** What VENUE_MODULES loads. */
export default venueModule({
  venue: 'x-desk',
  settings: {
    X_DESK_URL: setting.url().describe('where the desk listens'),
    X_DESK_TIMEOUT_MS: setting.milliseconds(100).default(5_000).describe('how long a call to the desk may take, ms'),
    X_DESK_REQUESTS_PER_MINUTE: setting
      .integer(1)
      .default(1_200)
      .describe('how many requests a minute the desk takes from this IP address, all processes together'),
  },
  register: (settings) => ({
    module: DeskModule.register({
      url: settings.X_DESK_URL,
      timeoutMs: settings.X_DESK_TIMEOUT_MS,
      requestsPerMinute: settings.X_DESK_REQUESTS_PER_MINUTE,
    }),
    adapter: DeskAdapter,
  }),
});
