/** What a person can click in a message, and when. */
import assert from 'node:assert/strict';
import { acknowledge } from '../../../shared/incidents/acknowledge.ts';
import { BUTTONS, SILENCE_HOURS, type SlackButton } from '../../../shared/slack/actions.ts';
import { type Message, renderIncident } from '../../../shared/slack/message.ts';
import { episodeOf } from '../../helpers/incidents.ts';
import { allText, ofType } from '../../helpers/messages.ts';
import { SCENARIOS } from './scenarios.ts';

function incidentOf(name: string) {
  return SCENARIOS.find((scenario) => scenario.name === name)?.incident ?? assert.fail(`no scenario ${name}`);
}

function render(incident: ReturnType<typeof incidentOf>, buttons: readonly SlackButton[] = BUTTONS): Message {
  return renderIncident(incident, episodeOf(incident), { consoleUrl: undefined, buttons });
}

/** The words of the buttons and menus, in their order. */
function offered(blocks: Message['blocks']): readonly unknown[] {
  return blocks
    .flatMap((block) => (block.type === 'actions' ? block.elements : []))
    .map((one) => allText('placeholder' in one ? one.placeholder : 'text' in one && one.text));
}

const ALL = ['Check again', 'Acknowledge', 'Silence'];
const CONFIRMED = incidentOf('confirmed');

describe('the buttons of a message', () => {
  const cases: readonly { what: string; incident: typeof CONFIRMED; buttons?: readonly SlackButton[]; are: readonly string[] }[] = [
    { what: 'all that are wanted', incident: CONFIRMED, are: ALL },
    {
      what: 'only those that are wanted, in our order',
      incident: CONFIRMED,
      buttons: ['acknowledge', 'check-again'],
      are: ['Check again', 'Acknowledge'],
    },
    { what: 'none where none is wanted', incident: CONFIRMED, buttons: [], are: [] },
    { what: 'the same before any alert fires', incident: incidentOf('early-warning'), are: ALL },
    { what: 'the same while it cannot be verified', incident: incidentOf('unverifiable'), are: ALL },
    {
      what: 'no acknowledgement of what somebody takes care of',
      incident: acknowledge(CONFIRMED, { by: 'U1', at: '2026-11-22T10:01:00Z' }),
      are: ['Check again', 'Silence'],
    },
    { what: 'none on what is over', incident: incidentOf('resolved'), are: [] },
    { what: 'none on what was over before anybody looked', incident: incidentOf('stale'), are: [] },
    { what: 'none on what is over and cannot be checked now', incident: incidentOf('resolved-then-not-checkable'), are: [] },
  ];
  for (const { what, incident, buttons, are } of cases) {
    it(`are ${what}, in every form of the message`, () => {
      const { blocks, flatBlocks, shortBlocks } = render(incident, buttons);
      assert.deepEqual([blocks, flatBlocks, shortBlocks].map(offered), [are, are, are]);
    });
  }

  it('stand after what to do, before the links', () => {
    const { blocks } = render(CONFIRMED);
    const at = blocks.findIndex(({ type }) => type === 'actions');
    assert.match(allText(blocks[at - 1]), /^Do this: /);
    assert.match(allText(blocks[at + 1]), /^Runbook/);
  });

  for (const [name, style] of [
    ['unverifiable', 'primary'],
    ['verified-then-not-checkable', 'primary'],
    ['confirmed', undefined],
  ] as const) {
    it(`have a check that ${style ? 'stands out' : 'is one of them'} where the message is ${name}`, () => {
      assert.equal(ofType(render(incidentOf(name)).blocks, 'button')[0]?.style, style);
    });
  }

  it('name the alert to who cannot see where they stand', () => {
    for (const { incident } of SCENARIOS) {
      for (const { accessibility_label } of ofType(render(incident).blocks, 'button'))
        assert.ok(String(accessibility_label).includes(incident.alert));
    }
  });

  it('offer each time for which one may silence, and ask before that is done', () => {
    const [menu] = ofType(render(CONFIRMED).blocks, 'static_select');
    const options = ofType(menu?.options, 'plain_text').map(({ text }) => text);
    assert.deepEqual(options, ['for 1 hour', 'for 4 hours', 'for 1 day', 'for 7 days']);
    const values = [menu?.options].flat().map((option) => Object(option).value);
    assert.deepEqual(values, Object.keys(SILENCE_HOURS));
    assert.match(
      allText(menu?.confirm),
      /Alertmanager notifies nobody of HCOMultiArchGoldenImagesDisabled, here or elsewhere; .*archwatch goes on watching/,
    );
  });
});
