import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { inspect } from 'node:util';
import { paragraph, richText, words } from '../../../shared/slack/rich-text.ts';
import { createWhisper, isResponseUrl } from '../../../shared/slack/whisper.ts';
import { CHANNEL, type RunningSlack, startSlack, TOKEN } from '../../helpers/embedded-slack.ts';
import { recordingLog } from '../../helpers/log.ts';

const API = 'https://slack.com/api/';
const MESSAGE = { text: 'done', blocks: [richText(paragraph(words('done')))] };

describe('the address that comes with a click', () => {
  const cases = [
    { address: 'https://hooks.slack.com/actions/T1/2/3', api: API, isTaken: true },
    { address: 'https://hooks.slack-gov.com/actions/T1/2/3', api: API, isTaken: true },
    { address: 'https://slack.com/anything', api: API, isTaken: true },
    { address: 'http://localhost:8080/slack/response/1', api: 'http://localhost:8080/slack/api/', isTaken: true },
    { address: 'http://localhost:8081/slack/response/1', api: 'http://localhost:8080/slack/api/', isTaken: false },
    { address: 'http://hooks.slack.com/actions/T1/2/3', api: API, isTaken: false },
    { address: 'https://hooks.slack.com:8443/actions', api: API, isTaken: false },
    { address: 'https://hooks.slack.com.example.org/actions', api: API, isTaken: false },
    { address: 'https://hooks.slack.com@169.254.169.254/', api: API, isTaken: false },
    { address: 'https://me@hooks.slack.com/', api: API, isTaken: false },
    { address: 'https://169.254.169.254/latest/meta-data', api: API, isTaken: false },
    { address: 'https://kubernetes.default.svc/api', api: API, isTaken: false },
    { address: 'file:///etc/passwd', api: API, isTaken: false },
    { address: 'hooks.slack.com', api: API, isTaken: false },
    { address: '', api: API, isTaken: false },
  ];
  for (const { address, api, isTaken } of cases) {
    it(`is ${isTaken ? 'asked' : 'never asked'}: ${address} with ${api}`, () => assert.equal(isResponseUrl(address, api), isTaken));
  }
});

describe('a message for one person', () => {
  let running: RunningSlack;
  let server: Server;
  let heard: { readonly path: string | undefined; readonly body: string }[];
  let answers: number | 'nothing' | 'breaks off';
  let log: ReturnType<typeof recordingLog>;
  beforeEach(async () => {
    running = await startSlack();
    heard = [];
    answers = 200;
    log = recordingLog();
    server = createServer(async (request, response) => {
      heard.push({ path: request.url, body: await text(request) });
      if (answers === 'breaks off') request.socket.destroy();
      if (typeof answers === 'number') response.writeHead(answers, answers === 302 ? { location: '/elsewhere' } : {}).end('ok');
    });
    await new Promise<void>((resolve) => server.listen(0, () => resolve()));
  });
  afterEach(async () => {
    server.close();
    server.closeAllConnections();
    await running.close();
  });
  const ours = () => `http://localhost:${(server.address() as AddressInfo).port}`;
  const whisper = (responseUrl: string | undefined, apiUrl = `${ours()}/api/`) =>
    createWhisper({ token: async () => TOKEN, apiUrl, now: () => new Date(), log })(
      { user: 'U0PERSON', channel: CHANNEL.id, responseUrl },
      MESSAGE,
    );

  it('goes to the address of the click, replaces nothing and is for nobody else', async () => {
    await whisper(`${ours()}/response/1`);
    assert.equal(heard[0]?.path, '/response/1');
    assert.deepEqual(JSON.parse(heard[0]?.body ?? ''), { response_type: 'ephemeral', replace_original: false, ...MESSAGE });
  });

  const ADDRESS = '/response/secret';
  const refusals = [
    { when: 'answers 404', with: 404, why: /response_url: it answered 404$/, paths: [ADDRESS, '/api/chat.postEphemeral'] },
    { when: 'answers 500', with: 500, why: /response_url: it answered 500$/, paths: [ADDRESS, '/api/chat.postEphemeral'] },
    { when: 'leads elsewhere', with: 302, why: /response_url: it answered 302$/, paths: [ADDRESS, '/api/chat.postEphemeral'] },
    { when: 'breaks off', with: 'breaks off', why: /response_url: socket hang up$/, paths: [ADDRESS] },
    { when: 'does not answer in time', with: 'nothing', why: /response_url: .* due to timeout$/, paths: [ADDRESS] },
  ] as const;
  for (const { when, with: bad, why, paths } of refusals) {
    it(`${paths.length === 1 ? 'is not said again' : 'goes the other way'} where that ${when}, and the log says why`, async () => {
      answers = bad;
      await assert.rejects(whisper(`${ours()}${ADDRESS}`), { name: 'SlackError' }); // there is no Web API
      const asked = heard.map(({ path }) => path);
      assert.deepEqual(asked, paths);
      const [line, ...others] = log.lines;
      assert.match(line?.message ?? '', why);
      assert.deepEqual([line?.level, others], ['debug', []]);
      assert.doesNotMatch(inspect(line, { depth: 9 }), /secret/);
    });
  }

  it('goes the other way where nobody listens at that address, and the log says so', async () => {
    const address = `${ours()}/response/1`;
    server.close();
    await assert.rejects(whisper(address, address), { name: 'SlackError', message: /^chat\.postEphemeral: .*ECONNREFUSED/ });
    assert.match(log.lines[0]?.message ?? '', /response_url: connect ECONNREFUSED/);
  });

  for (const { when, address } of [
    { when: 'there is none', address: undefined },
    { when: 'it is not Slack’s', address: 'http://127.0.0.1:9/' },
  ]) {
    it(`is posted by the app where ${when}`, async () => {
      await whisper(address, running.api);
      assert.deepEqual(
        running.slack.ephemerals().map((shown) => shown.text),
        ['done'],
      );
      assert.deepEqual(heard, []);
    });
  }
});
