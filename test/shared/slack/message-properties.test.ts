/** Whatever somebody typed into a cluster or an alert: the message is taken, lies to nobody, notifies nobody, and loses nothing. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Episode, Incident } from '../../../shared/incidents/incident.ts';
import { BUTTONS } from '../../../shared/slack/actions.ts';
import { renderAnnouncement } from '../../../shared/slack/announcement.ts';
import { type Message, renderIncident } from '../../../shared/slack/message.ts';
import { episodeOf } from '../../helpers/incidents.ts';
import { assertTakenBySlack, commandsOf, ofType, partsOf, preformattedOf, textsOf } from '../../helpers/messages.ts';
import { hostileIncident } from './hostile.ts';

const RUNS = { numRuns: 40 };

function render(incident: Incident): Message {
  return renderIncident(incident, episodeOf(incident), { consoleUrl: undefined, buttons: BUTTONS });
}

/** Checks every message of hostile incidents; what fails is shrunk and printed by fast-check. */
function always(check: (message: Message, episode: Episode, incident: Incident) => void): void {
  fc.assert(
    fc.property(hostileIncident, (incident) => check(render(incident), episodeOf(incident), incident)),
    RUNS,
  );
}

const CLICKABLE = ['actions', 'button', 'static_select'];
const INVISIBLE = /\p{Cc}|\p{Cf}|\p{Cs}|\p{Zl}|\p{Zp}|\p{DI}/u;
/** What a reader sees of a name. */
const visible = (name: string) => name.replaceAll(new RegExp(INVISIBLE, 'gu'), '\uFFFD');
const COMMAND =
  /^(?:kubectl|oc) patch hyperconvergeds\.(?:v1|v1beta1)\.hco\.kubevirt\.io -n kubevirt-hyperconverged kubevirt-hyperconverged --type=(?:merge|json) -p '[ -~]+'$/;
const RESTART = /^(?:kubectl|oc) delete pods -n kubevirt-hyperconverged -l name=hyperconverged-cluster-operator$/;
const LOOKS_LIKE_COMMAND = /^\s*(?:kubectl|oc)\s+(?:patch|delete)\b/;

describe('a message of hostile input', () => {
  it('breaks no limit of Slack, folded and flat', () =>
    always(({ text, blocks, flatBlocks, metadata }) => {
      assertTakenBySlack(text, blocks, metadata);
      assertTakenBySlack(text, flatBlocks, metadata);
    }));

  it('says the same folded and flat', () =>
    always(({ blocks, flatBlocks }) => assert.deepEqual(textsOf(blocks).toSorted(), textsOf(flatBlocks).toSorted())));

  it('has only elements that cannot notify anybody, and no mrkdwn beside its text', () =>
    always(({ blocks, flatBlocks }) => {
      const known = ['header', 'plain_text', 'rich_text', 'rich_text_section', 'rich_text_list', 'rich_text_preformatted', ...CLICKABLE];
      const types = partsOf([blocks, flatBlocks]).flatMap(({ type }) => type ?? []);
      assert.deepEqual(
        types.filter((type) => ![...known, 'container', 'text', 'link', 'date'].includes(String(type))),
        [],
      );
    }));

  it('has a text in which no markup of theirs is alive and no entity is cut', () =>
    always(({ text }) => {
      assert.doesNotMatch(text, /[<>]/);
      assert.doesNotMatch(text, /&(?!(?:amp|lt|gt);)/);
    }));

  it('links only to web addresses that came as such', () =>
    always(({ blocks }, _episode, { series }) => {
      const came = series
        .flatMap(({ links }) => [links.runbook, links.graph, links.alertmanager])
        .map((address) => URL.parse(address ?? ''));
      const bases = came.flatMap((url) => (url ? [url.href, url.href.replace(/\/monitoring\/?$/, '')] : []));
      for (const { url } of ofType(blocks, 'link')) {
        assert.match(String(url), /^https?:\/\/[^@/]+(?:[/?#]|$)/);
        const base = String(url).replace(
          /\/k8s\/ns\/kubevirt-hyperconverged\/hco\.kubevirt\.io~v1(?:beta1)?~HyperConverged\/kubevirt-hyperconverged\/yaml$/,
          '',
        );
        assert.ok(bases.includes(base), `${url} did not come`);
      }
    }));

  it('holds no control, direction or invisible character', () =>
    always(({ text, blocks, files }) => {
      const inside = preformattedOf(blocks).concat(files.map(({ content }) => content.replaceAll('\t', '')));
      const lines = inside.flatMap((one) => one.split('\n'));
      const rest = textsOf(blocks).filter((one) => !inside.includes(one));
      for (const one of [text, ...rest, ...lines]) assert.doesNotMatch(one, INVISIBLE);
    }));

  it('prints each command alone, on one line, and nothing else that looks like one', () =>
    always(({ text, blocks, flatBlocks, files }, { facts }) => {
      const ours = (facts?.remedies ?? []).map(({ command }) => command);
      for (const shown of [blocks, flatBlocks]) {
        for (const command of commandsOf(shown)) {
          assert.ok(COMMAND.test(command) || RESTART.test(command), command);
          assert.ok(ours.includes(command));
        }
        const others = textsOf(shown).filter((one) => !commandsOf(shown).includes(one));
        const lines = [text, ...others].flatMap((one) => one.split('\n'));
        assert.deepEqual(
          lines.filter((line) => LOOKS_LIKE_COMMAND.test(line)),
          [],
        );
      }
      const filed = files.flatMap(({ content }) => content.split('\n')).filter((line) => LOOKS_LIKE_COMMAND.test(line));
      assert.deepEqual(
        filed.filter((line) => !ours.includes(line)),
        [],
      );
    }));

  it('has the command of every remedy that clears the alert and stops no machine, whole, in itself or in options.txt', () =>
    always(({ blocks, files }, { facts, overAt }) => {
      if (overAt !== undefined) return;
      const options = files.find(({ name }) => name === 'options.txt')?.content.split('\n') ?? [];
      const copyable = [...commandsOf(blocks), ...options];
      for (const { command, feasible, orphans } of facts?.remedies ?? []) {
        if (command !== undefined) assert.equal(copyable.includes(command), feasible && orphans.count === 0, command);
      }
    }));

  it('names every workload node, in itself or in nodes.txt', () =>
    always(({ blocks, files }, { facts, overAt }) => {
      if (overAt !== undefined) return;
      const names = (facts?.condition.evidence?.rows ?? []).flatMap(({ nodes }) => nodes).map(visible);
      const file = files.find(({ name }) => name === 'nodes.txt');
      const listed = file?.content.split('\n').map((line) => line.split('\t')[1]);
      const text = textsOf(blocks).join('\n');
      if (listed) assert.deepEqual(listed.filter((name) => name !== undefined).toSorted(), names.toSorted());
      else for (const name of names) assert.ok(text.includes(name), `${name} is nowhere`);
    }));

  it('names every virtual machine to worry about that is on record, in itself or in virtual-machines.txt', () =>
    always(({ blocks, files }, { facts, overAt }) => {
      if (overAt !== undefined || !facts?.atRisk?.ok) return;
      const { suspect, unknown } = facts.atRisk.value;
      const names = [...suspect.names, ...unknown.names].map(visible);
      const file = files.find(({ name }) => name === 'virtual-machines.txt');
      const text = [...textsOf(blocks), file?.content ?? ''].join('\n');
      for (const name of names) assert.ok(text.includes(name), `${name} is nowhere`);
    }));

  it('recommends only what is advised and not refused, and says so where there is nothing of the kind', () =>
    always(({ blocks }, { facts, overAt }) => {
      if (overAt !== undefined || !facts) return;
      const [line] = textsOf(blocks).filter((text) => /^(?:Do this: |Nothing is advised|No option works|No way out)/.test(text));
      const number = Number(/\(option (\d+)\)\.?$/.exec(line ?? '')?.[1]);
      const best = facts.remedies.find(({ advised, acceptance }) => advised && acceptance.accepted !== false);
      assert.equal(facts.remedies[number - 1], best, line);
    }));

  it('mentions every file that belongs to it, and no other', () =>
    always(({ blocks, files }) => {
      const line = textsOf(blocks).find((one) => one.startsWith('In the thread: '));
      assert.equal(line, files.length > 0 ? `In the thread: ${files.map(({ name }) => name).join(', ')}` : undefined);
      for (const { content } of files) assert.notEqual(content, '');
    }));

  it('is the same for the same incident', () =>
    always((message, _episode, incident) => assert.deepEqual(render(structuredClone(incident)), message)));

  it('is answered in its thread within the same bounds', () =>
    always((_message, episode, incident) => {
      for (const [index, announcement] of episode.announcements.entries()) {
        const { text, blocks, metadata } = renderAnnouncement(incident, episode, announcement, index + 1);
        assertTakenBySlack(text, blocks, metadata);
        assert.doesNotMatch(text, /[<>]|&(?!(?:amp|lt|gt);)/);
        for (const one of [text, ...textsOf(blocks)]) {
          assert.doesNotMatch(one, INVISIBLE);
          assert.doesNotMatch(one, LOOKS_LIKE_COMMAND);
        }
      }
    }));
});
