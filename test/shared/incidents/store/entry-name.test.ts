import assert from 'node:assert/strict';
import fc from 'fast-check';
import { incidentKey } from '../../../../shared/incidents/incident.ts';
import { asideName, entryName, isAsideEntry, isIncidentEntry } from '../../../../shared/incidents/store/entry-name.ts';
import { IMPORT_DISABLED } from '../../../helpers/incidents.ts';

/** As Kubernetes checks it (apimachinery `validation.IsConfigMapKey`). */
function isConfigMapKey(name: string): boolean {
  return /^[-._a-zA-Z0-9]+$/.test(name) && name.length <= 253 && name !== '.' && !name.startsWith('..');
}

const nameOf = (cluster: string) => entryName(incidentKey(cluster, IMPORT_DISABLED));
const clusters = fc.oneof(
  fc.constantFrom('aside-x', '..', '.', ''),
  fc.string({ maxLength: 100, unit: 'grapheme' }),
  fc.stringMatching(/^[-a-z./ ]{1,12}$/),
);

describe('the name of an entry', () => {
  it('is the cluster and the alert, where they can be written', () =>
    assert.equal(nameOf('prod-eu-1.example'), `prod-eu-1.example.${IMPORT_DISABLED}`));

  it('is one that Kubernetes takes, whatever the cluster is called, and is known as an incident', () => {
    fc.assert(
      fc.property(clusters, (cluster) => {
        const name = nameOf(cluster.slice(0, 100));
        assert.ok(isConfigMapKey(name), name);
        assert.ok(isIncidentEntry(name) && !isAsideEntry(name), name);
      }),
    );
  });

  it('is another one for another cluster', () => {
    fc.assert(fc.property(clusters, clusters, (one, other) => assert.equal(nameOf(one) === nameOf(other), one === other)));
    const alike = ['a b', 'a/b', 'a-b', nameOf('a b').slice(0, -IMPORT_DISABLED.length - 1), 'aside-x', 'cluster-aside-x', '..', '.', ''];
    assert.equal(new Set(alike.map(nameOf)).size, alike.length);
  });

  it('put aside holds the time and the name, is valid and new, and sorts by time', () => {
    const taken = new Set<string>();
    const names = Array.from({ length: 12 }, (_, index) => {
      const name = asideName('x'.repeat(index % 2 ? 253 : 5), new Date(Date.UTC(2026, 10, 22, 10, 32, 7, 345)), (one) => taken.has(one));
      taken.add(name);
      return name;
    });
    assert.equal(names[0], 'aside-20261122T103207Z-xxxxx');
    assert.equal(new Set(names).size, names.length);
    for (const name of names) assert.ok(isConfigMapKey(name) && isAsideEntry(name) && !isIncidentEntry(name), name);
  });
});
