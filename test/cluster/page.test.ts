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
  /** Whole channel, without replies that are shown in it too. */
  readonly messages: readonly string[];
  /** The first line of the first message. */
  readonly head: string;
  /** The newest reply in its thread. */
  readonly newest: string;
  readonly replies: number;
  /** Replies that are shown in the channel too. */
  readonly broadcasts: number;
  /** "Cluster now". */
  readonly cluster: string;
}

interface Step {
  /** The button. */
  readonly label: string;
  readonly when?: string;
  readonly shows: (shown: Shown) => void;
  /** The step ends only with a later one. */
  readonly lasts?: true;
  /** What the page tells the person when the step fails. */
  readonly fails?: RegExp;
}

const BOOT_IMAGES = /demo .* boot images? may get the wrong CPU architecture/;
const COMMAND = /^kubectl patch hyperconvergeds\.v1\.hco\.kubevirt\.io /m;

const screens = [
  { device: 'desktop', width: 1280, height: 800 },
  { device: 'phone', width: 390, height: 844 },
];

const FIRE = 'The alert fires';
const RESOLVE = 'The alert resolves';

const story: readonly Step[] = [
  {
    label: 'Two arm64 workers join',
    shows: ({ messages, cluster }) => {
      assert.equal(messages.length, 0);
      assert.match(cluster, /2 × arm64/);
    },
  },
  {
    label: FIRE,
    shows: ({ messages: [message = ''], head, replies }) => {
      assert.match(head, BOOT_IMAGES);
      for (const part of [ARM_NODES, DIFF_LINE, COMMAND]) assert.match(message, part);
      assert.equal(replies, 0);
    },
  },
  {
    label: FIRE,
    when: 'a second time',
    shows: ({ cluster, head, replies }) => {
      assert.match(cluster, /answered 204/);
      assert.match(head, /boot images/);
      assert.equal(replies, 0);
    },
  },
  {
    label: 'The HyperConverged operator restarts',
    shows: ({ head, newest, broadcasts }) => {
      assert.match(newest, /resolved\. It is not/);
      assert.equal(broadcasts, 1);
      assert.match(head, /can wait until morning · new VMs/);
    },
  },
  {
    label: 'Remedy 1: import images for every architecture',
    shows: ({ cluster }) => assert.match(cluster, /Import for every architecture\s+on\b/),
  },
  {
    label: 'Remedy 2: run virtual machines on amd64 nodes only',
    shows: ({ cluster }) => assert.match(cluster, /kubernetes\.io\/arch=amd64/),
  },
  {
    label: RESOLVE,
    shows: ({ head, newest, replies }) => {
      assert.match(head, /over: .*import is on/);
      assert.match(newest, /It is over: .*import is on/);
      assert.equal(replies, 2);
    },
  },
  {
    label: 'Both remedies are undone',
    shows: ({ cluster }) => assert.match(cluster, /Import for every architecture\s+off\b[\s\S]*on every worker/),
  },
  {
    label: FIRE,
    when: 'after it was over',
    shows: ({ head, newest, broadcasts }) => {
      assert.match(head, /new VMs/);
      assert.match(newest, /It is back/);
      assert.equal(broadcasts, 2);
    },
  },
  {
    label: 'A golden image without architectures is added',
    shows: ({ messages: [message = ''] }) => assert.doesNotMatch(message, /custom-rhel-image-cron/),
  },
  {
    label: FIRE,
    when: 'with one golden image more',
    shows: ({ messages: [message = ''], newest }) => {
      assert.match(newest, /custom-rhel-image-cron/);
      assert.match(message, /Import the images for every architecture · not advised/);
    },
  },
  { label: 'The API server goes away', shows: ({ cluster }) => assert.match(cluster, /API server\s+away/) },
  {
    label: FIRE,
    when: 'while the API server is away',
    lasts: true,
    shows: ({ head, messages: [message = ''], cluster }) => {
      assert.match(head, /not checkable/);
      assert.match(message, ARM_NODES);
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
  { label: 'Slack goes away', shows: ({ cluster }) => assert.match(cluster, /Slack\s+away/) },
  { label: 'The arm64 workers leave', shows: ({ cluster }) => assert.doesNotMatch(cluster, /arm64/) },
  {
    label: RESOLVE,
    when: 'while Slack is away, until Alertmanager gives up',
    fails: /gave up after 6 tries: the receiver answered 503\. It comes again at its next group interval/,
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
      assert.match(newest, /It is over: .*worker-arm-1 and worker-arm-2/);
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

  it(`shows what the story does, step by step: ${story.length} steps, one message`, async () => {
    for (const { label, when = '', lasts, fails, shows } of story) {
      const button = open.page.getByRole('button').filter({ has: open.page.getByText(label, { exact: true }) });
      await button.click();
      const isOver = async () => assert.equal(await button.getAttribute('aria-busy'), 'false');
      if (!lasts) await waitUntil(`"${label}" ${when} is over`, isOver);
      await waitUntil(`the page shows "${label}" ${when}`, async () => shows(await read(open)));
      const told = await open.page.getByRole('alert').allInnerTexts();
      assert.equal(told.length, fails ? 1 : 0, `the page tells at "${label}" ${when}: ${told}`);
      if (fails) assert.match(told.join(), fails);
    }
    assert.equal((await read(open)).messages.length, 1);
    const failing = story.filter(({ fails }) => fails);
    assert.deepEqual(
      open.errors.map((error) => /status of (\d+)/.exec(error)?.[1] ?? error),
      failing.map(() => '500'), // the browser's own word for each answer that is told on the page
    );
  });
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

/** Only what can be seen: nothing that is folded away. */
async function read({ page }: OpenPage): Promise<Shown> {
  const all = page.locator('#messages > article');
  const messages = await all.filter({ hasNotText: 'replied to a thread' }).locator('> .content > .blocks').allInnerTexts();
  const replies = await all.locator('.replies article .blocks').allInnerTexts();
  return {
    messages,
    head: messages[0]?.split('\n')[0] ?? '',
    newest: replies.at(-1) ?? '',
    replies: replies.length,
    broadcasts: await all.filter({ hasText: 'replied to a thread' }).count(),
    cluster: await page.locator('.state').innerText(),
  };
}
