/** Where the time goes from the start of a process to the answer to its first delivery, as seen from outside. */
import { setTimeout as wait } from 'node:timers/promises';
import { deliver } from '../../local/build/deliveries.ts';
import { startNode, startWorld } from '../../local/build/world.ts';
import { freePort, isLive } from './ports.ts';

const FUNCTION = 'alertmanager-webhook';

/** Each step's end, in ms after the start, in their order; and how long others worked for us meanwhile. */
export interface Timeline {
  readonly steps: ReadonlyMap<string, number>;
  readonly byOthers: number;
}

export async function timeline(): Promise<Timeline> {
  const asked: { readonly path: string; readonly at: number }[] = [];
  let byOthers = 0;
  const world = await startWorld((path, answer) => {
    const at = performance.now();
    asked.push({ path, at });
    const done = () => {
      byOthers += performance.now() - at;
    };
    answer.then(done, done);
  });
  try {
    const port = await freePort();
    const start = performance.now();
    const environment = { ...world.environmentOf(FUNCTION), PORT: String(port) };
    const { child, url, ended } = startNode([`dist/${FUNCTION}.js`], environment);
    const loaded = url.then(() => performance.now());
    while (!(await isLive(port))) await wait(1);
    const live = performance.now();
    await deliver(FUNCTION, `http://localhost:${port}`);
    const answered = performance.now();
    child.kill('SIGKILL');
    await ended;
    const cluster = asked.filter(({ path }) => path.startsWith('/kubernetes/'));
    const post = asked.find(({ path }) => path.endsWith('/chat.postMessage'));
    const steps: readonly (readonly [string, number | undefined])[] = [
      ['listening, and a health check answered', live],
      ['Express, log, metrics and the function loaded', await loaded],
      ['first request to the API server: Kubernetes client and Slack SDK loaded', cluster[0]?.at],
      ['last request to the API server', cluster.at(-1)?.at],
      ['the message on its way to Slack: judged, recorded, rendered, channel looked through', post?.at],
      ['answered', answered],
    ];
    return { steps: new Map(steps.map(([step, at]) => [step, (at ?? Number.NaN) - start])), byOthers };
  } finally {
    await world.close();
  }
}
