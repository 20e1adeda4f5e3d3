/** Killed at every step between receipt and answer, and then asked again as its sender would: nothing is lost, nothing is told twice. */
import assert from 'node:assert/strict';
import { type Death, play, type Run } from './kills/play.ts';
import { type Scenario, scenarios } from './kills/scenarios.ts';
import { type ApiServer, startApiServer } from './servers/api-server.ts';
import { hyperConvergedCrd } from './servers/paths.ts';
import { killPoints } from './world/gate.ts';
import { createSlots } from './world/in-parallel.ts';

/** Most of a run is waiting: an intent of somebody who was killed lasts 39 s, and a broker's last retry comes after a minute. */
const AT_A_TIME = 40;
/** Reads of the cluster, of the record and of the channel, an intent, a call, and what came of it. */
const FEWEST_STEPS = 12;
/** For a step that a run did not take. */
const MOST_TRIES = 3;
/** Of the steps so many may not be met again. */
const MOST_MISSED = 0.2;

describe('a function that is killed', function () {
  this.timeout(15 * 60_000);
  let server: ApiServer;
  let plain: readonly Run[];
  let killed: readonly (readonly Run[])[];

  before(async () => {
    server = await startApiServer({ crds: [hyperConvergedCrd('1.19')] });
    plain = await Promise.all(scenarios.map((scenario) => play(scenario, server)));
    const inSlot = createSlots(AT_A_TIME);
    const deaths = scenarios.flatMap((scenario, index) => deathsIn(plain[index]).map((death) => ({ scenario, death })));
    const runs = await Promise.all(
      deaths
        .toSorted((a, b) => Number(isQuick(a.death)) - Number(isQuick(b.death)))
        .map(({ scenario, death }) => inSlot(async () => ({ scenario, run: await playUntilReached(scenario, server, death) }))),
    );
    killed = scenarios.map((scenario) => runs.filter((each) => each.scenario === scenario).map(({ run }) => run));
  });
  after(async () => {
    process.stdout.write(`      ${summaryOf((killed ?? []).flat())}\n`);
    await server?.stop();
  });

  for (const [index, { title }] of scenarios.entries()) {
    it(`is told once and truly when nobody is killed: ${title}`, () => {
      const run = plain[index];
      assert.deepEqual([run?.losses, run?.duplicates, run?.neededPing], [[], [], false], run?.output);
    });

    it(`loses nothing and tells nothing twice, wherever it is killed: ${title}`, () => {
      const runs = killed[index] ?? [];
      assert.deepEqual(runs.filter(isWrong).map(describeRun), []);
      const missed = runs.filter(({ isReached }) => !isReached).map(describeRun);
      assert.ok(missed.length <= runs.length * MOST_MISSED, missed.join('\n'));
      assert.ok(runs.length >= FEWEST_STEPS, `only ${runs.length} runs`);
    });
  }
});

/** Killed when a request has come in and nothing is done yet: that is before the first step. */
function deathsIn(plain: Run | undefined): readonly Death[] {
  return [...killPoints(plain?.steps ?? []), 'before the answer is sent'];
}

/** Those that may leave an intent take longest: they begin. */
function isQuick(death: Death): boolean {
  return typeof death === 'string' || death.step.isRead;
}

/** Reads and writes of the three alerts are shared where they come at the same time, so a step of one run may be part of another in the next. */
async function playUntilReached(scenario: Scenario, server: ApiServer, death: Death): Promise<Run> {
  for (let tries = 1; ; tries++) {
    const run = await play(scenario, server, death);
    if (run.isReached || isWrong(run) || tries === MOST_TRIES) return run;
  }
}

function isWrong({ losses, duplicates }: Run): boolean {
  return losses.length > 0 || duplicates.length > 0;
}

function describeRun({ death, losses, duplicates, isReached, output }: Run): string {
  return [death, ...(isReached ? [] : ['never came there']), ...losses, ...duplicates, output].join('\n');
}

function summaryOf(runs: readonly Run[]): string {
  const count = (of: (run: Run) => number) => runs.reduce((sum, run) => sum + of(run), 0);
  const losses = count((run) => run.losses.length);
  const duplicates = count((run) => run.duplicates.length);
  const pings = count(({ neededPing }) => Number(neededPing));
  const missed = runs.filter(({ isReached }) => !isReached).length;
  const kills = `a kill in ${missed === 0 ? 'each' : runs.length - missed}`;
  return `${runs.length} runs, ${kills}: ${losses} losses, ${duplicates} duplicates (${pings} were put right by the ping)`;
}
