/** What a message and its thread say of HCO's operator, where Alertmanager and the cluster disagree. */
import assert from 'node:assert/strict';
import type { Snapshot } from '../../../shared/golden-images/snapshot.ts';
import type { Incident } from '../../../shared/incidents/incident.ts';
import { renderAnnouncement } from '../../../shared/slack/announcement.ts';
import { renderIncident } from '../../../shared/slack/message.ts';
import { type HyperConvergedOptions, hyperConverged, node, nodePlacement, snapshot } from '../../helpers/cluster-objects.ts';
import { episodeOf, fires, incidentAfter, posted, resolves } from '../../helpers/incidents.ts';
import { allText } from '../../helpers/messages.ts';
import { operator, operatorPod, unreadOperator } from '../../helpers/operator.ts';

const NODES = [node('a', 'amd64'), node('b', 'arm64')];
const FIRED = '2026-11-22T10:00:05Z';
const QUIET = '2026-11-22T10:20:00Z';

function looked(state: Snapshot['operator'], options: HyperConvergedOptions = {}): Snapshot {
  return { ...snapshot({ nodes: NODES, hyperConverged: hyperConverged(options) }), operator: state };
}

function shown(incident: Incident): string {
  return allText(renderIncident(incident, episodeOf(incident), { consoleUrl: undefined, buttons: [] }).flatBlocks);
}

const running = (startedAt: string) => operator(operatorPod('pod-1', { startedAt }));
const away = { ready: false, state: { waiting: { reason: 'CrashLoopBackOff' } }, restarts: 7 };

describe('an alert that went quiet while it is still true', () => {
  const cases: readonly { when: string; state: Snapshot['operator']; says: string }[] = [
    { when: 'nobody asked for the operator', state: undefined, says: 'Why the alert went quiet is not known.' },
    {
      when: 'its pods may not be listed',
      state: unreadOperator('forbidden'),
      says: 'Whether HCO’s operator runs is not known (pods: forbidden).',
    },
    { when: 'it has no pod', state: operator(), says: 'HCO’s operator has no pod, and without its metric the alert goes quiet.' },
    {
      when: 'its pod crashes',
      state: operator(operatorPod('pod-1', away)),
      says: 'HCO’s operator has no ready pod (pod-1: CrashLoopBackOff, restarts: 7), and without its metric the alert goes quiet.',
    },
    {
      when: 'many pods of it do',
      state: operator(...['a', 'b', 'c'].map((name) => operatorPod(name, { ready: false }))),
      says: 'HCO’s operator has no ready pod (a: not ready; b: not ready; …), and without its metric the alert goes quiet.',
    },
    {
      when: 'it was started shortly before',
      state: running('2026-11-22T10:19:20Z'),
      says: 'HCO’s operator was started at 2026-11-22 10:19:20 UTC, 40 s before we heard that: while it was away its metric was missing.',
    },
    {
      when: 'it was started after that',
      state: running('2026-11-22T10:25:00Z'),
      says: 'HCO’s operator was started at 2026-11-22 10:25:00 UTC, 5 min after we heard that: while it was away its metric was missing.',
    },
    {
      when: 'it was started long before',
      state: running('2026-11-22T10:04:59Z'),
      says: 'HCO’s operator has been running since 2026-11-22 10:04:59 UTC: why the alert went quiet is not known.',
    },
    {
      when: 'nobody says since when it runs',
      state: operator(operatorPod('pod-1')),
      says: 'HCO’s operator runs: why the alert went quiet is not known.',
    },
  ];
  for (const { when, state, says } of cases) {
    it(`is told, in the message and in the channel, with its reason when ${when}`, () => {
      const fired = incidentAfter([{ snapshot: looked(running('2026-10-01T00:00:00Z')), at: FIRED, claims: [fires(FIRED)] }]);
      const incident = incidentAfter([{ snapshot: looked(state), at: QUIET, claims: [resolves(QUIET)] }], { after: posted(fired) });
      const [announcement] = episodeOf(incident).announcements;
      assert.equal(announcement?.kind, 'contradicted');
      const { text, blocks } = renderAnnouncement(incident, episodeOf(incident), announcement, 1);
      assert.ok(shown(incident).includes(` ${says} `), shown(incident));
      assert.ok(text.endsWith(`. ${says}`) && allText(blocks) === text, text);
    });
  }
});

describe('an alert that fires and is not true', () => {
  const placement = nodePlacement({ 'kubernetes.io/arch': 'amd64' });
  const STARTED = 'HCO’s operator was started at';
  const cases: readonly { when: string; state: Snapshot['operator']; options?: HyperConvergedOptions; says: RegExp | undefined }[] = [
    {
      when: 'the operator was started just before and the CR selects nodes',
      state: running('2026-11-22T09:59:20Z'),
      options: { placement },
      says: /started at 2026-11-22 09:59:20 UTC, 40 s before the alert began: until it has read the CR it counts nodes/,
    },
    {
      when: 'it was started just before',
      state: running('2026-11-22T09:59:20Z'),
      options: { gate: true },
      says: /40 s before the alert began\. /,
    },
    { when: 'it was started long before', state: running('2026-11-22T09:40:00Z'), options: { gate: true }, says: undefined },
    { when: 'it was started afterwards', state: running('2026-11-22T10:01:01Z'), options: { gate: true }, says: undefined },
    { when: 'nobody could ask', state: unreadOperator('forbidden'), options: { gate: true }, says: undefined },
  ];
  for (const { when, state, options = {}, says } of cases) {
    it(`${says ? 'is told with the start of the operator' : 'is told without the operator'} when ${when}`, () => {
      const text = shown(incidentAfter([{ snapshot: looked(state, options), at: FIRED, claims: [fires(FIRED)] }]));
      if (says) assert.match(text, says);
      else assert.ok(!text.includes(STARTED), text);
    });
  }

  const gateSetAt = (time: string) => ({
    metadata: {
      managedFields: [
        {
          apiVersion: 'hco.kubevirt.io/v1',
          manager: 'argocd',
          operation: 'Apply',
          time,
          fieldsV1: { 'f:spec': { 'f:workloadSources': { 'f:enableMultiArchBootImageImport': {} } } },
        },
      ],
    },
  });
  for (const { when, time, isTold } of [
    { when: 'since it began', time: '2026-11-22T10:00:03Z', isTold: true },
    { when: 'long before it began', time: '2026-11-22T09:00:00Z', isTold: false },
  ]) {
    it(`is told ${isTold ? 'with' : 'without'} who set the input ${when}`, () => {
      const found = looked(undefined, { gate: true, patch: gateSetAt(time) });
      const text = shown(incidentAfter([{ snapshot: found, at: FIRED, claims: [fires(FIRED)] }]));
      assert.equal(
        text.includes('What ended it: the multi-architecture import is on (set by argocd at 2026-11-22 10:00:03 UTC). '),
        isTold,
        text,
      );
    });
  }
});
