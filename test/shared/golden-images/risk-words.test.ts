import assert from 'node:assert/strict';
import { type AtRisk, type Judged, toAtRisk } from '../../../shared/golden-images/at-risk.ts';
import type { FailedRead } from '../../../shared/golden-images/read.ts';
import { riskReasons, riskSentences, riskSummary, unreadWords } from '../../../shared/golden-images/risk-words.ts';

const FORBIDDEN: FailedRead = { resource: 'virtualmachineinstances.kubevirt.io', reason: 'forbidden', detail: '403 no' };

/** So many machines of each. */
function judged(found: Judged['found'], reason: Judged['reason'], ...names: readonly string[]): readonly Judged[] {
  return names.map((name) => ({ name, found, reason }));
}

function atRisk(...machines: readonly (readonly Judged[])[]): AtRisk {
  return toAtRisk(machines.flat(), []);
}

const FINE = judged('fine', 'own-guest', 'shop/a', 'shop/b');
const OLD = judged('fine', 'older-than-others', 'shop/c');
const SUSPECT = judged('suspect', 'not-the-default', 'shop/d');
const UNKNOWN = judged('unknown', 'nothing-known', 'shop/h', 'shop/g', 'shop/f');

describe('the words on who is at risk', () => {
  const cases: readonly { when: string; found: AtRisk; says: string; shown?: number; write?: (name: string) => string }[] = [
    {
      when: 'all kinds',
      found: atRisk(FINE, OLD, SUSPECT, UNKNOWN),
      says: '7 VMs boot from these images: 2 proven fine, 1 probably fine, 3 not known (shop/f, shop/g and 1 more), 1 suspect (shop/d)',
    },
    { when: 'nobody', found: atRisk(), says: 'No VM is known to boot from these images' },
    { when: 'one that is fine', found: atRisk(FINE.slice(1)), says: '1 VM boots from these images: 1 proven fine, 0 not known, 0 suspect' },
    {
      when: 'what is only likely: that is not called proven',
      found: atRisk(OLD),
      says: '1 VM boots from these images: 0 proven fine, 1 probably fine, 0 not known, 0 suspect',
    },
    {
      when: 'no room for names',
      found: atRisk(UNKNOWN),
      shown: 0,
      says: '3 VMs boot from these images: 0 proven fine, 3 not known, 0 suspect',
    },
    {
      when: 'names as the reader gets them',
      found: atRisk(SUSPECT),
      write: (name) => `<${name}>`,
      says: '1 VM boots from these images: 0 proven fine, 0 not known, 1 suspect (<shop/d>)',
    },
    {
      when: 'more than there are names of',
      found: { ...atRisk(UNKNOWN), unknown: { ...atRisk(UNKNOWN).unknown, count: 300 } },
      says: '3 VMs boot from these images: 0 proven fine, 300 not known (shop/f, shop/g and 298 more), 0 suspect',
    },
  ];
  for (const { when, found, says, shown = 2, write } of cases) {
    it(`count ${when}`, () => assert.equal(riskSummary(found, { shown, ...(write ? { write } : {}) }), says));
  }

  it('say why, and first of those to worry about', () => {
    const reasons = riskReasons(atRisk(FINE, OLD, SUSPECT, UNKNOWN));
    assert.deepEqual(
      reasons.map((reason) => reason.split(':')[0]),
      ['1 suspect', '3 not known', '2 proven fine', '1 probably fine'],
    );
    for (const reason of reasons) assert.match(reason, /^\d+ [a-z ]+: [^:]+\.$/);
  });

  it('say what could not be read beside', () => {
    assert.deepEqual(riskReasons(toAtRisk([], [FORBIDDEN])), [
      'Fewer could be proven fine, because virtual machine instances could not be read (archwatch may not list them).',
    ]);
  });

  it('say that it is not known, and why, where it is not', () => {
    const failure: FailedRead = { resource: 'datavolumes.cdi.kubevirt.io', reason: 'not-served', detail: '404' };
    assert.deepEqual(riskSentences({ ok: false, failure }, { shown: 2 }), [
      'Which VMs boot from these images is not known: DataVolumes could not be read (this API server does not serve them).',
    ]);
    assert.equal(riskSentences({ ok: true, value: atRisk(FINE) }, { shown: 2 }).length, 2);
  });

  it('name a kind that they do not know as Kubernetes does', () => {
    assert.equal(
      unreadWords({ resource: 'pods', reason: 'timeout', detail: '' }),
      'pods could not be read (the API server did not answer in time)',
    );
  });
});
