import assert from 'node:assert/strict';
import { isWithin, type Sighting, singleArchitectureEra } from '../../../shared/golden-images/era.ts';
import type { JsonObject } from '../../../shared/golden-images/json.ts';
import { node, readNodes } from '../../helpers/cluster-objects.ts';

const day = (number: number) => `2026-01-${String(number).padStart(2, '0')}T00:00:00Z`;
const amd = (name: string, created: number) => node(name, 'amd64', { createdAt: day(created) });
const arm = (name: string, created: number) => node(name, 'arm64', { createdAt: day(created) });

describe('the time of one architecture', () => {
  const cases: readonly { when: string; nodes: readonly JsonObject[]; sightings?: readonly Sighting[]; is: string | undefined }[] = [
    {
      when: 'from the first node to the first of another architecture',
      nodes: [amd('a', 1), amd('b', 20), arm('c', 10), arm('d', 15)],
      is: 'amd64 1-10',
    },
    { when: 'whatever comes first', nodes: [arm('a', 3), amd('b', 5)], is: 'arm64 3-5' },
    { when: 'to the first of three', nodes: [amd('a', 1), arm('b', 9), node('c', 's390x', { createdAt: day(4) })], is: 'amd64 1-4' },
    { when: 'not with one architecture: others may have left', nodes: [amd('a', 1), amd('b', 2)], is: undefined },
    { when: 'not where both began together', nodes: [amd('a', 1), arm('b', 1)], is: undefined },
    {
      when: 'not with a node that has not said what it is',
      nodes: [amd('a', 1), arm('b', 5), node('c', '', { createdAt: day(9) })],
      is: undefined,
    },
    { when: 'not with a node of no known age', nodes: [amd('a', 1), node('b', 'arm64', { createdAt: 'yesterday' })], is: undefined },
    { when: 'not without nodes', nodes: [], is: undefined },
    {
      when: 'not where something of another architecture was there before',
      nodes: [amd('a', 1), arm('b', 10)],
      sightings: [{ architecture: 'arm64', at: day(9) }],
      is: undefined,
    },
    {
      when: 'whatever else was there',
      nodes: [amd('a', 1), arm('b', 10)],
      sightings: [
        { architecture: 'amd64', at: day(2) },
        { architecture: 'arm64', at: day(10) },
        { architecture: undefined, at: day(2) },
        { architecture: 'arm64', at: undefined },
      ],
      is: 'amd64 1-10',
    },
  ];
  for (const { when, nodes, sightings = [], is } of cases) {
    it(when, () => {
      const era = singleArchitectureEra(readNodes(nodes), sightings);
      const dayOf = (time: number) => new Date(time).getUTCDate();
      assert.equal(era && `${era.architecture} ${dayOf(era.from)}-${dayOf(era.until)}`, is);
    });
  }

  it('holds what was made in it, its first moment included and its last not', () => {
    const era = singleArchitectureEra(readNodes([amd('a', 5), arm('b', 10)]), []);
    assert.ok(era);
    const made = [undefined, day(4), day(5), day(9), day(10)].map((at) => isWithin(era, at));
    assert.deepEqual(made, [false, false, true, true, false]);
  });
});
