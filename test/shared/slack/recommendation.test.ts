/** The one thing recommended, and what is withheld: the lines that somebody acts on without reading the rest. */
import assert from 'node:assert/strict';
import type { ToldRemedy } from '../../../shared/checked-remedy.ts';
import type { CrOwner } from '../../../shared/golden-images/cr-owner.ts';
import type { Facts, Incident } from '../../../shared/incidents/incident.ts';
import { renderIncident } from '../../../shared/slack/message.ts';
import { recommendationPart } from '../../../shared/slack/recommendation-part.ts';
import { episodeOf } from '../../helpers/incidents.ts';
import { allText, commandsOf, textsOf } from '../../helpers/messages.ts';
import { SCENARIOS } from './scenarios.ts';

function incidentOf(name: string): Incident {
  const found = SCENARIOS.find((scenario) => scenario.name === name);
  if (found === undefined) throw new Error(`no scenario ${name}`);
  return found.incident;
}

function factsOf(name: string): Facts {
  const { facts } = episodeOf(incidentOf(name));
  if (facts === undefined) throw new Error(`${name} has no facts`);
  return facts;
}

const OWNED = factsOf('owned-by-argo-cd');

/** The line, with the first remedy and the CR's owners changed. */
function lineWith(change: Partial<ToldRemedy>, owners: readonly CrOwner[] = [], facts = OWNED): string {
  const { condition } = facts;
  if (condition.kind !== 'present') throw new Error('the condition is not present');
  const [first, ...others] = facts.remedies;
  const remedies = first ? [{ ...first, appliers: [], ...change }, ...others] : [];
  return allText([recommendationPart({ ...facts, condition: { ...condition, evidence: { ...condition.evidence, owners } }, remedies })]);
}

function owner(tool: CrOwner['tool'], name: string | undefined, isMarked = true): CrOwner {
  return { tool, name, evidence: 'field manager x', isMarked };
}

const DO_THIS = 'Do this: import the images for every architecture';
const ACCEPTED = ' This API server’s schema accepts it.';

describe('what is recommended', () => {
  const places: readonly (readonly [CrOwner, string])[] = [
    [owner('argo-cd', 'virt/hco'), 'in the repository that Argo CD application virt/hco renders'],
    [owner('flux-kustomization', 'virt/hco'), 'in the repository that Flux Kustomization virt/hco applies'],
    [owner('flux-helm-release', 'virt/hco'), 'in the values or the chart of Flux HelmRelease virt/hco'],
    [owner('acm-subscription', 'virt/hco'), 'in the channel that ACM subscription virt/hco deploys'],
    [owner('manifest-work', 'hco'), 'in ManifestWork hco on the hub'],
    [owner('helm', 'virt/hco'), 'also in the values or the chart of Helm release virt/hco'],
    [owner('argo-cd', undefined, false), 'in the repository that the Argo CD application renders, if there is one (field manager x)'],
    [owner('acm-policy', undefined, false), 'in the ACM policy on the hub, if there is one (field manager x)'],
    [owner('server-side-apply', 'team-tool'), 'at the source of what team-tool applies'],
  ];
  for (const [one, place] of places) {
    it(`is to be changed ${place}`, () => {
      const line = lineWith({}, [one]);
      assert.ok(line.startsWith(`${DO_THIS}, ${place} (option 1): `), line);
      assert.ok(line.endsWith(ACCEPTED), line);
    });
  }

  it('is to be changed where another applies what it changes, if no tool owns the CR', () => {
    assert.match(
      lineWith({ appliers: [owner('server-side-apply', 'team-tool', false)] }),
      /, at the source of what team-tool applies \(option 1\): /,
    );
  });

  const acceptance = { accepted: true, by: 'schema' as const, reason: undefined, warnings: [] };
  const cases: readonly { when: string; change: Partial<ToldRemedy>; line: string }[] = [
    { when: 'nobody owns the CR', change: {}, line: `${DO_THIS} (option 1).${ACCEPTED}` },
    {
      when: 'the server was asked',
      change: { acceptance: { ...acceptance, by: 'dry run', warnings: ['careful'] } },
      line: `${DO_THIS} (option 1). This API server accepts it. It comes with a warning: see option 1.`,
    },
    { when: 'nobody was asked', change: { acceptance: { ...acceptance, accepted: null, by: undefined } }, line: `${DO_THIS} (option 1).` },
    {
      when: 'nobody could answer',
      change: { acceptance: { ...acceptance, accepted: null, by: undefined, reason: 'no' } },
      line: `${DO_THIS} (option 1). Whether this API server accepts it is not known.`,
    },
    {
      when: 'the first would be refused, though it is advised',
      change: { acceptance: { ...acceptance, accepted: false, reason: 'no' } },
      line: `Do this: run virtual machines on amd64 nodes only (option 2).${ACCEPTED}`,
    },
  ];
  for (const { when, change, line } of cases) it(`is said where ${when}: ${line}`, () => assert.equal(lineWith(change), line));

  it('is nothing where nothing is advised, with the reason of the best', () => {
    const line = lineWith({ advised: false, reason: 'It costs too much.' }, [], { ...OWNED, remedies: OWNED.remedies.slice(0, 1) });
    assert.equal(line, 'Nothing is advised as it stands. Why not option 1, import the images for every architecture: It costs too much.');
  });

  it('is nothing where nothing works', () => {
    const line = lineWith({ advised: false, feasible: false }, [], { ...OWNED, remedies: OWNED.remedies.slice(0, 1) });
    assert.equal(line, 'No option works here as it stands: each says below why.');
  });

  it('is the runbook where there is no option', () => {
    assert.equal(lineWith({}, [], { ...OWNED, remedies: [] }), 'No way out of this is known here: follow the runbook.');
  });
});

describe('an option that would stop virtual machines', () => {
  const harmful = OWNED.remedies.find(({ orphans }) => orphans.count > 0);
  const message = renderIncident(incidentOf('owned-by-argo-cd'), episodeOf(incidentOf('owned-by-argo-cd')), {
    consoleUrl: undefined,
    buttons: [],
  });
  const shown = [...textsOf(message.blocks), ...message.files.map(({ content }) => content)].join('\n');

  it('names them', () => assert.match(shown, /1 virtual machine runs on nodes that drop out and would be orphaned: shop\/web-1\./));

  it('has no command and no part of a manifest to copy, neither in the message nor in a file', () => {
    assert.ok(harmful?.command && harmful.yaml);
    assert.ok(!shown.includes(harmful.command));
    assert.ok(!shown.includes(harmful.yaml.trimEnd()));
    assert.equal(commandsOf(message.blocks).length, OWNED.remedies.length - 1);
  });
});

describe('a sentence that is too long for the message', () => {
  it('is whole in options.txt', () => {
    const incident = incidentOf('owned-by-argo-cd');
    const long = `${'very '.repeat(200)}long`;
    const [first, ...others] = OWNED.remedies;
    const remedies = first ? [{ ...first, costs: [long] }, ...others] : [];
    const { blocks, files } = renderIncident(
      incident,
      { ...episodeOf(incident), facts: { ...OWNED, remedies } },
      { consoleUrl: undefined, buttons: [] },
    );
    assert.ok(!allText(blocks).includes(long));
    assert.deepEqual(
      files.map(({ name, content }) => [name, content.includes(`\n${long}\n`)]),
      [['options.txt', true]],
    );
  });
});
