/** A message about more than fits into one: it stays within its bounds, counts what it leaves out, and files the whole. */
import assert from 'node:assert/strict';
import type { JsonObject } from '../../../shared/golden-images/json.ts';
import type { Incident } from '../../../shared/incidents/incident.ts';
import { BUTTONS } from '../../../shared/slack/actions.ts';
import { type Message, renderIncident } from '../../../shared/slack/message.ts';
import { hyperConverged, node, snapshot } from '../../helpers/cluster-objects.ts';
import { delivers, episodeOf, fires, incidentAfter, NO_ANNOTATION } from '../../helpers/incidents.ts';
import { allText, assertTakenBySlack, ofType } from '../../helpers/messages.ts';
import { loaded, MACHINES } from './loaded.ts';
import { SERVES_V1 } from './scenarios.ts';

const AT = '2026-11-22T10:00:00Z';
const LATER = '2026-11-22T10:10:00Z';
const ARCHITECTURES = 200;
const NODES = 400;
const IMAGES = 300;

const numbers = (length: number) => Array.from({ length }, (_, index) => String(index).padStart(3, '0'));

function images(prefix: string): Record<string, undefined> {
  return Object.fromEntries(numbers(IMAGES).map((number) => [prefix + number, undefined]));
}

function render(incident: Incident, consoleUrl?: string): Message {
  return renderIncident(incident, episodeOf(incident), { consoleUrl, buttons: BUTTONS });
}

/** Every name and address that can be long is, and costs Slack the most; and what was read is told together with what could not be. */
function worst(): Incident {
  const bad = '&'.repeat(10_000);
  const nodes = numbers(60).map((number, index) =>
    node(`${bad.slice(0, 250)}${number}`, `${bad.slice(0, 500)}${index % 30}`, {
      taints: [1, 2, 3, 4].map((taint) => ({ key: `${taint}${bad}`, effect: 'NoSchedule' })),
      labels: { 'karpenter.sh/nodepool': `${index}${bad}`, 'kubernetes.io/arch': 'wrong' },
    }),
  );
  const reported = numbers(30).map((number) => bad + number);
  const served = { ...SERVES_V1, preferred: bad };
  const found = snapshot({ nodes, hyperConverged: hyperConverged({ goldenImages: images(bad.slice(0, 300)), reported }), served });
  const link = (name: string) => `https://example.org/${name}?${bad.slice(0, 190)}`;
  const links = { runbook: link('runbook'), graph: link('graph'), alertmanager: link('alertmanager') };
  const claims = [
    delivers(
      AT,
      numbers(50).map((fingerprint) => ({ fingerprint, links })),
    ),
  ];
  const failures = { nodes: failed('nodes', bad), hyperConverged: failed('hyperconvergeds.hco.kubevirt.io', bad) };
  const looks = [
    { snapshot: found, at: AT, claims },
    { snapshot: snapshot(failures), at: LATER, claims },
  ];
  return incidentAfter(looks, { cluster: bad });
}

function failed(resource: string, detail: string) {
  return { resource, reason: 'server-error' as const, detail };
}

/** Plain names, and too many of them. */
function many(options: Parameters<typeof incidentAfter>[1] = {}, gate = false, nodes: readonly JsonObject[] = manyNodes()): Incident {
  const found = snapshot({ nodes, hyperConverged: hyperConverged({ goldenImages: images('image-'), gate }), served: SERVES_V1 });
  return incidentAfter([{ snapshot: found, at: AT, claims: [fires(AT)] }], options);
}

function manyNodes(): readonly JsonObject[] {
  return numbers(NODES).map((number, index) => node(`node-${number}`, `arch-${index % ARCHITECTURES}`));
}

function counted(text: string, pattern: RegExp): number[] {
  return (pattern.exec(text) ?? []).slice(1).map(Number);
}

describe('a message about too much', () => {
  let message: Message;
  let text: string;
  before(() => {
    message = render(many());
    text = allText(message.blocks);
  });

  it('breaks no limit of Slack, however much of it there is and however bad it looks', () => {
    const { text: notification, blocks, flatBlocks, metadata } = render(worst(), `https://example.org/?${'&'.repeat(150)}`);
    assertTakenBySlack(notification, blocks, metadata);
    assertTakenBySlack(notification, flatBlocks, metadata);
    assert.equal(ofType(blocks, 'link').length, 4);
  });

  it('breaks no limit of Slack with everything else at its largest', () => {
    for (const options of [{}, { warnings: 500 }, { warnings: 500, bad: '&' }, { bad: '&' }]) {
      const { text: notification, blocks, flatBlocks, shortBlocks, metadata } = render(loaded(options));
      for (const shown of [blocks, flatBlocks, shortBlocks]) assertTakenBySlack(notification, shown, metadata);
    }
  });

  it('counts the virtual machines that it does not name, and files those on record', () => {
    const { blocks, files } = render(loaded());
    const said = allText(blocks);
    const [all = 0] = counted(said, /(\d+) VMs boot from these images/);
    assert.equal(all, MACHINES);
    const listed =
      files
        .find(({ name }) => name === 'virtual-machines.txt')
        ?.content.trimEnd()
        .split('\n') ?? [];
    const more = listed.flatMap((line) => counted(line, /and (\d+) more$/)).reduce((sum, one) => sum + one, 0);
    assert.equal(listed.filter((line) => !/ more$/.test(line)).length + more, MACHINES);
    const [named = '', left = ''] = /not known \((.*?) and (\d+) more\)/.exec(said)?.slice(1) ?? [];
    assert.equal(named.split(', ').length + Number(left) + (counted(said, /(\d+) suspect/)[0] ?? 0), MACHINES);
  });

  it('counts the sentences of an option that it leaves out, and files all of them', () => {
    const { blocks, files } = render(loaded({ warnings: 500 }));
    const said = allText(blocks);
    assert.match(said, /and \d+ more sentences in options\.txt/);
    const options = files.find(({ name }) => name === 'options.txt')?.content ?? '';
    assert.equal([...options.matchAll(/^The API server warns: /gm)].length % 11, 0);
    assert.match(options, /^The API server warns: and 490 more warnings$/m);
    for (const { reason = '', costs } of episodeOf(loaded({ warnings: 500 })).facts?.remedies ?? []) {
      for (const sentence of [reason, ...costs]) assert.ok(options.includes(sentence), sentence);
    }
  });

  it('counts the architectures and nodes that have no row', () => {
    const rows = [...text.matchAll(/arch-\d+ (\d+) of 400/g)].map(([, nodes]) => Number(nodes));
    const [nodes = 0, architectures = 0] = counted(text, /and (\d+) nodes of (\d+) more architectures/);
    assert.ok(rows.length > 0);
    assert.equal(rows.length + architectures, ARCHITECTURES);
    assert.equal(
      rows.reduce((sum, one) => sum + one, nodes),
      NODES,
    );
  });

  it('counts the names that a list leaves out', () => {
    const [, names = ''] = /Golden images: 300 \((.*?)\)/.exec(text) ?? [];
    const [more = 0] = counted(names, /and (\d+) more$/);
    assert.equal(names.split(', ').length + more, IMAGES);
  });

  it('names more architectures than nodes of what follows a change', () => {
    assert.match(text, /After it: the alert clears; 400 workload nodes \((?:arch-\d+, ){5}arch-\d+ and 194 more\)/);
    assert.match(text, /(?:node-\d+, ){2}node-\d+ and 395 more drop out\./);
  });

  it('counts the options that have no part, and files each of them', () => {
    const [more = 0] = counted(text, /and (\d+) more options, in options\.txt/);
    assert.equal(ofType(message.blocks, 'container').length + more, ARCHITECTURES + 1);
    const options = message.files.find(({ name }) => name === 'options.txt')?.content ?? '';
    assert.ok([...options.matchAll(/^# \d+ {2}/gm)].length >= more);
  });

  it('files every node', () => {
    const listed = message.files
      .find(({ name }) => name === 'nodes.txt')
      ?.content.trimEnd()
      .split('\n');
    assert.deepEqual(
      listed?.map((line) => line.split('\t')[1]).toSorted(),
      numbers(NODES).map((number) => `node-${number}`),
    );
  });

  it('counts the golden images that are concerned and have no line', () => {
    const said = allText(render(many({ alert: NO_ANNOTATION }, true, [node('a', 'amd64'), node('b', 'arm64')])).blocks);
    const lines = [...said.matchAll(/image-\d+ does not say/g)].length;
    const [more = 0] = counted(said, /and (\d+) more images/);
    assert.ok(lines > 0);
    assert.equal(lines + more, IMAGES);
  });

  it('files an option that cannot work and has no part, with its reason', () => {
    const architectures = numbers(12);
    const nodes = architectures.map((number) => node(number, `arch-${number}`, { labels: { 'kubernetes.io/arch': 'one' } }));
    const placement = { nodeSelector: { 'kubernetes.io/arch': 'one' } };
    const found = snapshot({ nodes, hyperConverged: hyperConverged({ placement }), served: SERVES_V1 });
    const { files } = render(incidentAfter([{ snapshot: found, at: AT }]));
    const options = files.find(({ name }) => name === 'options.txt')?.content ?? '';
    assert.match(
      options,
      /^# 13 {2}Run virtual machines on arch-011 nodes only · does not work here\nDoes not work here: The placement selects/m,
    );
  });

  it('files what must be looked up first, whole and before the command, where it does not fit', () => {
    const arm = numbers(10).map((number) => node(`${'a'.repeat(240)}-${number}`, 'arm64'));
    const found = snapshot({ nodes: [node('b', 'amd64'), ...arm], hyperConverged: hyperConverged(), served: SERVES_V1 });
    const incident = incidentAfter([{ snapshot: found, at: AT }]);
    const remedy = episodeOf(incident).facts?.remedies.find(({ id }) => id === 'restrict-workload-placement-amd64');
    const { blocks, files } = render(incident);
    const options = files.find(({ name }) => name === 'options.txt')?.content ?? '';
    assert.ok(options.includes(`\n${remedy?.lookup}\n${remedy?.command}\n`));
    assert.ok(!allText(blocks).includes(remedy?.lookup ?? ''));
  });

  it('cuts the name of an option, never how it stands', () => {
    const nodes = [node('a', 'amd64'), node('b', 'b'.repeat(5_000))];
    const found = snapshot({ nodes, hyperConverged: hyperConverged(), served: SERVES_V1 });
    const { blocks } = render(incidentAfter([{ snapshot: found, at: AT }]));
    const titles = ofType(blocks, 'container').map(({ title }) => allText(title));
    assert.equal(titles.length, 3);
    for (const title of titles) {
      assert.match(title, /^\d {2}.+ · (?:not advised|does not work here)$/);
      assert.ok(title.length <= 150);
    }
  });

  it('has a part for nodes only where there are any', () => {
    assert.doesNotMatch(allText(render(many({ alert: NO_ANNOTATION }, true, [])).blocks), /Nodes/);
  });
});
