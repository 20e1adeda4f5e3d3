/** Every remedy for every shape of CR, on real API servers: each command that is offered runs as it is printed, and ends its condition. */
import assert from 'node:assert/strict';
import { RELEASES, type Release } from '../../local/embedded-cluster/releases.ts';
import { DISABLED, specOf, template, UNANNOTATED, UNSUPPORTED } from '../helpers/reconciled.ts';
import {
  assertAcceptance,
  assertRefusedWhenOld,
  assertWorks,
  type Installed,
  judgementsOn,
  type Offer,
  offersIn,
} from './matrix/carry-out.ts';
import { gatesOf } from './matrix/gates.ts';
import { type OperatedCluster, startOperatedCluster } from './matrix/operated-cluster.ts';
import { nodes, placements } from './matrix/placements.ts';
import { amongOthers, OFF, type Offers, templateRows } from './matrix/templates.ts';

const RELEASE_NAMES: readonly Release[] = ['1.17', '1.18', '1.19'];

for (const release of RELEASE_NAMES) {
  describe(`the remedies on an API server with HyperConverged ${release}`, () => {
    let cluster: OperatedCluster;
    before(async () => {
      cluster = await startOperatedCluster(release, nodes);
    });
    after(() => cluster?.stop());

    for (const { shape, placement, offers } of placements) {
      it(`do what they say, with a placement: ${shape}`, () =>
        assertOffers(cluster, { spec: specOf(release, { placement }) }, offers.length === 0 ? {} : { [DISABLED]: offers }, PLACEMENT));
    }

    for (const { spelling, isOn, spec } of gatesOf(release)) {
      it(`do what they say, with the import ${isOn ? 'on' : 'off'} as ${spelling}`, () =>
        assertOffers(cluster, { spec }, isOn ? {} : OFF, IMPORT));
    }

    for (const { state, templates, images, offers, traded = [], feared } of templateRows) {
      const list = amongOthers(templates);
      it(`do what they say, with the import off and a template: ${state}`, () => {
        const spec = specOf(release, { isOn: false, templates: list });
        return assertOffers(cluster, { spec, images, traded, feared }, OFF, IMPORT);
      });
      it(`do what they say, with the import on and a template: ${state}`, () =>
        assertOffers(cluster, { spec: specOf(release, { isOn: true, templates: list }), images }, offers));
    }

    it('do what they say, with the import on and no node for any image', () => {
      const spec = specOf(release, { isOn: true, templates: amongOthers([]), placement: { nodeSelector: { pool: 'none' } } });
      return assertOffers(cluster, { spec }, { [UNSUPPORTED]: ['disable-golden-images'] });
    });

    const [stored, other] = [RELEASES[release].stored, RELEASES[release].served.find((version) => version !== RELEASES[release].stored)];
    it(`are written in ${stored}${other ? `, and where ${other} says otherwise it is told` : ''}`, async () => {
      const placement = { nodeSelector: { pool: 'virt' } };
      await cluster.install(specOf(release, { isOn: true, placement, templates: amongOthers([template('mine')]) }));
      const { condition, remedies } = (await judgementsOn(cluster)).find(({ alert }) => alert === UNANNOTATED) ?? {};
      assert.ok(condition?.kind === 'present' && remedies);
      const { hyperConverged, counterpart } = condition.evidence;
      // Nobody converts here: what one version keeps the other does not show.
      const difference = other && { version: other, inputs: ['multi-architecture import', 'placement'] };
      assert.deepEqual([hyperConverged.version, counterpart], [stored, difference]);
      assert.deepEqual(new Set(remedies.map(({ target }) => target.version)), new Set([stored]));
    });
  });
}

const PLACEMENT = /^restrict-workload-placement-/;
const IMPORT = /^enable-multi-arch-import$/;

/**
 * Carries out what is offered, each on the CR as it was. Where `what` says which, the others are only tried (as a dry run): their change is
 * in another part of the CR than the one in which these CRs differ.
 */
async function assertOffers(cluster: OperatedCluster, installed: Installed, expected: Offers, what = /./): Promise<void> {
  await cluster.install(installed.spec);
  const judgements = await judgementsOn(cluster, installed.images);
  const offers = offersIn(judgements);
  assert.deepEqual(idsByAlert(offers), expected);
  for (const { remedies } of judgements) {
    for (const remedy of remedies) await assertAcceptance(cluster, remedy);
  }
  for (const offer of offers.filter(({ remedy }) => what.test(remedy.id))) {
    await assertWorks(cluster, installed, offer);
    if (offer.remedy.command.includes(' --type=json ')) await assertRefusedWhenOld(cluster, installed, offer);
  }
}

function idsByAlert(offers: readonly Offer[]): Offers {
  const groups = Map.groupBy(offers, ({ alert }) => alert);
  return Object.fromEntries([...groups].map(([alert, group]) => [alert, group.map(({ remedy }) => remedy.id).sort()]));
}
