/** What of the facts is a change of the message, and what a resolve is explained by. */
import assert from 'node:assert/strict';
import { type ToldRemedy, withAcceptance } from '../../../shared/checked-remedy.ts';
import type { Snapshot } from '../../../shared/golden-images/snapshot.ts';
import type { Incident } from '../../../shared/incidents/incident.ts';
import { judge } from '../../../shared/judge.ts';
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

  it('is as the server said it, where that is short', () => assert.deepEqual(told(['careful'])?.acceptance.warnings, ['careful']));
});
