/** Where a CR may not send us: to this machine, or to what only its own link knows, such as a cloud's metadata service. */
import { lookup } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { UnreadableError } from './unreadable.ts';

/** Whether an address must not be connected to. */
export type RefusesAddress = (address: string) => boolean;

type Subnets = readonly (readonly [address: string, prefix: number])[];

/** https://www.iana.org/assignments/iana-ipv4-special-registry. They hold for `::ffff:…`, NAT64 and 6to4 too. */
const LOCAL_IPV4: Subnets = [
  ['0.0.0.0', 8], // this host
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['224.0.0.0', 3], // multicast, reserved, broadcast
  // What clouds tell their machines, which is link-local in all but its number:
  ['100.100.100.200', 32], // Alibaba
  ['168.63.129.16', 32], // Azure
  ['192.0.0.192', 32], // Oracle
];

/** https://www.iana.org/assignments/iana-ipv6-special-registry */
const LOCAL_IPV6: Subnets = [
  ['::', 96], // unspecified, loopback, and IPv4 in the way of old
  ['::ffff:0:0:0', 96], // IPv4, translated (RFC 2765)
  ['64:ff9b:1::', 48], // IPv4 by a translator of the network's own: where in it the address stands differs (RFC 8215)
  ['2001::', 32], // Teredo
  ['fe80::', 10],
  ['fec0::', 10], // of a site, in the way of old
  ['ff00::', 8],
  ['fd00:ec2::254', 128], // AWS
  ['fd20:ce::254', 128], // Google
];

const local = new BlockList();
for (const [address, prefix] of LOCAL_IPV6) local.addSubnet(address, prefix, 'ipv6');
for (const [address, prefix] of LOCAL_IPV4) {
  local.addSubnet(address, prefix, 'ipv4');
  local.addSubnet(`64:ff9b::${address}`, 96 + prefix, 'ipv6'); // NAT64 (RFC 6052)
  local.addSubnet(sixToFour(address), 16 + prefix, 'ipv6');
}

/** The IPv4 address as the network 2002:…::/48 that stands for it (RFC 3056). */
function sixToFour(address: string): string {
  const [a = '', b = '', c = '', d = ''] = address.split('.').map((part) => Number(part).toString(16).padStart(2, '0'));
  return `2002:${a}${b}:${c}${d}::`;
}

/** Loopback, link-local, unspecified, multicast, and clouds' metadata services; in any writing. Private networks are not: registries of companies are there. */
export function isLocalAddress(address: string): boolean {
  return local.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}

/** The setting as a rule. */
export function addressRule(localAddresses: 'refuse' | 'allow'): RefusesAddress {
  return localAddresses === 'allow' ? () => false : isLocalAddress;
}

const REFUSED = 'is at an address of this machine or its own link, where nobody is asked';

/** Throws `UnreadableError` for the number of such an address: it is never looked up. */
export function refuseNumber(hostname: string, refuses: RefusesAddress, who: string): void {
  const bare = hostname.replace(/^\[|\]$/g, '');
  if (isIP(bare) !== 0 && refuses(bare)) throw new UnreadableError(`${who} ${REFUSED}`);
}

/** Looks a name up for the connection itself: what was checked is what is connected to, whatever the name means a moment later. */
export function createLookup(refuses: RefusesAddress, who: string): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, found) => {
      if (error) return callback(error, []);
      const allowed = found.filter(({ address }) => !refuses(address));
      const [first] = allowed;
      if (first === undefined) return callback(new UnreadableError(`${who} ${REFUSED}`), []);
      return options.all ? callback(null, allowed) : callback(null, first.address, first.family);
    });
  };
}
