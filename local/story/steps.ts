/** The steps of the demo's story: one row each, what it does and when it counts as done. */

import { objectAt } from '../embedded-cluster/json.ts';
import { flap } from './flap.ts';
import { hourPassed } from './node-event.ts';
import { ownImageSteps } from './own-image-steps.ts';
import type { StepParts } from './parts.ts';
import { personSteps } from './person-steps.ts';
import { applyRemedy, isImportOn, placementOf, type Remedy } from './remedies.ts';
import { riskSteps } from './risk-steps.ts';
import { type Step, wasPlayedOnce } from './step.ts';
import { keepNodeEventsAway, killWhilePosting, loseAnswer, passAnHour, restartFunctions } from './trouble.ts';
import { ARM_WORKERS, BURST, foreigners, isThere, join, leave } from './workers.ts';

/** In the order in which the story is best told. */
export function storySteps(parts: StepParts): readonly Step[] {
  const { cluster, clusterName, alert, alertmanager, broker, slack, now } = parts;
  const isAnyThere = (workers: typeof BURST) => workers.some(({ name }) => isThere(cluster, name));
  const isRestricted = () => Object.keys(objectAt(placementOf(cluster))).length > 0;
  const remedy = (name: Remedy) => () => applyRemedy(name, parts);
  return [
    {
      id: 'hour-passes',
      chapter: 'One incident',
      label: 'An hour passes: the ping',
      hint: 'Two arm64 workers joined before archwatch was started, so no event told of them. The ping makes it look: an early warning.',
      isDone: wasPlayedOnce,
      play: () => passAnHour(broker, hourPassed({ cluster: clusterName, at: now() })),
    },
    {
      id: 'alert-fires',
      chapter: 'One incident',
      label: 'The alert fires',
      hint: 'The same message, confirmed. Played again, nothing is posted twice.',
      isDone: () => alert.firingSince() !== undefined,
      play: alert.fire,
    },
    {
      id: 'operator-restarts',
      chapter: 'One incident',
      label: 'The HyperConverged operator restarts',
      hint: 'The alert resolves although the mismatch is still there, then fires with other labels: contradicted, why, and still one message.',
      isDone: wasPlayedOnce,
      play: alert.restartOperator,
    },
    {
      id: 'enable-import',
      chapter: 'One incident',
      label: 'Remedy 1: import images for every architecture',
      hint: 'An event tells that the HyperConverged changed: the message says that it is over within some seconds, before the alert does.',
      isDone: () => isImportOn(cluster),
      play: remedy('enable-import'),
    },
    {
      id: 'restrict-placement',
      chapter: 'One incident',
      label: 'Remedy 2: run virtual machines on amd64 nodes only',
      hint: 'One architecture is left among the workload nodes.',
      isDone: isRestricted,
      play: remedy('restrict-placement'),
    },
    {
      id: 'alert-resolves',
      chapter: 'One incident',
      label: 'The alert resolves',
      hint: 'It does not before a remedy has worked. The message has said what ended it.',
      isDone: (wasPlayed) => wasPlayed && alert.firingSince() === undefined,
      play: alert.resolve,
    },
    {
      id: 'undo-remedies',
      chapter: 'One incident',
      label: 'Both remedies are undone',
      hint: 'The mismatch is back: an event, and the same message, as long as it comes back within the hour.',
      isDone: (wasPlayed) => wasPlayed && !isImportOn(cluster) && !isRestricted(),
      play: remedy('undo'),
    },
    ...riskSteps(parts),
    ...personSteps(parts),
    {
      id: 'burst-joins',
      chapter: 'More of it',
      label: '200 workers of three architectures join within seconds',
      hint: 'Some hundred events and two or three looks: see below. One message, and one reply for what is new.',
      isDone: () => isAnyThere(BURST),
      play: () => join(cluster, BURST),
    },
    {
      id: 'burst-leaves',
      chapter: 'More of it',
      label: 'The 200 workers leave again',
      hint: 'A reply or two say who left, and which architecture went with them.',
      isDone: (wasPlayed) => wasPlayed && !isAnyThere(BURST),
      play: () => leave(cluster, BURST),
    },
    {
      id: 'alert-flaps',
      chapter: 'More of it',
      label: 'The alert flaps: three times over and back',
      hint: 'A remedy goes on and off, and the alert with it. The same message, with a count.',
      isDone: wasPlayedOnce,
      play: () => flap(parts),
    },
    ...ownImageSteps(parts),
    {
      id: 'functions-restart',
      chapter: 'Kills and lost answers',
      label: 'The functions restart',
      hint: 'All four are killed with SIGKILL and started again. What they know is in a ConfigMap: the story goes on with the same message.',
      isDone: wasPlayedOnce,
      play: () => restartFunctions(parts),
    },
    {
      id: 'kill-while-posting',
      chapter: 'Kills and lost answers',
      label: 'A function is killed while it posts',
      hint:
        'A ppc64le worker joins or leaves; Slack takes the reply about it and does not answer; node-events is killed and started again. ' +
        'It stands once. Whoever comes next waits 39\u00a0s, then looks into the channel: until then, deliveries are answered 503.',
      isDone: wasPlayedOnce,
      play: () => killWhilePosting(parts),
    },
    {
      id: 'slack-loses-answer',
      chapter: 'Kills and lost answers',
      label: 'Slack loses an answer',
      hint: 'The ppc64le worker again: its reply is posted, and the answer breaks off. The event comes again, and finds the reply in the channel.',
      isDone: wasPlayedOnce,
      play: () => loseAnswer(parts),
    },
    {
      id: 'event-given-up',
      chapter: 'Kills and lost answers',
      label: 'Events that nobody can handle',
      hint:
        'node-events is away for longer than the broker tries, half a minute. The dead-letter function says so, once an hour; ' +
        'the ping makes up for what was missed.',
      isDone: wasPlayedOnce,
      play: () => keepNodeEventsAway(parts),
    },
    {
      id: 'nodes-unreadable',
      chapter: 'Outages',
      label: 'Half of the nodes cannot be read',
      hint: 'Let the alert fire again: unknown is not absent. The message keeps its facts and says since when it cannot be checked.',
      isDone: () => cluster.outage() === 'half-a-list',
      play: () => cluster.setOutage('half-a-list'),
    },
    {
      id: 'api-server-leaves',
      chapter: 'Outages',
      label: 'The API server goes away',
      hint: 'Nothing can be read, and nothing recorded: the alert and the ping are answered 503 until it is back.',
      isDone: () => cluster.outage() === 'refused-503',
      play: () => cluster.setOutage('refused-503'),
    },
    {
      id: 'api-server-returns',
      chapter: 'Outages',
      label: 'The API server comes back',
      hint: 'The next group interval, here at once: Alertmanager comes again with what got a 503.',
      isDone: (wasPlayed) => wasPlayed && cluster.outage() === undefined,
      play: () => {
        cluster.setOutage(undefined);
        return alertmanager.deliverAgain();
      },
    },
    {
      id: 'slack-leaves',
      chapter: 'Outages',
      label: 'Slack goes away',
      hint: 'Deliveries and events are answered 503 until what they mean was said; what is to be said is on record.',
      isDone: slack.isAway,
      play: () => slack.setAway(true),
    },
    {
      id: 'slack-returns',
      chapter: 'Outages',
      label: 'Slack comes back',
      hint: 'The next group interval, here at once: Alertmanager comes again with what got a 503, and it is said, once.',
      isDone: (wasPlayed) => wasPlayed && !slack.isAway(),
      play: () => {
        slack.setAway(false);
        return alertmanager.deliverAgain();
      },
    },
    {
      id: 'arm-nodes-leave',
      chapter: 'The end, and again',
      label: 'Every worker that is not amd64 leaves',
      hint: 'One architecture is left: it is over, and the thread says who left.',
      isDone: (wasPlayed) => wasPlayed && foreigners(cluster).length === 0,
      play: () => leave(cluster, foreigners(cluster)),
    },
    {
      id: 'arm-nodes-join',
      chapter: 'The end, and again',
      label: 'Two arm64 workers join',
      hint: 'This time an event tells of them, and the message says within some seconds that it is back.',
      isDone: (wasPlayed) => wasPlayed && isAnyThere(ARM_WORKERS),
      play: () => join(cluster, ARM_WORKERS),
    },
  ];
}
