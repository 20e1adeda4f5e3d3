/** Where a CR may not send us: to this machine, or to what only its own link knows, such as a cloud's metadata service. */
import { lookup } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { UnreadableError } from './unreadable.ts';

/** Whether an address must not be connected to. */
export type RefusesAddress = (address: string) => boolean;

/** https://www.iana.org/assignments/iana-ipv4-special-registry and …-ipv6-special-registry; the IPv4 rules hold for `::ffff:…` too. */
const LOCAL: readonly (readonly [address: string, prefix: number, family: 'ipv4' | 'ipv6'])[] = [
  ['0.0.0.0', 8, 'ipv4'], // this host
  ['127.0.0.0', 8, 'ipv4'],
  ['169.254.0.0', 16, 'ipv4'],
  ['224.0.0.0', 3, 'ipv4'], // multicast, reserved, broadcast
  ['::', 96, 'ipv6'], // unspecified, loopback, and IPv4 in the way of old
  ['fe80::', 10, 'ipv6'],
  ['ff00::', 8, 'ipv6'],
  ['64:ff9b::7f00:0', 104, 'ipv6'], // 127.0.0.0/8 by NAT64
  ['64:ff9b::a9fe:0', 112, 'ipv6'], // 169.254.0.0/16 by NAT64
  ['fd00:ec2::254', 128, 'ipv6'], // the metadata of AWS, which is link-local there in all but its number
];

const local = new BlockList();
for (const [address, prefix, family] of LOCAL) local.addSubnet(address, prefix, family);

/** Loopback, link-local, unspecified, multicast; in any writing. Private networks are not: registries of companies are there. */
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
