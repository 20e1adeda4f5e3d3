/** The links of a message: which there are, and where they lead. */
import assert from 'node:assert/strict';
import type { AlertLinks } from '../../../shared/incidents/incident.ts';
import { renderIncident } from '../../../shared/slack/message.ts';
import { hyperConverged, node, snapshot } from '../../helpers/cluster-objects.ts';
import { delivers, episodeOf, fires, incidentAfter } from '../../helpers/incidents.ts';
import { ofType } from '../../helpers/messages.ts';
import { SERVES_V1 } from './scenarios.ts';

const AT = '2026-11-22T10:00:00Z';
const LATER = '2026-11-22T10:10:00Z';
const NONE: AlertLinks = { runbook: undefined, graph: undefined, alertmanager: undefined };
const nodes = [node('a', 'amd64'), node('b', 'arm64')];
const MIXED = { nodes, hyperConverged: hyperConverged(), served: SERVES_V1 };

interface Given {
  readonly links?: Partial<AlertLinks>;
  readonly found?: Parameters<typeof snapshot>[0];
  readonly consoleUrl?: string;
}

/** The links of a message by their text. */
function linksOf({ links = {}, found = MIXED, consoleUrl }: Given): Readonly<Record<string, unknown>> {
  const claims = [fires(AT, { links: { ...NONE, ...links } })];
  const incident = incidentAfter([{ snapshot: snapshot(found), at: AT, claims }]);
  return shownLinks(incident, consoleUrl);
}

function shownLinks(incident: ReturnType<typeof incidentAfter>, consoleUrl?: string): Readonly<Record<string, unknown>> {
  const { blocks } = renderIncident(incident, episodeOf(incident), { consoleUrl, buttons: [] });
  return Object.fromEntries(ofType(blocks, 'link').map(({ text, url }) => [text, url]));
}

const CR = 'k8s/ns/kubevirt-hyperconverged/hco.kubevirt.io~v1~HyperConverged/kubevirt-hyperconverged/yaml';

describe('the link to the CR', () => {
  const cases: readonly (Given & { readonly when: string; readonly url: string | undefined })[] = [
    { when: 'CONSOLE_URL is set', consoleUrl: 'https://console.example.org', url: `https://console.example.org/${CR}` },
    { when: 'CONSOLE_URL has a path and slashes', consoleUrl: 'https://example.org/console//', url: `https://example.org/console/${CR}` },
    {
      when: 'the alert comes from OpenShift',
      links: { alertmanager: 'https://console.apps.example.org/monitoring' },
      url: `https://console.apps.example.org/${CR}`,
    },
    {
      when: 'both say something: the setting',
      links: { alertmanager: 'https://console.apps.example.org/monitoring/' },
      consoleUrl: 'https://console.example.org',
      url: `https://console.example.org/${CR}`,
    },
    { when: 'the alert comes from elsewhere', links: { alertmanager: 'https://alertmanager.example.org' }, url: undefined },
    { when: 'the alert only pretends', links: { alertmanager: 'javascript:alert(1)//monitoring' }, url: undefined },
    {
      when: 'the CR was read as v1beta1',
      consoleUrl: 'https://console.example.org',
      found: { ...MIXED, hyperConverged: hyperConverged({ version: 'v1beta1' }) },
      url: `https://console.example.org/${CR.replace('~v1~', '~v1beta1~')}`,
    },
    {
      when: 'the CR could not be read',
      consoleUrl: 'https://console.example.org',
      found: { nodes, hyperConverged: { resource: 'hyperconvergeds.hco.kubevirt.io', reason: 'forbidden', detail: 'no' } },
      url: undefined,
    },
  ];
  for (const { when, url, ...given } of cases) {
    it(`${url === undefined ? 'is not there' : 'is right'} when ${when}`, () => assert.equal(linksOf(given)['Open the CR'], url));
  }
});

describe('the link to the runbook', () => {
  const runbook = 'https://kubevirt.io/monitoring/runbooks/X';
  const cases = [
    { when: 'kubectl edits v1beta1 here', served: { ...SERVES_V1, preferred: 'v1beta1' }, label: 'Runbook' },
    { when: 'kubectl edits v1 here', served: SERVES_V1, label: 'Runbook (its YAML is for v1beta1; kubectl edits v1 here)' },
  ];
  for (const { when, served, label } of cases) {
    it(`says ${label} when ${when}`, () =>
      assert.deepEqual(linksOf({ links: { runbook }, found: { ...MIXED, served } }), { [label]: runbook }));
  }

  it('says no more than that where no server said its version', () => {
    const { nodes: read, hyperConverged: cr } = MIXED;
    assert.deepEqual(linksOf({ links: { runbook }, found: { nodes: read, hyperConverged: cr } }), { Runbook: runbook });
  });
});

describe('the links of an alert', () => {
  it('are those of the series that was heard last', () => {
    const from = (host: string) => ({ ...NONE, graph: `https://${host}.example.org/` });
    const looks = [
      { snapshot: snapshot(MIXED), at: AT, claims: [fires(AT, { fingerprint: 'old', groupKey: 'another', links: from('old') })] },
      { snapshot: snapshot(MIXED), at: LATER, claims: [delivers(LATER, [{ fingerprint: 'new', links: from('new') }])] },
    ];
    assert.deepEqual(shownLinks(incidentAfter(looks)), { Graph: 'https://new.example.org/' });
  });

  it('are not there where they lead nowhere: no line for them either', () => {
    const links = { runbook: 'see the wiki', graph: 'javascript:alert(1)', alertmanager: 'https://me:secret@example.org/' };
    assert.deepEqual(linksOf({ links }), {});
  });

  it('are each too long for itself, not for the others', () => {
    const links = { runbook: `https://example.org/${'a'.repeat(1_000)}`, graph: 'https://example.org/graph' };
    assert.deepEqual(linksOf({ links }), { Graph: 'https://example.org/graph' });
  });
});
