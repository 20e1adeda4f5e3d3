/** What is done next in the channel, and what is intended with it. */
import assert from 'node:assert/strict';
import type { Episode } from '../../../shared/incidents/incident.ts';
import { fileMark, intentOf, nextStep, type Step } from '../../../shared/incidents/steps.ts';
import { snapshot } from '../../helpers/cluster-objects.ts';
import { FOUND, minute } from '../../helpers/deliveries.ts';
import { episodeOf, fires, incidentAfter } from '../../helpers/incidents.ts';

const opened = episodeOf(incidentAfter([{ snapshot: snapshot(FOUND.present), at: minute(0), claims: [fires(minute(0))] }]));
const said = { channel: 'C', ts: '1.1', revision: 1, checkedAt: minute(0), announcements: 0, files: {} };
const file = { name: 'nodes.txt', title: 'Nodes', content: 'ä' };
const announcement = { at: minute(1), kind: 'opened' } as const;
const shown: Episode = { ...opened, said };
const behind: Episode = { ...shown, revision: 2, announcements: [announcement] };
const now = new Date(minute(1));

describe('the next step', () => {
  const cases: readonly {
    readonly is: Step['kind'] | undefined;
    readonly when: string;
    readonly episode: Episode;
    readonly files?: boolean;
  }[] = [
    { is: 'post', when: 'nothing is said', episode: opened, files: true },
    { is: undefined, when: 'everything is said', episode: shown },
    { is: 'edit', when: 'all else is to be done too', episode: behind, files: true },
    { is: 'reply', when: 'the message shows the latest', episode: { ...behind, said: { ...said, revision: 2 } }, files: true },
    { is: 'file', when: 'only a file is not there', episode: shown, files: true },
    {
      is: undefined,
      when: 'the file is there',
      episode: { ...shown, said: { ...said, files: { 'nodes.txt': fileMark('ä') } } },
      files: true,
    },
  ];
  for (const { is, when, episode, files } of cases) {
    it(`is ${is ?? 'none'} when ${when}`, () => assert.equal(nextStep(episode, files ? [file] : [], now)?.kind, is));
  }
});

describe('the number of an announcement', () => {
  const told = { ...said, revision: 2, announcements: 4 };
  const late: Episode = { ...behind, said: told, announced: 3, announcements: [{ ...announcement, kind: 'contradicted' }, announcement] };

  it('goes on where earlier ones were let go', () => {
    assert.deepEqual(nextStep(late, [], now), { kind: 'reply', said: told, announcement, number: 5 });
  });

  it('counts those that were let go in what a post says', () => {
    assert.equal(intentOf({ kind: 'post' }, { ...late, said: undefined }, { id: 'i', now }).willSay.announcements, 5);
  });
});

describe('an intent', () => {
  const cases: readonly { readonly step: Step; readonly willSay: object }[] = [
    { step: { kind: 'post' }, willSay: { revision: 2, announcements: 1, files: {} } },
    { step: { kind: 'edit', said }, willSay: { revision: 2, announcements: 0, files: {} } },
    { step: { kind: 'reply', said, announcement, number: 1 }, willSay: { revision: 1, announcements: 1, files: {} } },
    { step: { kind: 'file', said, file }, willSay: { revision: 1, announcements: 0, files: { 'nodes.txt': fileMark('ä') } } },
  ];
  for (const { step, willSay } of cases) {
    it(`to ${step.kind} holds what the channel shows then, and lasts for longer than Slack may take`, () => {
      const intent = intentOf(step, behind, { id: 'i', now });
      assert.deepEqual(intent, {
        ...intent,
        id: 'i',
        step: step.kind,
        at: minute(1),
        isInDoubt: false,
        willSay: { ...willSay, checkedAt: minute(0) },
      });
      assert.ok(intent.lastsMs >= 33_000);
    });
  }

  it('knows a file by its content and its bytes', () => assert.match(fileMark('ä'), /^[0-9a-f]{16}-2$/));
});
