/** The demo as a person meets it: its page in a real browser with the whole story played, and the command of the README. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readPng } from './png.ts';
import { type OpenPage, openPage } from './servers/chromium.ts';
import { type Demo, startDemo } from './servers/demo.ts';
import { REPOSITORY } from './servers/paths.ts';
import { run } from './servers/process.ts';
import { temporaryFolder } from './servers/running.ts';
import { waitUntil } from './servers/wait.ts';

const ARM_NODES = /worker-arm-1 and worker-arm-2/;
const DIFF_LINE = /^\+ +enableMultiArchBootImageImport: true$/m;

/** What is visible on the page. */
interface Shown {
  /** About incidents, the oldest first; without replies that are shown in the channel too. */
  readonly messages: readonly string[];
  /** About events that nobody could handle. */
  readonly letters: readonly string[];
  /** The first line of the first message. */
  readonly head: string;
  /** Of the first message, those that are folded away too. */
  readonly commands: readonly string[];
  /** The newest reply in its thread, here and below. */
  readonly newest: string;
  readonly replies: number;
  /** What only the person at the page sees, the newest last. */
  readonly whispers: readonly string[];
  /** All of them. */
  readonly thread: readonly string[];
  /** Replies that are shown in the channel too. */
  readonly broadcasts: number;
  /** "Cluster now". */
  readonly cluster: string;
  /** "On record". */
  readonly record: string;
}

interface Step {
  /** The button. */
  readonly label: string;
  readonly when?: string;
  readonly shows: (shown: Shown) => void;
  /** The step ends only with a later one. */
  readonly lasts?: true;
  /** How long it may take, in ms. */
  readonly withinMs?: number;
  /** What the page tells the person when the step fails. */
  readonly fails?: RegExp;
}

const BOOT_IMAGES = /demo .* boot images? may get the wrong CPU architecture/;
const COMMAND = /^kubectl patch hyperconvergeds\.v1\.hco\.kubevirt\.io /m;

/** Virtual machines that boot from images imported since the arm64 workers joined. */
const NOT_KNOWN = /2 not known \(lab\/build-2 and lab\/runner-1\)/;
const PLACEMENT_COMMAND = /^kubectl patch .*"kubernetes\.io\/arch":"amd64"/;
const NO_ANNOTATION = 'HCOGoldenImageWithNoArchitectureAnnotation';
const NO_SUPPORTED = 'HCOGoldenImageWithNoSupportedArchitecture';

const screens = [
  { device: 'desktop', width: 1280, height: 800 },
  { device: 'phone', width: 390, height: 844 },
];

const FIRE = 'The alert fires';
const ARGO_CD = 'Argo CD takes the HyperConverged over';
const RESOLVE = 'The alert resolves';

const PING = 'An hour passes: the ping';
/** An intent of 39 s, and the attempt that finds that its time is over. */
const AFTER_INTENT_MS = 90_000;

const story: readonly Step[] = [
  {
    label: PING,
    shows: ({ messages: [message = ''], head, replies, record }) => {
      assert.match(head, BOOT_IMAGES);
      for (const part of [/is about to fire/, ARM_NODES, NOT_KNOWN, DIFF_LINE, COMMAND]) assert.match(message, part);
      assert.equal(replies, 0);
      assert.match(record, /open, early-warning[\s\S]*revision 1 of 1/);
    },
  },
  {
    label: FIRE,
    shows: ({ messages: [message = ''], newest, replies, record }) => {
      assert.match(message, /confirmed on the cluster/);
      assert.match(newest, /Alertmanager now says it too/);
      assert.equal(replies, 1);
      assert.match(record, /open, confirmed/);
    },
  },
  {
    label: FIRE,
    when: 'a second time',
    shows: ({ cluster, head, replies }) => {
      assert.match(cluster, /answered 204/);
      assert.match(head, /boot images/);
      assert.equal(replies, 1);
    },
  },
  {
    label: 'The HyperConverged operator restarts',
    shows: ({ head, newest, broadcasts }) => {
      assert.match(newest, /resolved\. It is not: .*operator/);
      assert.equal(broadcasts, 1);
      assert.match(head, /can wait until morning · new VMs/);
    },
  },
  {
    label: 'Remedy 1: import images for every architecture',
    shows: ({ cluster, head, newest, replies }) => {
      assert.match(cluster, /Import for every architecture\s+on\b/);
      assert.match(head, /over: .*import is on/);
      assert.match(newest, /It is over: .*import is on/);
      assert.equal(replies, 3);
    },
  },
  {
    label: 'Remedy 2: run virtual machines on amd64 nodes only',
    shows: ({ cluster }) => assert.match(cluster, /kubernetes\.io\/arch=amd64/),
  },
  {
    label: RESOLVE,
    shows: ({ head, replies, record }) => {
      assert.match(head, /over: /);
      assert.equal(replies, 3);
      assert.match(record, /over, resolved/);
    },
  },
  {
    label: 'Both remedies are undone',
    shows: ({ cluster, newest, broadcasts, record }) => {
      assert.match(cluster, /Import for every architecture\s+off\b[\s\S]*on every worker/);
      assert.match(newest, /It is back/);
      assert.equal(broadcasts, 2);
      assert.match(record, /Came back\s+1 time/);
    },
  },
  {
    label: 'A virtual machine is started on an arm64 node',
    shows: ({ cluster, newest, commands, messages: [message = ''] }) => {
      assert.match(cluster, /6 on amd64, 1 on arm64, 1 stopped/);
      assert.match(newest, /lab\/arm-build-1/);
      assert.match(message, /Run virtual machines on amd64 nodes only · not advised/);
      assert.match(message, COMMAND);
      assert.equal(commands.filter((command) => PLACEMENT_COMMAND.test(command)).length, 0);
    },
  },
  {
    label: 'A virtual machine is started on an arm64 node',
    when: 'and taken away again',
    shows: ({ cluster, commands }) => {
      assert.match(cluster, /6 on amd64, 1 stopped/);
      assert.equal(commands.filter((command) => PLACEMENT_COMMAND.test(command)).length, 1);
    },
  },
  { label: ARGO_CD, shows: ({ messages: [message = ''] }) => assert.match(message, /Argo CD application virt writes this CR/) },
  { label: ARGO_CD, when: 'and leaves it', shows: ({ messages: [message = ''] }) => assert.doesNotMatch(message, /Argo CD/) },
  {
    label: 'Somebody acknowledges it',
    shows: ({ messages: [message = ''], whispers }) => {
      assert.match(message, /Acknowledged by @Robin at/);
      assert.doesNotMatch(message, /^Acknowledge$/m);
      assert.match(whispers.at(-1) ?? '', /You have acknowledged it/);
    },
  },
  { label: 'Somebody checks again', shows: ({ whispers }) => assert.match(whispers.at(-1) ?? '', /^Checked at .*: still true: new VMs/) },
  { label: FIRE, when: 'before it is silenced', shows: ({ record }) => assert.match(record, /open, confirmed/) },
  {
    label: 'Somebody silences the alert for an hour',
    shows: ({ messages: [message = ''], whispers, cluster }) => {
      assert.match(message, /Silenced in Alertmanager until .*, asked for by @Robin/);
      assert.match(whispers.at(-1) ?? '', /^Silenced until /);
      assert.match(cluster, /Silenced\s+until \d\d:\d\d:\d\d UTC\s+Latest delivery\s+silenced: nobody is told/);
    },
  },
  {
    label: 'The silence ends',
    shows: ({ cluster }) => {
      assert.match(cluster, /Latest delivery\s+answered 204/);
      assert.doesNotMatch(cluster, /Silenced/);
    },
  },
  {
    label: '200 workers of three architectures join within seconds',
    shows: ({ cluster, newest, messages: [message = ''] }) => {
      const [, taken = 0, looks = 0] = /Events\s+(\d+) taken\s+Looks at the cluster\s+(\d+)/.exec(cluster)?.map(Number) ?? [];
      assert.ok(taken > 200 && looks < 20, cluster);
      assert.match(newest, /New architecture among the workload nodes: s390x/);
      assert.match(message, /66/);
    },
  },
  {
    label: 'The 200 workers leave again',
    shows: ({ cluster, newest }) => {
      assert.match(newest, /No longer an architecture of the workload nodes: s390x/);
      assert.match(cluster, /6 × amd64, 2 × arm64/);
    },
  },
  {
    label: 'The alert flaps: three times over and back',
    shows: ({ newest, record }) => {
      assert.match(newest, /It is back \(4 times so far\)/);
      assert.match(record, /open, confirmed[\s\S]*Came back\s+4 times/);
    },
  },
  {
    label: 'A golden image without architectures is added',
    shows: ({ messages: [message = ''], newest }) => {
      assert.match(newest, /custom-rhel-image-cron/);
      assert.match(message, /Import the images for every architecture · not advised/);
    },
  },
  {
    label: 'The import is switched on all the same',
    shows: ({ head, messages: [, second = ''] }) => {
      assert.match(head, /over: .*import is on/);
      assert.match(second, new RegExp(`${NO_ANNOTATION} is about to fire`));
    },
  },
  {
    label: 'The alert about the image fires',
    shows: ({ messages: [, second = ''] }) => assert.match(second, new RegExp(`${NO_ANNOTATION} is true: confirmed on the cluster`)),
  },
  {
    label: 'The image is annotated, for s390x only',
    shows: ({ messages: [, second = '', third = ''] }) => {
      assert.match(second, /over: /);
      assert.match(third, new RegExp(`${NO_SUPPORTED} is about to fire`));
    },
  },
  { label: 'The image is disabled', shows: ({ messages: [, , third = ''] }) => assert.match(third, /over: /) },
  {
    label: 'Its alert fires all the same',
    shows: ({ messages: [, , third = ''] }) => {
      assert.match(third, new RegExp(`${NO_SUPPORTED} fires, and was over`));
      assert.match(third, /Start HCO’s operator again/);
    },
  },
  {
    label: 'The image is removed, the import off, the operator restarted',
    shows: ({ newest, messages: [, , third = ''] }) => {
      assert.match(newest, /It is back \(5 times so far\)/);
      assert.match(third, new RegExp(`${NO_SUPPORTED} is over`));
    },
  },
  { label: 'The functions restart', shows: ({ cluster }) => assert.match(cluster, /Functions\s+all run/) },
  {
    label: FIRE,
    when: 'after the restart',
    shows: ({ record, head }) => {
      assert.match(record, /Came back\s+5 times/);
      assert.match(head, /new VMs/);
    },
  },
  {
    label: 'A function is killed while it posts',
    withinMs: AFTER_INTENT_MS,
    shows: ({ thread, record }) => {
      assert.equal(thread.filter((reply) => reply.includes('New architecture among the workload nodes: ppc64le')).length, 1);
      assert.doesNotMatch(record, /Being said/);
    },
  },
  {
    label: 'Slack loses an answer',
    shows: ({ thread, record }) => {
      assert.equal(thread.filter((reply) => reply.includes('No longer an architecture of the workload nodes: ppc64le')).length, 1);
      assert.doesNotMatch(record, /Being said/);
    },
  },
  {
    label: 'Events that nobody can handle',
    withinMs: AFTER_INTENT_MS,
    shows: ({ cluster, letters, thread }) => {
      assert.match(cluster, /2 given up/);
      assert.match(letters.join(), /could not be handled/);
      assert.equal(thread.filter((reply) => reply.includes('New architecture among the workload nodes: ppc64le')).length, 1);
    },
  },
  {
    label: PING,
    when: 'after events were given up',
    shows: ({ newest, letters }) => {
      assert.match(newest, /New architecture among the workload nodes: ppc64le/);
      assert.equal(letters.length, 1);
    },
  },
  { label: 'Half of the nodes cannot be read', shows: ({ cluster }) => assert.match(cluster, /API server\s+fails halfway/) },
  {
    label: FIRE,
    when: 'while half of the nodes cannot be read',
    lasts: true,
    shows: ({ head, messages: [message = ''], cluster }) => {
      assert.match(head, /not checkable/);
      assert.match(message, /worker-arm-1/);
      assert.match(cluster, /trying again after try \d+: the receiver answered 503/);
    },
  },
  {
    label: 'The API server comes back',
    shows: ({ head, cluster }) => {
      assert.doesNotMatch(head, /not checkable/);
      assert.match(cluster, /answered 204 at try/);
    },
  },
  { label: 'The API server goes away', shows: ({ cluster }) => assert.match(cluster, /API server\s+away/) },
  {
    label: FIRE,
    when: 'while the API server is away',
    lasts: true,
    shows: ({ cluster }) => assert.match(cluster, /trying again after try \d+: the receiver answered 503/),
  },
  {
    label: 'The API server comes back',
    when: 'a second time',
    shows: ({ cluster, letters }) => {
      assert.match(cluster, /answered 204 at try/);
      assert.equal(letters.length, 1);
    },
  },
  { label: 'Slack goes away', shows: ({ cluster }) => assert.match(cluster, /Slack\s+away/) },
  { label: 'Every worker that is not amd64 leaves', shows: ({ cluster }) => assert.doesNotMatch(cluster, /arm64|ppc64le/) },
  {
    label: RESOLVE,
    when: 'while Slack is away, until Alertmanager gives up',
    fails: /gave up after 6 tries: the receiver answered 503\. It comes again at its next group interval/,
    withinMs: AFTER_INTENT_MS,
    shows: ({ head, cluster }) => {
      assert.match(cluster, /Alert\s+not firing\s+Latest delivery\s+given up after try 6: the receiver answered 503/);
      assert.match(head, /new VMs/);
    },
  },
  {
    label: 'Slack comes back',
    shows: ({ head, newest, cluster }) => {
      assert.match(cluster, /answered 204\s/);
      assert.match(head, /over: .*nodes.* gone/);
      assert.match(newest, /It is over: .*worker-arm-1 and worker-arm-2|It is over: .*worker-arm-1, worker-arm-2/);
    },
  },
  {
    label: 'Two arm64 workers join',
    shows: ({ head, newest }) => {
      assert.match(newest, /It is back \(6 times so far\)/);
      assert.match(head, /new VMs/);
    },
  },
];

let demo: Demo;
let open: OpenPage;

/** A demo of its own for the tests of one `describe`, and its page. */
function usePage(): void {
  before(async () => {
    demo = await startDemo();
    open = await openPage(demo.url);
  });
  after(async () => {
    await open?.close();
    await demo?.stop();
  });
}

describe('the page of the demo', () => {
  usePage();

  it('invites to play while the channel is empty', async () => {
    assert.match(await open.page.locator('#messages').innerText(), /Nothing has happened yet/);
  });

  it(`shows what the story does, step by step: ${story.length} steps, one message for each alert`, async () => {
    for (const { label, when = '', lasts, withinMs, fails, shows } of story) {
      const button = open.page.getByRole('button').filter({ has: open.page.getByText(label, { exact: true }) });
      await button.click();
      const isOver = async () => assert.equal(await button.getAttribute('aria-busy'), 'false');
      const within = withinMs === undefined ? {} : { within: withinMs };
      if (!lasts) await waitUntil(`"${label}" ${when} is over`, isOver, within);
      await waitUntil(`the page shows "${label}" ${when}`, async () => shows(await read(open)), within);
      const told = await open.page.getByRole('alert').allInnerTexts();
      assert.equal(told.length, fails ? 1 : 0, `the page tells at "${label}" ${when}: ${told}`);
      if (fails) assert.match(told.join(), fails);
    }
    assert.equal((await read(open)).messages.length, 3);
    const failing = story.filter(({ fails }) => fails);
    assert.deepEqual(
      open.errors.map((error) => /status of (\d+)/.exec(error)?.[1] ?? error),
      failing.map(() => '500'), // the browser's own word for each answer that is told on the page
    );
  }).timeout(500_000);
});

describe('the captured alert, sent to the demo as the README says', () => {
  usePage();

  it('is answered 204, and a message confirms it', async () => {
    const command = `curl -H 'Authorization: Bearer demo' --data-binary @test/fixtures/alertmanager-1-firing.json ${demo.url}/alerts`;
    const line = `cd '${REPOSITORY}' && ${command} -sS -w '%{http_code}'`;
    const { status, stdout, stderr } = await run('sh', ['-c', line], { env: { PATH: process.env.PATH } });
    assert.deepEqual([status, stdout, stderr], [0, '204', '']);
    await waitUntil('the page shows the message', async () => {
      const { messages, head } = await read(open);
      assert.equal(messages.length, 1);
      assert.match(head, BOOT_IMAGES);
      for (const part of [/confirmed on the cluster/, ARM_NODES, DIFF_LINE, COMMAND]) assert.match(messages[0] ?? '', part);
    });
    assert.deepEqual(open.errors, []);
  });

  for (const { device, width, height } of screens) {
    it(`fits on the screen of a ${device} and has something on it`, async () => {
      await open.page.setViewportSize({ width, height });
      const path = join(await temporaryFolder(), `${device}.png`);
      await open.page.screenshot({ path });
      const picture = readPng(await readFile(path));
      assert.deepEqual([picture.width, picture.height], [width, height]);
      assert.ok(picture.differentRows > height / 2, `only ${picture.differentRows} of ${height} rows differ`);
      assert.equal(await open.page.evaluate('document.documentElement.scrollWidth'), width, 'it is wider than the screen');
      assert.deepEqual(open.errors, []);
    });
  }
});

describe('the buttons of a message on the page', () => {
  usePage();
  before(async () => {
    const body = await readFile(join(REPOSITORY, 'test/fixtures/alertmanager-1-firing.json'));
    await fetch(`${demo.url}/alerts`, { method: 'POST', headers: { authorization: 'Bearer demo' }, body });
  });
  const button = (name: string | RegExp) => open.page.getByRole('button', { name, exact: true });
  const shows = (what: string, check: (shown: Shown) => void) => waitUntil(what, async () => check(await read(open)));

  it('Acknowledge: the message says who, and the button is gone', async () => {
    await button('Acknowledge HCOMultiArchGoldenImagesDisabled').click();
    await shows('the message says who', ({ messages: [message = ''] }) => assert.match(message, /Acknowledged by @Robin at/));
    assert.equal(await button('Acknowledge HCOMultiArchGoldenImagesDisabled').count(), 0);
  });

  it('Check again, by the keyboard: an answer for this person alone, which they put away', async () => {
    await button('Check the cluster again for HCOMultiArchGoldenImagesDisabled').focus();
    await open.page.keyboard.press('Enter');
    await shows('the answer', ({ whispers }) => assert.match(whispers.at(-1) ?? '', /^Checked at .*: still true/));
    const { whispers } = await read(open);
    await button('Dismiss message').last().click();
    await shows('one answer less', (shown) => assert.equal(shown.whispers.length, whispers.length - 1));
  });

  it('Silence, by the keyboard: asks first, and does nothing where the answer is no', async () => {
    const choose = async () => {
      await open.page.locator('.menu > summary').focus();
      for (const key of ['Enter', 'Tab', 'Tab', 'Enter']) await open.page.keyboard.press(key);
      assert.match(await open.page.getByRole('dialog').innerText(), /Silence this alert\?[\s\S]*Alertmanager notifies nobody/);
    };
    await choose();
    await open.page.keyboard.press('Escape');
    assert.doesNotMatch((await read(open)).cluster, /Silenced/);
    await choose();
    await button('Silence it').click();
    await shows('until when', ({ messages: [message = ''] }) => assert.match(message, /Silenced in Alertmanager until/));
    assert.match((await read(open)).cluster, /Silenced\s+until/);
  });

  it('any, while Slack is away: a warning below it, until the next click', async () => {
    await fetch(`${demo.url}/story/slack-leaves`, { method: 'POST' });
    await button('Check the cluster again for HCOMultiArchGoldenImagesDisabled').click();
    const warned = async () => assert.deepEqual(await open.page.locator('.trouble').allInnerTexts(), ['⚠️ Slack cannot be reached.']);
    await waitUntil('the warning is there', warned);
    await fetch(`${demo.url}/story/slack-returns`, { method: 'POST' });
    await button('Check the cluster again for HCOMultiArchGoldenImagesDisabled').click();
    await waitUntil('the warning is gone', async () => assert.equal(await open.page.locator('.trouble').count(), 0));
    assert.equal(open.errors.length, 1); // the browser's own word for the answer that is shown as a warning
  });

  for (const colorScheme of ['light', 'dark'] as const) {
    for (const { device, width, height } of screens) {
      it(`stay within the screen of a ${device}, menu and question too, ${colorScheme}`, async () => {
        await open.page.emulateMedia({ colorScheme });
        await open.page.setViewportSize({ width, height });
        await open.page.locator('.menu > summary').click();
        const inside = async (selector: string) => {
          const box = await open.page.locator(selector).boundingBox();
          assert.ok(
            box && box.x >= 0 && box.x + box.width <= width && box.y + box.height <= height,
            `${selector} at ${JSON.stringify(box)}`,
          );
        };
        await inside('.menu .options');
        await button('for 7 days').click();
        await inside('#question');
        await button('Cancel').click();
        assert.equal(await open.page.evaluate('document.documentElement.scrollWidth'), width, 'it is wider than the screen');
      });
    }
  }
});

/** Only what can be seen: nothing that is folded away. */
async function read({ page }: OpenPage): Promise<Shown> {
  const all = page.locator('#messages > article:not(.ephemeral)');
  const texts = await all.filter({ hasNotText: 'replied to a thread' }).locator('> .content > .blocks').allInnerTexts();
  const thread = await all.first().locator('.replies article .blocks').allInnerTexts();
  const isLetter = (text: string) => text.startsWith('⚠️');
  const messages = texts.filter((text) => !isLetter(text));
  return {
    messages,
    letters: texts.filter(isLetter),
    head: messages[0]?.split('\n')[0] ?? '',
    commands: (await all.first().locator('pre').allTextContents()).filter((text) => text.startsWith('kubectl ')),
    thread,
    newest: thread.at(-1) ?? '',
    replies: thread.length,
    whispers: await page.locator('.ephemeral .blocks').allInnerTexts(),
    broadcasts: await all.filter({ hasText: 'replied to a thread' }).count(),
    cluster: await page.locator('.state').innerText(),
    record: await page.locator('.record').innerText(),
  };
}
