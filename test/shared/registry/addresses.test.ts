import assert from 'node:assert/strict';
import { addressRule, createLookup, isLocalAddress } from '../../../shared/registry/addresses.ts';

const LOCAL = [
  '127.0.0.1',
  '127.255.255.254',
  '0.0.0.0',
  '0.1.2.3',
  '169.254.169.254',
  '224.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  '::127.0.0.1',
  'fe80::1',
  'fe80::1%eth0',
  'febf::1',
  'ff02::1',
  '::ffff:127.0.0.1',
  '::ffff:7f00:1',
  '::ffff:169.254.169.254',
  '::ffff:0.0.0.0',
  '64:ff9b::127.0.0.1',
  '64:ff9b::169.254.169.254',
  'fd00:ec2::254',
  'fd20:ce::254',
  '100.100.100.200',
  '168.63.129.16',
  '192.0.0.192',
  '::ffff:100.100.100.200',
  '64:ff9b::0.0.0.0',
  '64:ff9b::0.1.2.3',
  '64:ff9b::127.255.255.254',
  '64:ff9b::100.100.100.200',
  '64:ff9b::168.63.129.16',
  '64:ff9b::192.0.0.192',
  '64:ff9b:1::7f00:1',
  '64:ff9b:1:ffff::8.8.8.8',
  '2002:7f00:1::',
  '2002:7fff:ffff::1',
  '2002:a9fe:a9fe::',
  '2002:a83f:8110::1',
  '2001::1',
  '2001:0:ffff::1',
  '::ffff:0:127.0.0.1',
  '::ffff:0:8.8.8.8',
  'fec0::1',
  'feff::1',
];
const OTHERS = [
  '10.0.0.1',
  '172.16.0.1',
  '192.168.1.1',
  '8.8.8.8',
  '169.253.0.1',
  '2001:db8::1',
  'fd00::1',
  '::ffff:8.8.8.8',
  '64:ff9b::8.8.8.8',
  '64:ff9b:2::7f00:1',
  '2002:808:808::1',
  '2001:1::1',
  '2001:4860:4860::8888',
  'fd20:ce::253',
  '100.100.100.201',
  '168.63.129.17',
  '192.0.0.193',
];

describe('an address', () => {
  for (const address of LOCAL) {
    it(`${address} is of this machine or its own link`, () => assert.equal(isLocalAddress(address), true));
    it(`${address} is asked only where that is allowed`, () => {
      assert.equal(addressRule('refuse')(address), true);
      assert.equal(addressRule('allow')(address), false);
    });
  }
  for (const address of OTHERS) it(`${address} is elsewhere`, () => assert.equal(isLocalAddress(address), false));
});

describe('a name', () => {
  const lookUp = (refuses: (address: string) => boolean, all: boolean) =>
    new Promise((resolve, reject) => {
      createLookup(refuses, 'the registry')('localhost', { all, family: 4 }, (error, address) =>
        error ? reject(error) : resolve(address),
      );
    });
  for (const all of [true, false]) {
    it(`gives no address that is refused (${all ? 'all' : 'one'})`, () =>
      assert.rejects(lookUp(isLocalAddress, all), {
        message: 'the registry is at an address of this machine or its own link, where nobody is asked',
      }));
  }
  it('gives what is not refused', async () => {
    assert.deepEqual(await lookUp(() => false, true), [{ address: '127.0.0.1', family: 4 }]);
    assert.equal(await lookUp(() => false, false), '127.0.0.1');
  });
});
