import { setting } from '@maxxit/platform';
import { venueModule } from '@maxxit/venues';
import { AcmeAdapter } from './acme.adapter';
import { AcmeModule } from './acme.module';

/** What VENUE_MODULES loads. The names of its settings begin with X_ACME_. */
export default venueModule({
  venue: 'x-acme',
  settings: {
    X_ACME_URL: setting.url().describe('where the venue listens'),
    X_ACME_TIMEOUT_MS: setting.milliseconds(100).default(5_000).describe('how long a call to the venue may take, ms'),
  },
  register: (settings) => ({
    module: AcmeModule.register({ url: settings.X_ACME_URL, timeoutMs: settings.X_ACME_TIMEOUT_MS }),
    adapter: AcmeAdapter,
  }),
});
