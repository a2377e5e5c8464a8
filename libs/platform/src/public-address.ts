import dns from 'node:dns';
import net, { type LookupFunction } from 'node:net';

/** What is not in the public internet: RFC 6890 and its like, for IPv4 and IPv6. */
const PRIVATE = new net.BlockList();
for (const [network, bits] of [
  ['0.0.0.0', 8], ['10.0.0.0', 8], ['100.64.0.0', 10], ['127.0.0.0', 8], ['169.254.0.0', 16], ['172.16.0.0', 12], ['192.0.0.0', 24],
  ['192.0.2.0', 24], ['192.88.99.0', 24], ['192.168.0.0', 16], ['198.18.0.0', 15], ['198.51.100.0', 24], ['203.0.113.0', 24],
  ['224.0.0.0', 4], ['240.0.0.0', 4],
] as const) PRIVATE.addSubnet(network, bits, 'ipv4'); // prettier-ignore
for (const [network, bits] of [
  ['::', 96], ['64:ff9b::', 96], ['64:ff9b:1::', 48], ['100::', 64], ['2001::', 23], ['2001:db8::', 32], ['2002::', 16], ['fc00::', 7],
  ['fe80::', 10], ['ff00::', 8],
] as const) PRIVATE.addSubnet(network, bits, 'ipv6'); // prettier-ignore

export function isPublicAddress(address: string): boolean {
  const family = net.isIP(address);
  // An IPv4 address in IPv6 clothes is checked as what it is: the list knows both.
  return family !== 0 && !PRIVATE.check(address, family === 6 ? 'ipv6' : 'ipv4');
}

/** For connections to URLs that users gave: looks a name up and gives only its public addresses: what is checked is what is connected to, so that a name can't change in between. */
export const publicLookup: LookupFunction = (hostname, options, callback) => {
  dns.lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) return callback(error, '', 0);
    const open = addresses.filter(({ address }) => isPublicAddress(address));
    const [first] = open;
    if (!first) {
      return callback(Object.assign(new Error('the name stands for a private address'), { code: 'PRIVATE_ADDRESS' }), '', 0);
    }
    if (options.all) callback(null, open);
    else callback(null, first.address, first.family);
  });
};

/** Whether the host of a URL may be connected to: not a private address, nor a name for one's own machine. `publicLookup` checks what other names stand for. */
export function isPublicHost(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '').toLowerCase();
  if (net.isIP(host) !== 0) return isPublicAddress(host);
  return host !== '' && host !== 'localhost' && !host.endsWith('.localhost');
}
