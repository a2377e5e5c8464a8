import { FatalError } from '@maxxit/domain';
import { isPublicAddress, publicLookup } from '@maxxit/platform';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';

/**
 * Agents that connect to public addresses only. Throws FatalError FEED_NOT_ALLOWED for a URL whose host is a private address as it stands;
 * a name that stands for one fails when it is connected to, with the code PRIVATE_ADDRESS.
 */
export function agentsFor(url: URL): { http: http.Agent; https: https.Agent } {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (net.isIP(host) !== 0 && !isPublicAddress(host)) {
    throw new FatalError('FEED_NOT_ALLOWED', 'A feed at a private address is not read; set FEED_PRIVATE_HOSTS=true if it is meant.');
  }
  return { http: new http.Agent({ lookup: publicLookup }), https: new https.Agent({ lookup: publicLookup }) };
}
