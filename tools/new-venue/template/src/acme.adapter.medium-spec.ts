import { describeVenueContract } from '@maxxit/venues';
import { acmeWorld } from './acme.double';

describeVenueContract('Acme', acmeWorld);
