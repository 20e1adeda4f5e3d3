import assert from 'node:assert/strict';
import {
  importsOf,
  isMalformed,
  meantArchitectures,
  supportedArchitectures,
} from '../../../shared/golden-images/declared-architectures.ts';

const CLUSTER = ['amd64', 'arm64'];

describe('the architectures that an annotation declares', () => {
  const cases: { declared: string; read: readonly string[]; meant: readonly string[]; malformed: boolean }[] = [
    { declared: 'amd64', read: ['amd64'], meant: ['amd64'], malformed: false },
    { declared: 'arm64,s390x,amd64', read: ['arm64', 'amd64'], meant: ['arm64', 's390x', 'amd64'], malformed: false },
    { declared: 'amd64, arm64', read: ['amd64'], meant: ['amd64', 'arm64'], malformed: true },
    { declared: ' amd64', read: [], meant: ['amd64'], malformed: true },
    { declared: 'x86_64,aarch64', read: [], meant: ['amd64', 'arm64'], malformed: true },
    { declared: 'AMD64', read: [], meant: ['amd64'], malformed: true },
    { declared: 'linux/amd64,linux/arm64/v8', read: [], meant: ['amd64', 'arm64'], malformed: true },
    { declared: 'arm64/v8', read: [], meant: ['arm64'], malformed: true },
    { declared: 'amd64 arm64', read: [], meant: ['amd64', 'arm64'], malformed: true },
    { declared: 'amd64;arm64', read: [], meant: ['amd64', 'arm64'], malformed: true },
    { declared: 'amd64,amd64', read: ['amd64'], meant: ['amd64'], malformed: false },
    { declared: 'amd64,', read: ['amd64'], meant: ['amd64'], malformed: false },
    { declared: 'mips', read: [], meant: ['mips'], malformed: false },
    { declared: 'constructor', read: [], meant: ['constructor'], malformed: false },
    { declared: '', read: [], meant: [], malformed: false },
    { declared: ',', read: [], meant: [], malformed: false },
  ];
  for (const { declared, read, meant, malformed } of cases) {
    it(`${JSON.stringify(declared)}: HCO reads ${read.join() || 'none'}, and ${meant.join() || 'none'} is meant`, () => {
      assert.deepEqual(supportedArchitectures(declared, CLUSTER), read);
      assert.deepEqual(meantArchitectures(declared), meant);
      assert.equal(isMalformed(declared), malformed);
    });
  }

  const imports: { declared: string | undefined; count: number }[] = [
    { declared: undefined, count: 1 },
    { declared: '', count: 0 },
    { declared: 's390x', count: 0 },
    { declared: 'amd64,arm64,s390x', count: 2 },
    { declared: 'amd64,amd64', count: 1 },
  ];
  for (const { declared, count } of imports) {
    it(`${JSON.stringify(declared)} is imported ${count} times`, () => assert.equal(importsOf(declared, CLUSTER), count));
  }
});
