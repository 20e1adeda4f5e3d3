import assert from 'node:assert/strict';
import { findIncident } from '../../../functions/slack-actions/find-incident.ts';
import { advance } from '../../../shared/incidents/advance.ts';
import { withoutMessage } from '../../../shared/incidents/steps.ts';
import { FOUND, lookAt, NEVER_SEEN } from '../../helpers/deliveries.ts';
import { episodeOf, posted } from '../../helpers/incidents.ts';

const open = posted(advance(NEVER_SEEN, lookAt(10, FOUND.present)));
const closed = { ...open, episode: withoutMessage(episodeOf(open)) };
const place = { channel: 'C', clusterName: 'prod' };
const click = {
  action: { kind: 'check-again' as const },
  user: { id: 'U0ALICE', name: 'alice' },
  ...{ channel: 'C', ts: '1.1', responseUrl: undefined, workspace: undefined },
  says: { key: undefined, episode: undefined },
};
const sentence = (found: ReturnType<typeof findIncident>) => ('outcome' in found ? JSON.stringify(found.pieces) : 'found');

describe('the incident of a click', () => {
  it('is the one whose message it was', () =>
    assert.deepEqual(findIncident([NEVER_SEEN, open], click, place), { incident: open, episode: open.episode }));

  const none = [
    { when: 'the message is another', incidents: [open], click: { ...click, ts: '1.10' }, says: /not on record for prod/ },
    { when: 'the channel is another', incidents: [open], click: { ...click, channel: 'D' }, says: /works in another channel/ },
    { when: 'Slack closed the message', incidents: [closed], click, says: /goes on in a newer message below/ },
    { when: 'nothing is on record', incidents: [], click, says: /not on record for prod/ },
    {
      when: 'it claims an incident of ours',
      incidents: [closed],
      click: { ...click, ts: '9', says: { key: open.key, episode: 'e' } },
      says: /earlier episode, which has ended/,
    },
  ];
  for (const { when, incidents, click: clicked, says } of none) {
    it(`is none where ${when}, and the person hears so`, () => assert.match(sentence(findIncident(incidents, clicked, place)), says));
  }
});
