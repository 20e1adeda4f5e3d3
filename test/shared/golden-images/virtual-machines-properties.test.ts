/** Random clusters whose truth is known: what is said of a machine must not be wrong. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { AtRisk } from '../../../shared/golden-images/at-risk.ts';
import { readHyperConverged } from '../../../shared/golden-images/hyperconverged.ts';
import type { JsonObject } from '../../../shared/golden-images/json.ts';
import { judgeVirtualMachines } from '../../../shared/golden-images/virtual-machines.ts';
import { hyperConverged, node, readNodes } from '../../helpers/cluster-objects.ts';
import {
  dataSource,
  dataVolume,
  IMAGES,
  instance,
  type KubeVirtObjects,
  kubeVirtReads,
  virtualMachine,
} from '../../helpers/kubevirt-objects.ts';

const MACHINES = { amd64: 'x86_64', arm64: 'aarch64' } as const;
type Architecture = keyof typeof MACHINES;

/** When the first arm64 node joins, in hours. */
const JOINS = 50;
const at = (hour: number) => new Date(Date.UTC(2026, 0, 1) + hour * 3_600_000).toISOString();
const NODES = readNodes([node('worker-amd-1', 'amd64', { createdAt: at(0) }), node('worker-arm-1', 'arm64', { createdAt: at(JOINS) })]);

interface Machine {
  readonly architecture: Architecture;
  readonly version: number;
  /** Hours from the import of its version to its clone. */
  readonly later: number;
  readonly runs: boolean;
  /** Whether its DataVolume says which version it was; a person's own names the DataSource. */
  readonly resolved: boolean;
}

interface World {
  readonly versions: readonly { readonly importedAt: number; readonly lands: Architecture }[];
  readonly machines: readonly Machine[];
}

const architecture = fc.constantFrom<Architecture>('amd64', 'arm64');
const worlds: fc.Arbitrary<World> = fc.record({
  versions: fc.array(fc.record({ importedAt: fc.integer({ min: 0, max: 2 * JOINS }), lands: architecture }), {
    minLength: 1,
    maxLength: 4,
  }),
  machines: fc.array(
    fc.record({ architecture, version: fc.nat(), later: fc.integer({ min: 1, max: JOINS }), runs: fc.boolean(), resolved: fc.boolean() }),
    { maxLength: 12 },
  ),
});

/** An import lands on a node that is there. */
function truthOf({ versions }: World, { version }: Machine): Architecture {
  const { importedAt, lands } = versions[version % versions.length] ?? { importedAt: 0, lands: 'amd64' };
  return importedAt < JOINS ? 'amd64' : lands;
}

type Objects = Readonly<Record<keyof KubeVirtObjects, readonly JsonObject[]>>;

function objectsOf(world: World): Objects {
  const { versions, machines } = world;
  const id = (index: number) => `shop/vm-${index}`;
  const versionId = (index: number) => `${IMAGES}/fedora-${index % versions.length}`;
  const createdAt = ({ version, later }: Machine) => at((versions[version % versions.length]?.importedAt ?? 0) + later);
  return {
    virtualMachines: machines.map((machine, index) =>
      virtualMachine(id(index), { architecture: machine.architecture, createdAt: createdAt(machine) }),
    ),
    // A system for another architecture does not boot, so nobody speaks for it.
    instances: machines.flatMap((machine, index) =>
      machine.runs
        ? [instance(id(index), machine.architecture === truthOf(world, machine) ? { machine: MACHINES[machine.architecture] } : {})]
        : [],
    ),
    dataSources: [dataSource(`${IMAGES}/fedora`, { source: ['pvc', versionId(versions.length - 1)] })],
    dataVolumes: [
      ...versions.map(({ importedAt }, index) => dataVolume(versionId(index), { cron: 'fedora-image-cron', createdAt: at(importedAt) })),
      ...machines.map((machine, index) =>
        dataVolume(id(index), {
          source: machine.resolved ? ['pvc', versionId(machine.version)] : ['data-source', `${IMAGES}/fedora`],
          createdAt: createdAt(machine),
        }),
      ),
    ],
  };
}

function judge(objects: KubeVirtObjects): AtRisk {
  const read = judgeVirtualMachines(kubeVirtReads(objects), NODES, readHyperConverged(hyperConverged({ gate: false })));
  assert.ok(read.ok);
  return read.value;
}

describe('who is at risk, on any cluster', () => {
  it('calls no machine fine whose disk is of another architecture, nor an image another’s that is not', () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const { fine, suspect } = judge(objectsOf(world));
        const isRight = (name: string) => {
          const machine = world.machines[Number(name.replace('shop/vm-', ''))];
          return machine !== undefined && machine.architecture === truthOf(world, machine);
        };
        assert.deepEqual(
          fine.names.filter((name) => !isRight(name)),
          [],
        );
        const known = suspect.reasons.filter(({ reason }) => reason !== 'not-the-default').reduce((sum, { count }) => sum + count, 0);
        assert.ok(suspect.names.filter((name) => !isRight(name)).length >= known);
      }),
    );
  });

  it('counts every machine that boots from the images, once', () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const { total, ...groups } = judge(objectsOf(world));
        const all = [groups.fine, groups.suspect, groups.unknown];
        assert.equal(total, world.machines.length);
        assert.equal(
          all.reduce((sum, { count }) => sum + count, 0),
          total,
        );
        assert.equal(new Set(all.flatMap(({ names }) => names)).size, total);
        for (const { count, reasons } of all)
          assert.equal(
            reasons.reduce((sum, reason) => sum + reason.count, 0),
            count,
          );
      }),
    );
  });

  it('says the same in whatever order the server lists its objects', () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const objects = objectsOf(world);
        const reversed = Object.fromEntries(Object.entries(objects).map(([kind, list]) => [kind, [...list].reverse()]));
        assert.deepEqual(judge(reversed), judge(objects));
      }),
    );
  });
});
