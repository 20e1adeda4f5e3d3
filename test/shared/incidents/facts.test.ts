/** What of the facts is a change of the message, and what a resolve is explained by. */
import assert from 'node:assert/strict';
import { type ToldRemedy, withAcceptance } from '../../../shared/checked-remedy.ts';
import { toAtRisk } from '../../../shared/golden-images/at-risk.ts';
import type { Acceptance } from '../../../shared/golden-images/remedies/acceptance.ts';
import type { Snapshot } from '../../../shared/golden-images/snapshot.ts';
import { acknowledge } from '../../../shared/incidents/acknowledge.ts';
import type { Incident } from '../../../shared/incidents/incident.ts';
import { decodeIncident, encodeIncident } from '../../../shared/incidents/store/incident-json.ts';
import { type Judgement, judge } from '../../../shared/judge.ts';
import { type HyperConvergedOptions, hyperConverged, node, nodePlacement, snapshot } from '../../helpers/cluster-objects.ts';
import { episodeOf, fires, incidentAfter, type LookOptions, posted, resolves } from '../../helpers/incidents.ts';
import { operator, operatorPod, unreadOperator } from '../../helpers/operator.ts';

const FIRED = '2026-11-22T10:00:00.000Z';
const QUIET = '2026-11-22T10:20:00.000Z';
const LATER = '2026-11-22T10:40:00.000Z';
const NODES = [node('a', 'amd64'), node('b', 'arm64')];

function looked(options: HyperConvergedOptions = {}, state?: Snapshot['operator']): Snapshot {
  return { ...snapshot({ nodes: NODES, hyperConverged: hyperConverged(options) }), operator: state };
}

const pod = (startedAt: string, restarts = 0) => operator(operatorPod('p', { startedAt, restarts }));
const notReady = (restarts: number) => operator(operatorPod('p', { ready: false, restarts }));

describe('how the operator does', () => {
  const firing = (state: Snapshot['operator'], at = FIRED): LookOptions => ({ snapshot: looked({}, state), at, claims: [fires(at)] });
  const quiet = (state: Snapshot['operator'], at = QUIET): LookOptions => ({ snapshot: looked({}, state), at, claims: [resolves(at)] });
  const cases = [
    { rule: 'is no edit while the alert is confirmed', looks: [firing(pod(FIRED)), firing(operator(), LATER)], edits: 0 },
    {
      rule: 'is no edit for a restart, while the alert is contradicted',
      looks: [firing(pod(FIRED)), quiet(pod(FIRED)), quiet(pod(QUIET, 1), LATER)],
      edits: 1,
    },
    {
      rule: 'is no edit for each time that its pod crashes',
      looks: [firing(pod(FIRED)), quiet(notReady(1)), quiet(notReady(2), LATER)],
      edits: 1,
    },
    {
      rule: 'is an edit when it is back, while the alert is contradicted',
      looks: [firing(pod(FIRED)), quiet(notReady(1)), quiet(pod(LATER), LATER)],
      edits: 2,
    },
    {
      rule: 'is an edit when it cannot be read any more',
      looks: [firing(pod(FIRED)), quiet(operator()), quiet(unreadOperator('forbidden'), LATER)],
      edits: 2,
    },
  ];
  for (const { rule, looks, edits } of cases) {
    it(rule, () => assert.equal(episodeOf(incidentAfter(looks)).revision - 1, edits));
  }

  it('never makes a condition unknown', () => {
    assert.equal(episodeOf(incidentAfter([firing(unreadOperator('timeout'))])).verdict, 'confirmed');
  });
});

const FIELDS = {
  gate: { 'f:spec': { 'f:workloadSources': { 'f:enableMultiArchBootImageImport': {} } } },
  placement: { 'f:spec': { 'f:deployment': { 'f:nodePlacements': { 'f:workload': { 'f:nodeSelector': {} } } } } },
};

function written(input: keyof typeof FIELDS, time: string, manager = 'kubectl-edit') {
  const entry = { apiVersion: 'hco.kubevirt.io/v1', manager, operation: 'Update', time, fieldsV1: FIELDS[input] };
  return { metadata: { managedFields: [entry] } };
}

describe('a resolve', () => {
  const AMD = nodePlacement({ 'kubernetes.io/arch': 'amd64' });
  const over = (options: HyperConvergedOptions, before: HyperConvergedOptions = {}): Incident =>
    incidentAfter([{ snapshot: looked(options), at: QUIET, claims: [resolves(QUIET)] }], {
      after: posted(incidentAfter([{ snapshot: looked(before), at: FIRED, claims: [fires(FIRED)] }])),
    });
  const cases: readonly { rule: string; incident: Incident; by: string | undefined }[] = [
    {
      rule: 'names who switched the import on',
      incident: over({ gate: true, patch: written('gate', '2026-11-22T10:10:00Z') }),
      by: 'kubectl-edit',
    },
    {
      rule: 'names who narrowed the placement',
      incident: over({ placement: AMD, patch: written('placement', '2026-11-22T10:10:00Z') }),
      by: 'kubectl-edit',
    },
    {
      rule: 'names nobody who wrote before it was last seen present',
      incident: over({ gate: true, patch: written('gate', '2026-11-22T09:50:00Z') }),
      by: undefined,
    },
    {
      rule: 'names nobody who wrote something else',
      incident: over({ gate: true, patch: written('placement', '2026-11-22T10:10:00Z') }),
      by: undefined,
    },
    {
      rule: 'names nobody where the golden images are gone',
      incident: over({ goldenImages: {}, patch: written('gate', '2026-11-22T10:10:00Z') }),
      by: undefined,
    },
  ];
  for (const { rule, incident, by } of cases) {
    it(rule, () => {
      const { resolution, announcements } = episodeOf(incident);
      assert.equal(resolution?.by?.manager, by);
      assert.deepEqual(announcements, [{ at: QUIET, kind: 'resolved', ...resolution }]);
    });
  }

  it('is no other when its writer writes again', () => {
    const first = over({ gate: true, patch: written('gate', '2026-11-22T10:10:00Z') });
    const again = incidentAfter([{ snapshot: looked({ gate: true, patch: written('gate', LATER, 'argocd') }), at: LATER }], {
      after: first,
    });
    assert.deepEqual([episodeOf(again).resolution, episodeOf(again).revision], [episodeOf(first).resolution, episodeOf(first).revision]);
  });
});

describe('who wrote the CR', () => {
  it('is no edit while the alert is confirmed', () => {
    const state = (time: string) => looked({ gate: false, patch: written('gate', time) });
    const incident = incidentAfter([
      { snapshot: state('2026-11-22T09:00:00Z'), at: FIRED, claims: [fires(FIRED)] },
      { snapshot: state('2026-11-22T10:10:00Z'), at: QUIET },
    ]);
    assert.equal(episodeOf(incident).revision, 1);
  });
});

describe('what a server says of a remedy', () => {
  const said = (at: string, acceptance: Acceptance): LookOptions => {
    const found = looked();
    const judged = judge(found, 'kubectl').map((judgement) => ({
      ...judgement,
      remedies: judgement.remedies.map((remedy) => withAcceptance(remedy, acceptance)),
    }));
    return { snapshot: found, at, judged };
  };
  const dryRun = { by: 'dry run', reason: undefined, warnings: [] } as const;
  const long = 'x'.repeat(2_000);
  const cases: readonly { rule: string; before: Acceptance; after: Acceptance; edits: number }[] = [
    {
      rule: 'is no edit for other words of a refusal',
      before: { ...dryRun, accepted: false, reason: 'webhook a: $& denied' },
      after: { ...dryRun, accepted: false, reason: 'webhook b: denied' },
      edits: 0,
    },
    {
      rule: 'is no edit for other words of a refusal, however many',
      before: { ...dryRun, accepted: false, reason: `1 ${long}` },
      after: { ...dryRun, accepted: false, reason: `2 ${long}` },
      edits: 0,
    },
    {
      rule: 'is no edit for another reason why it is not known',
      before: { ...dryRun, accepted: null, reason: 'no answer after 3 s' },
      after: { ...dryRun, accepted: null, reason: 'no answer after 4 s' },
      edits: 0,
    },
    {
      rule: 'is no edit for another order of its warnings',
      before: { ...dryRun, accepted: true, warnings: ['a', 'b'] },
      after: { ...dryRun, accepted: true, warnings: ['b', 'a'] },
      edits: 0,
    },
    {
      rule: 'is an edit when it warns',
      before: { ...dryRun, accepted: true },
      after: { ...dryRun, accepted: true, warnings: ['a'] },
      edits: 1,
    },
    {
      rule: 'is an edit when it refuses',
      before: { ...dryRun, accepted: null },
      after: { ...dryRun, accepted: false, reason: 'denied' },
      edits: 1,
    },
  ];
  for (const { rule, before, after, edits } of cases) {
    it(rule, () => assert.equal(episodeOf(incidentAfter([said(FIRED, before), said(LATER, after)])).revision - 1, edits));
  }
});

describe('who is at risk', () => {
  const failure = { resource: 'virtualmachines.kubevirt.io', reason: 'timeout' as const, detail: '' };
  const suspects = (...names: readonly string[]): Judgement['atRisk'] => ({
    ok: true,
    value: toAtRisk(
      names.map((name) => ({ name, found: 'suspect', reason: 'image-differs' })),
      [],
    ),
  });
  const unread: Judgement['atRisk'] = { ok: false, failure };
  const at = (minutes: number) => new Date(Date.parse(FIRED) + minutes * 60_000).toISOString();
  const look = (minutes: number, atRisk: Judgement['atRisk'], options: HyperConvergedOptions = {}): LookOptions => {
    const found = looked(options);
    return { snapshot: found, at: at(minutes), judged: judge(found, 'kubectl').map((judgement) => ({ ...judgement, atRisk })) };
  };
  const over = look(2, undefined, { gate: true });
  const told = (looks: readonly LookOptions[]) => {
    const { announcements } = episodeOf(incidentAfter(looks, { after: posted(incidentAfter([look(0, suspects('a'))])) }));
    return announcements.flatMap((one) => (one.kind === 'changed' ? one.changes : []));
  };
  const b = [{ what: 'machines-added', names: ['b'] }];
  const cases: readonly { rule: string; looks: readonly LookOptions[]; changes: readonly unknown[] }[] = [
    {
      rule: 'is compared across looks that could not read it',
      looks: [look(1, unread), look(2, unread), look(3, suspects('a', 'b'))],
      changes: b,
    },
    { rule: 'is compared across looks that did not ask', looks: [look(1, undefined), look(3, suspects('a', 'b'))], changes: b },
    { rule: 'is compared with what it was before it was over', looks: [over, look(3, unread), look(4, suspects('a', 'b'))], changes: b },
    { rule: 'is no news where it is the same as before', looks: [look(1, unread), look(2, suspects('a'))], changes: [] },
  ];
  for (const { rule, looks, changes } of cases) it(rule, () => assert.deepEqual(told(looks), changes));

  it('is kept for the next look only while it cannot be read, and the condition is present', () => {
    const kept = (...looks: readonly LookOptions[]) =>
      episodeOf(incidentAfter([look(0, suspects('a')), ...looks])).facts?.lastAtRisk?.total;
    assert.deepEqual(
      [kept(), kept(look(1, unread)), kept(look(1, unread), look(2, suspects())), kept(over)],
      [undefined, 1, undefined, undefined],
    );
  });

  it('comes back from a store', () => {
    const incident = incidentAfter([look(0, suspects('a')), look(1, unread)]);
    assert.deepEqual(decodeIncident(encodeIncident(incident)), incident);
  });

  it('is an edit, and no news that takes an acknowledgement away, for each machine of a job of which nothing is known', () => {
    const job = (name: string): Judgement['atRisk'] => ({
      ok: true,
      value: toAtRisk([{ name, found: 'unknown', reason: 'nothing-known' }], []),
    });
    const seen = acknowledge(posted(incidentAfter([look(0, job('run-1'))])), { by: 'U0ALICE', at: at(1) });
    const { acknowledged, announcements, revision } = episodeOf(incidentAfter([look(2, job('run-2'))], { after: seen }));
    assert.deepEqual([acknowledged?.by, announcements, revision], ['U0ALICE', [], episodeOf(seen).revision + 1]);
  });
});

describe('what is told of a remedy', () => {
  const told = (warnings: readonly string[], reason = 'no'): ToldRemedy | undefined => {
    const found = looked();
    const judged = judge(found, 'kubectl').map((judgement) => ({
      ...judgement,
      remedies: judgement.remedies.map((remedy) => withAcceptance(remedy, { accepted: false, by: 'dry run', reason, warnings })),
    }));
    return episodeOf(incidentAfter([{ snapshot: found, at: FIRED, judged }])).facts?.remedies[0];
  };

  it('has no patch: the command carries it', () => assert.deepEqual(Object.keys(told([])?.change ?? {}), ['prediction']));

  it('has no part of a manifest where no tool renders one', () => assert.equal(told([])?.yaml, undefined));

  it('is bounded, whatever the server says', () => {
    const { acceptance, reason = '' } = told(Array(50).fill('x'.repeat(5_000)), 'y'.repeat(5_000)) ?? {};
    assert.equal(acceptance?.warnings.length, 11);
    assert.equal(acceptance?.warnings.at(-1), 'and 40 more warnings');
    for (const warning of acceptance?.warnings ?? []) assert.ok(warning.length <= 301);
    for (const text of [acceptance?.reason ?? '', reason]) assert.ok(text.length <= 1_001);
  });

  it('has its warnings in one order, whichever the server’s is', () => assert.deepEqual(told(['b', 'a'])?.acceptance.warnings, ['a', 'b']));

  it('is as the server said it, where that is short', () => assert.deepEqual(told(['careful'])?.acceptance.warnings, ['careful']));
});
