/** What the terminal check says beside what the cluster shows: what is on record, and what Alertmanager lists. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Report } from '../../local/check/report.ts';
import { runCheck } from '../../local/check/run.ts';
import { kubeconfigFor } from '../../local/demo/kubeconfig.ts';
import type { Incident } from '../../shared/incidents/incident.ts';
import { entryName } from '../../shared/incidents/store/entry-name.ts';
import { encodeIncident } from '../../shared/incidents/store/incident-json.ts';
import { listedAlert, startListing } from '../helpers/alertmanager-api.ts';
import { hyperConverged, node, snapshot } from '../helpers/cluster-objects.ts';
import { type RunningCluster, startCluster } from '../helpers/embedded-cluster.ts';
import { episodeOf, fires, IMPORT_DISABLED, incidentAfter, resolves } from '../helpers/incidents.ts';

const AT = '2026-11-22T10:00:00Z';
const NOW = new Date('2026-11-22T10:05:00Z');
const MAP = { namespace: 'archwatch', name: 'incidents' };
const INCIDENTS = 'configmap:archwatch/incidents';
const MIXED = snapshot({ nodes: [node('amd-1', 'amd64'), node('arm-1', 'arm64')], hyperConverged: hyperConverged() });

describe('the terminal check, beside the cluster', () => {
  let running: RunningCluster;
  let folder: string;
  let KUBECONFIG: string;
  beforeEach(async () => {
    running = await startCluster();
    running.cluster.addNode({ name: 'amd-1', architecture: 'amd64' });
    running.cluster.addNode({ name: 'arm-1', architecture: 'arm64' });
    folder = await mkdtemp(join(tmpdir(), 'check-'));
    KUBECONFIG = join(folder, 'kubeconfig');
    await writeFile(KUBECONFIG, kubeconfigFor(running.url));
  });
  afterEach(() => Promise.all([running.close(), rm(folder, { recursive: true })]));

  const check = (environment: Readonly<Record<string, string>>, ...args: readonly string[]) =>
    runCheck(args, { KUBECONFIG, CLUSTER_NAME: 'prod-eu-1', ...environment }, NOW);
  const report = async (environment: Readonly<Record<string, string>>): Promise<Report & { readonly status: number }> => {
    const { status, stdout } = await check(environment, '--output', 'json');
    return { status, ...JSON.parse(stdout) };
  };
  const keep = (text: string) => running.cluster.setConfigMap(MAP, { [entryName(`prod-eu-1/${IMPORT_DISABLED}`)]: text });
  const confirmed = incidentAfter([{ snapshot: MIXED, at: AT, claims: [fires(AT)] }]);
  const withEpisode = (change: object): Incident => ({ ...confirmed, episode: { ...episodeOf(confirmed), ...change } });
  const said = { channel: 'C1', ts: '1700000000.000100', revision: 1, checkedAt: AT, announcements: 0, files: {} };

  it('says nothing of either where no variable asks for it', async () => {
    keep(encodeIncident(confirmed));
    const { incidents, unread } = await report({});
    assert.ok(incidents.every((incident) => !('record' in incident)));
    assert.deepEqual([incidents[0]?.verdict, unread], ['early-warning', []]);
    assert.doesNotMatch((await check({})).stdout, /record|Alertmanager/);
    assert.ok(running.cluster.requests().every(({ path }) => !path.includes('configmaps')));
  });

  it('gives what is on record of each alert, null where there is nothing', async () => {
    keep(encodeIncident(withEpisode({ said, acknowledged: { by: 'U1', at: AT } })));
    const { incidents, unread, status } = await report({ INCIDENTS });
    assert.deepEqual(incidents[0]?.record, {
      episode: `episode-${AT}`,
      openedAt: AT,
      overAt: null,
      returns: 0,
      claim: 'firing',
      verdict: 'confirmed',
      acknowledged: { by: 'U1', at: AT },
      message: { channel: 'C1', ts: said.ts },
      unsaid: false,
      intent: null,
    });
    assert.deepEqual([incidents[1]?.record, incidents[2]?.record, unread, status], [null, null, [], 1]);
  });

  const intent = {
    id: 'i',
    step: 'post',
    at: AT,
    lastsMs: 39_000,
    isInDoubt: false,
    willSay: { ...said, channel: undefined, ts: undefined },
  };
  const texts = [
    { when: 'all is said', change: { said }, says: `On record: confirmed, open since ${AT}. Its message is ${said.ts} in C1.\n` },
    {
      when: 'it is being said',
      change: { intent },
      says: `It has no message yet. Not all of it is said in the channel. Somebody began to say it (post) at ${AT}.\n`,
    },
    { when: 'it came back and is over', change: { said, returns: 2, overAt: AT }, says: `open from ${AT} to ${AT}. It came back 2 times.` },
    { when: 'a person takes care', change: { said, acknowledged: { by: 'U1', at: AT } }, says: `Acknowledged by U1 at ${AT}.` },
    {
      when: 'a reply is unsaid',
      change: { said: { ...said, announcements: 2 }, announced: 2, announcements: [{ at: AT, kind: 'opened' }] },
      says: 'Not all of it is said in the channel.',
    },
    {
      when: 'all replies are told',
      change: { said: { ...said, announcements: 2 }, announced: 2 },
      says: `On record: confirmed, open since ${AT}. Its message is ${said.ts} in C1.\n`,
    },
    { when: 'a revision is unsaid', change: { said, revision: 2 }, says: 'Not all of it is said in the channel.' },
  ];
  for (const { when, change, says } of texts) {
    it(`says so in a few sentences when ${when}`, async () => {
      keep(encodeIncident(withEpisode(change)));
      const { stdout } = await check({ INCIDENTS });
      assert.ok(stdout.includes(says), stdout);
      assert.match(stdout, /absent {3}HCOGoldenImageWithNoSupportedArchitecture.*\n {2}On record: nothing\.\n/);
    });
  }

  const unreadable = [
    { when: 'the ConfigMap may not be read', breaks: () => running.cluster.setOutage('forbidden'), reason: 'forbidden', status: 2 },
    { when: 'an entry is damaged', breaks: () => keep('{'), reason: 'malformed', status: 1 },
    { when: 'a newer archwatch wrote an entry', breaks: () => keep('{"version":99}'), reason: 'malformed', status: 1 },
  ];
  for (const { when, breaks, reason, status } of unreadable) {
    it(`is not fatal, and named, when ${when}; nothing is written`, async () => {
      breaks();
      const found = await report({ INCIDENTS });
      const of = found.unread.filter(({ resource }) => resource === 'configmaps archwatch/incidents');
      assert.deepEqual([of.map((one) => one.reason), found.incidents[0]?.record, found.status], [[reason], null, status]);
      assert.ok(running.cluster.requests().every(({ method }) => method === 'GET'));
    });
  }

  it('finds nothing on record where there is no ConfigMap, and none in memory', async () => {
    assert.deepEqual((await report({ INCIDENTS })).incidents[0]?.record, null);
    assert.ok(!('record' in ((await report({ INCIDENTS: 'memory' })).incidents[0] ?? {})));
  });

  describe('with an Alertmanager', () => {
    const labels = { alertname: IMPORT_DISABLED };
    const suppressed = { status: { inhibitedBy: [], mutedBy: [], silencedBy: ['s'], state: 'suppressed' } };
    const claims = [
      { lists: 'the alert', listed: [listedAlert(labels)], verdict: 'confirmed', says: 'Alertmanager has it firing: confirmed.' },
      { lists: 'nothing', listed: [], verdict: 'early-warning', says: 'Alertmanager has said nothing of it: early-warning.' },
      {
        lists: 'it for another cluster',
        listed: [listedAlert({ ...labels, cluster: 'other' })],
        verdict: 'early-warning',
        says: 'nothing',
      },
      { lists: 'it as silenced', listed: [listedAlert(labels, suppressed)], verdict: 'early-warning', says: 'nothing' },
    ];
    for (const { lists, listed, verdict, says } of claims) {
      it(`judges by the claim where it lists ${lists}: ${verdict}`, async () => {
        const server = await startListing(listed);
        try {
          const { incidents, unread, status } = await report({ ALERTMANAGER_URL: server.url });
          assert.deepEqual([incidents[0]?.verdict, unread, status], [verdict, [], 1]);
          assert.match((await check({ ALERTMANAGER_URL: server.url })).stdout, new RegExp(says));
        } finally {
          await server.close();
        }
      });
    }

    it('knows from the record that it has resolved', async () => {
      keep(encodeIncident(incidentAfter([{ snapshot: MIXED, at: AT, claims: [fires(AT), resolves(AT)] }])));
      const server = await startListing([]);
      try {
        assert.equal((await report({ ALERTMANAGER_URL: server.url, INCIDENTS })).incidents[0]?.verdict, 'contradicted');
      } finally {
        await server.close();
      }
    });

    it('sends the token of its file', async () => {
      const token = join(folder, 'token');
      await writeFile(token, 'secret\n');
      const server = await startListing([]);
      await report({ ALERTMANAGER_URL: server.url, ALERTMANAGER_API_TOKEN_FILE: token });
      await server.close();
      assert.equal(server.asked[0]?.authorization, 'Bearer secret');
    });

    const failures = [
      { status: 401, reason: 'unauthorized' },
      { status: 403, reason: 'forbidden' },
      { status: 502, reason: 'server-error' },
      { status: 200, reason: 'malformed' },
    ];
    for (const { status, reason } of failures) {
      it(`is not fatal, and named, when it answers ${status}${status === 200 ? ' and no list' : ''}`, async () => {
        const server = await startListing((_request, response) => response.writeHead(status).end('{}'));
        const found = await report({ ALERTMANAGER_URL: server.url });
        await server.close();
        assert.deepEqual(
          found.unread.map((one) => [one.resource, one.reason]),
          [['alerts of Alertmanager', reason]],
        );
        assert.deepEqual([found.incidents[0]?.verdict, found.status], ['early-warning', 1]);
      });
    }

    it('is not fatal, and named, when nobody listens; and says nothing of the alert', async () => {
      const { stdout, status } = await check({ ALERTMANAGER_URL: 'http://localhost:1' });
      assert.match(stdout, /^not read: alerts of Alertmanager: unreachable\. cannot read the alerts at /m);
      assert.doesNotMatch(stdout, /Alertmanager has/);
      assert.equal(status, 1);
    });
  });

  it('asks nobody for a dump', async () => {
    const server = await startListing([]);
    const path = join(folder, 'dump');
    await writeFile(path, JSON.stringify({ kind: 'List', items: [node('amd-1', 'amd64'), hyperConverged()] }));
    const { stdout } = await check({ INCIDENTS: 'nonsense', ALERTMANAGER_URL: server.url }, '--from', path, '--output', 'json');
    await server.close();
    assert.equal(server.asked.length, 0);
    assert.equal(running.cluster.requests().length, 0);
    assert.ok(!stdout.includes('"record"'));
  });

  const wrong = [
    { variable: 'INCIDENTS', value: 'elsewhere' },
    { variable: 'ALERTMANAGER_URL', value: 'alertmanager:9093' },
    { variable: 'ALERTMANAGER_API_TOKEN_FILE', value: '/nowhere' },
  ];
  for (const { variable, value } of wrong) {
    it(`exits with 64 and names ${variable} where it cannot be used`, async () => {
      const { status, stderr } = await check({ [variable]: value });
      assert.equal(status, 64);
      assert.match(stderr, new RegExp(variable));
    });
  }
});
