/**
 * Whole messages, as they were read and found good. After a change that is meant, write them anew and read the difference:
 * `UPDATE_GOLDEN=1 npx mocha --fgrep 'is the golden one'`, then `git diff test/fixtures/messages`.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { BUTTONS } from '../../../shared/slack/actions.ts';
import { createChat } from '../../../shared/slack/chat.ts';
import { type Message, renderIncident } from '../../../shared/slack/message.ts';
import { CHANNEL, type RunningSlack, startSlack, TOKEN } from '../../helpers/embedded-slack.ts';
import { episodeOf } from '../../helpers/incidents.ts';
import { SCENARIOS, type Scenario } from './scenarios.ts';

const FOLDER = new URL('../../fixtures/messages/', import.meta.url);

function render({ incident }: Scenario): Message {
  return renderIncident(incident, episodeOf(incident), { consoleUrl: undefined, buttons: BUTTONS });
}

describe('the message of an incident', () => {
  for (const scenario of SCENARIOS) {
    it(`is the golden one: ${scenario.name}`, () => {
      const { flatBlocks: _, ...message } = render(scenario);
      const file = new URL(`${scenario.name}.json`, FOLDER);
      if (process.env.UPDATE_GOLDEN) writeFileSync(file, `${JSON.stringify(message, null, 1)}\n`);
      assert.deepEqual(JSON.parse(JSON.stringify(message)), JSON.parse(readFileSync(file, 'utf8')));
    });
  }

  it('has no golden file without an incident', () => {
    const files = readdirSync(FOLDER).sort();
    assert.deepEqual(files, SCENARIOS.map(({ name }) => `${name}.json`).sort());
  });
});

describe('Slack', () => {
  let running: RunningSlack;
  before(async () => {
    running = await startSlack();
  });
  after(() => running.close());
  beforeEach(() => running.wait(10));
  const chat = () => createChat({ token: async () => TOKEN, channel: CHANNEL.id, apiUrl: running.api, now: () => new Date(0) });

  for (const scenario of SCENARIOS) {
    it(`takes the message as it is: ${scenario.name}`, async () => {
      const message = render(scenario);
      await chat().post(message);
      const shown = running.slack.messages().at(-1);
      assert.deepEqual(shown?.blocks, message.blocks);
      assert.equal(shown?.text, message.text);
      assert.deepEqual(shown?.metadata, message.metadata);
    });

    it(`takes it unfolded where it does not know folding: ${scenario.name}`, async () => {
      const message = render(scenario);
      running.slack.setFault({ error: 'invalid_blocks' }, { calls: 1 });
      await chat().post(message);
      assert.deepEqual(running.slack.messages().at(-1)?.blocks, message.flatBlocks);
    });
  }
});
