import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import type { IncidentStore } from '../../../shared/incidents/store/store.ts';
import { BUTTONS } from '../../../shared/slack/actions.ts';
import { clickBy, type RunningActions, SIGNING_SECRET, startActions } from '../../helpers/actions.ts';
import { captured, delivery } from '../../helpers/deliveries.ts';
import { CHANNEL, TOKEN } from '../../helpers/embedded-slack.ts';
import { type SilencingAlertmanager, startSilencing } from '../../helpers/silencing-alertmanager.ts';
import { payloadOf, type RunningWebhook, startWebhook, textOf } from '../../helpers/webhook.ts';

const FIRES = captured(1);
const TAKEN = { kind: 'taken' };
const KEY = 'prod-eu-1/HCOMultiArchGoldenImagesDisabled';

describe('a click below a message', () => {
  let webhook: RunningWebhook;
  let actions: RunningActions;
  let alertmanager: SilencingAlertmanager | undefined;
  beforeEach(async () => {
    webhook = await startWebhook({ buttons: BUTTONS });
    actions = await startActions(webhook);
    await webhook.deliver(FIRES);
  });
  afterEach(async () => {
    assert.ok(!inspect(actions.lines, { depth: 10 }).includes(TOKEN), 'the token is in the log');
    assert.ok(!inspect(actions.lines, { depth: 10 }).includes(SIGNING_SECRET), 'the secret is in the log');
    await Promise.all([actions.close(), webhook.close(), alertmanager?.close()]);
    alertmanager = undefined;
  });
  const again = async (options: Parameters<typeof startActions>[1]) => {
    await actions.close();
    actions = await startActions(webhook, options);
  };
  const heard = () => actions.told().at(-1) ?? '';
  const episode = async () => (await webhook.incidents.read(KEY)).incident?.episode;
  const setImport = (enabled: boolean) =>
    webhook.cluster.patchHyperConverged('v1', { spec: { workloadSources: { enableMultiArchBootImageImport: enabled } } });

  describe('check again', () => {
    it('says to whoever clicked that it is still true, and in the message who asked', async () => {
      webhook.wait(10);
      assert.deepEqual(await actions.click('checkAgain'), TAKEN);
      assert.match(heard(), /^Checked at 2026-11-22 17:10:55 UTC: still true: .*boot images/);
      assert.match(textOf(webhook.message()), /, asked for by /);
      assert.match(inspect(webhook.message().blocks, { depth: 9 }), /user_id: 'U0PERSON'/);
      assert.equal(webhook.message().edits, 1);
    });

    it('finds that it is over, and ends the incident', async () => {
      setImport(true);
      await actions.click('checkAgain');
      assert.match(heard(), /: it is over: the multi-architecture import is on\.$/);
      assert.equal(payloadOf(webhook.message()).verdict, 'stale');
    });

    it('says what could not be read', async () => {
      webhook.cluster.setOutage('refused-503');
      assert.deepEqual(await actions.click('checkAgain'), TAKEN);
      assert.match(heard(), /^The check was not finished: the cluster could not be read: .*nodes: server-error\. Click again/);
    });

    it('says it too where nobody needs to come again for that', async () => {
      webhook.cluster.setOutage('refused-503');
      await webhook.deliver(FIRES);
      webhook.wait(6);
      await actions.click('checkAgain');
      assert.match(
        heard(),
        /^Tried, and the cluster could not be checked \(.*nodes: server-error\)\. It cannot be verified since 2026-11-22 17:00:55 UTC\.$/,
      );
    });

    it('looks few times for many clicks', async () => {
      const looks = () => webhook.cluster.requests().filter(({ path }) => path.startsWith('/api/v1/nodes')).length;
      const before = looks();
      await Promise.all(Array.from({ length: 20 }, () => actions.send(clickBy('U0ALICE', 'checkAgain', webhook.message().ts))));
      await actions.finished();
      assert.ok(looks() - before < 10, `${looks() - before} looks`);
      assert.equal(actions.lines.filter(({ message }) => message === 'click').length, 20);
    });
  });

  it('of every kind at once is done, whoever is at work on the message', async () => {
    alertmanager = await startSilencing();
    await again({ alertmanagerUrl: alertmanager.url });
    const { ts } = webhook.message();
    const choice = { actions: [{ action_id: 'archwatch_silence', type: 'static_select', selected_option: { value: '1h' } }] };
    const payloads = ['U0A', 'U0B', 'U0C'].flatMap((person) => [
      clickBy(person, 'checkAgain', ts),
      clickBy(person, 'acknowledge', ts),
      clickBy(person, 'silence', ts, choice),
    ]);
    const answers = await Promise.all(payloads.map((payload) => actions.send(payload)));
    await actions.finished();
    assert.deepEqual(
      answers.map(({ status }) => status),
      payloads.map(() => 200),
    );
    assert.deepEqual(
      actions.told().filter((said) => /not |cannot/.test(said)),
      [],
    );
    assert.match(textOf(webhook.message()), /asked for by .*Acknowledged by .*Silenced in Alertmanager until /);
    assert.equal(alertmanager.silences.length, 1);
  });

  describe('acknowledge', () => {
    it('is in the message, with who it was', async () => {
      assert.deepEqual(await actions.click('acknowledge'), TAKEN);
      assert.equal(heard(), 'You have acknowledged it.');
      assert.match(textOf(webhook.message()), /Acknowledged by /);
      assert.equal((await episode())?.acknowledged?.by, 'U0PERSON');
    });

    it('needs no look', async () => {
      webhook.cluster.setOutage('refused-503');
      assert.deepEqual(await actions.click('acknowledge'), TAKEN);
      assert.match(textOf(webhook.message()), /Acknowledged by /);
    });

    it('is on record before Slack is answered, also where Slack does not take the edit; the next signal says it', async () => {
      webhook.slack.setFault('down', { method: 'chat.update' });
      const { ts } = webhook.message();
      assert.deepEqual(await actions.send(clickBy('U0ALICE', 'acknowledge', ts)), { status: 200, text: '' });
      assert.equal((await episode())?.acknowledged?.by, 'U0ALICE');
      await actions.finished();
      webhook.slack.setFault(undefined);
      assert.doesNotMatch(textOf(webhook.message()), /Acknowledged by/);
      await webhook.deliver(FIRES);
      assert.match(textOf(webhook.message()), /Acknowledged by/);
    });

    it('is answered when it is on record, and does not wait for the message', async () => {
      webhook.slack.setFault('hang', { method: 'chat.update' });
      const began = performance.now();
      assert.deepEqual(await actions.send(clickBy('U0ALICE', 'acknowledge', webhook.message().ts)), { status: 200, text: '' });
      assert.ok(performance.now() - began < 2_500);
      assert.equal((await episode())?.acknowledged?.by, 'U0ALICE');
      await actions.finished();
      webhook.slack.setFault(undefined);
    });

    it('says so where the message could not be edited', async () => {
      webhook.slack.setFault({ error: 'internal_error' }, { method: 'chat.update' });
      const { ts } = webhook.message();
      await actions.send(clickBy('U0ALICE', 'acknowledge', ts));
      await actions.finished();
      assert.match(heard(), /^You have acknowledged it\. That is on record; the message shows it with the next signal.*internal_error/);
    });

    it('is given once by the same person', async () => {
      const { ts } = webhook.message();
      for (let time = 0; time < 2; time += 1) await actions.send(clickBy('U0ALICE', 'acknowledge', ts));
      await actions.finished();
      assert.equal(heard(), 'You have acknowledged it already, at 2026-11-22 17:00:55 UTC.');
      assert.equal(webhook.message().edits, 1);
    });

    it('is the latest person’s, who hears of the one before', async () => {
      const { ts } = webhook.message();
      for (const person of ['U0ALICE', 'U0BOB']) {
        await actions.send(clickBy(person, 'acknowledge', ts));
        await actions.finished();
      }
      assert.match(heard(), /already acknowledged by {2}at 2026-11-22 17:00:55 UTC; the message names you now\.$/);
      assert.equal((await episode())?.acknowledged?.by, 'U0BOB');
    });

    it('is nothing where it is over', async () => {
      const { ts } = webhook.message();
      setImport(true);
      await webhook.deliver(FIRES);
      await actions.send(clickBy('U0ALICE', 'acknowledge', ts));
      await actions.finished();
      assert.equal(heard(), 'It is over: there is nothing to acknowledge.');
    });

    it('is 503 where it cannot be put on record, and the person hears why', async () => {
      const { read } = webhook.incidents;
      const failing: IncidentStore = { read, write: () => Promise.reject(new Error('the record cannot be reached')) };
      await again({ incidents: failing });
      const { ts } = webhook.message();
      assert.deepEqual(await actions.send(clickBy('U0ALICE', 'acknowledge', ts)), { status: 503, text: 'unavailable' });
      await actions.finished();
      assert.match(heard(), /^It was not acknowledged: the record cannot be reached\. Click again/);
    });

    it('is 503 within Slack’s 3 s where the record does not answer', async () => {
      await again({ incidents: { ...webhook.incidents, read: () => new Promise(() => undefined) } });
      const began = performance.now();
      assert.equal((await actions.send(clickBy('U0ALICE', 'acknowledge', webhook.message().ts))).status, 503);
      assert.ok(performance.now() - began < 3_000);
    });
  });

  describe('silence', () => {
    const HOUR = 3_600_000;
    const silenced = async (option: '1h' | '4h' | '1d' | '7d' = '4h') => {
      alertmanager ??= await startSilencing();
      await again({ alertmanagerUrl: alertmanager.url });
      const outcome = await actions.click('silence', option);
      return { outcome, silences: alertmanager.silences };
    };

    it('is made in Alertmanager: the alert, so long, by whom and why', async () => {
      const { outcome, silences } = await silenced();
      const [silence] = silences;
      assert.deepEqual(outcome, TAKEN);
      assert.ok(silence);
      assert.deepEqual(silence.matchers, [{ name: 'alertname', value: FIRES.alerts[0]?.labels.alertname, isRegex: false, isEqual: true }]);
      assert.equal(Date.parse(silence.endsAt) - Date.parse(silence.startsAt), 4 * HOUR);
      assert.equal(silence.createdBy, 'robin (U0PERSON)');
      const { ts } = webhook.message();
      assert.equal(
        silence.comment,
        `archwatch of prod-eu-1, asked for in Slack: https://local.slack.com/archives/${CHANNEL.id}/p${ts.replace('.', '')}`,
      );
    });

    it('is on record and in the message, and says how far it reaches', async () => {
      await silenced();
      const { id, by, until } = (await episode())?.silenced ?? {};
      assert.deepEqual([id, by, until], ['silence-1', 'U0PERSON', '2026-11-22T21:00:55.000Z']);
      assert.match(textOf(webhook.message()), /Silenced in Alertmanager until /);
      assert.match(
        heard(),
        /^Silenced until 2026-11-22 21:00:55 UTC: .*on whichever cluster: the alert carries no label of CLUSTER_LABELS\.$/,
      );
    });

    it('is of this cluster alone where the alert names it', async () => {
      const alertname = FIRES.alerts[0]?.labels.alertname ?? '';
      const labels = { ...FIRES.alerts[0]?.labels, alertname, cluster: 'prod-eu-1' };
      await webhook.deliver(delivery(FIRES.alerts.map((alert) => ({ ...alert, labels }))));
      const { silences } = await silenced();
      assert.deepEqual(
        silences[0]?.matchers.map(({ name, value }) => `${name}=${value}`),
        [`alertname=${alertname}`, 'cluster=prod-eu-1'],
      );
      assert.match(heard(), /on this cluster\.$/);
    });

    it('is made once, however often somebody clicks', async () => {
      await silenced('4h');
      webhook.wait(0.5);
      await actions.click('silence', '4h');
      await actions.click('silence', '1h');
      assert.equal(alertmanager?.silences.length, 1);
      assert.equal(heard(), 'It is silenced already by you, until 2026-11-22 21:00:55 UTC.');
      assert.equal(webhook.message().edits, 1);
    });

    it('is made anew where it shall last longer, and the longer one is on record', async () => {
      await silenced('1h');
      await actions.click('silence', '7d');
      assert.equal(alertmanager?.silences.length, 2);
      assert.equal((await episode())?.silenced?.until, '2026-11-29T17:00:55.000Z');
    });

    it('is on record also where it is shorter than one that somebody ended in Alertmanager', async () => {
      await silenced('7d');
      alertmanager?.expireAll();
      await actions.click('silence', '1h');
      assert.match(heard(), /^Silenced until 2026-11-22 18:00:55 UTC/);
      const { id, until } = (await episode())?.silenced ?? {};
      assert.deepEqual([id, until], ['silence-2', '2026-11-22T18:00:55.000Z']);
    });

    it('keeps the incident as it is when the alert is left out of the next notification', async () => {
      await silenced();
      webhook.wait(5);
      await webhook.deliver(delivery([]));
      assert.equal(payloadOf(webhook.message()).verdict, 'confirmed');
      assert.deepEqual(webhook.message().replies, []);
      webhook.wait(4 * 60 + 1);
      await webhook.deliver(delivery([]));
      assert.equal(payloadOf(webhook.message()).verdict, 'contradicted');
    });

    it('is not made, and nothing is on record, where Alertmanager does not answer as it should', async () => {
      alertmanager = await startSilencing();
      alertmanager.setStatus(503);
      const { outcome } = await silenced();
      assert.deepEqual(outcome, TAKEN);
      assert.match(heard(), /^It was not silenced: cannot silence at http:.*: it answered 503: "broken on purpose"\. Click again/);
      assert.deepEqual([(await episode())?.silenced, webhook.message().edits], [undefined, 0]);
    });

    it('says that it is made where only the record cannot be written', async () => {
      alertmanager = await startSilencing();
      const failing: IncidentStore = { read: webhook.incidents.read, write: () => Promise.reject(new Error('no record')) };
      await again({ alertmanagerUrl: alertmanager.url, incidents: failing });
      await actions.click('silence', '1h');
      assert.match(heard(), /^Silenced until .*That could not be put on record \(no record\), so the message does not say it\.$/);
      await again({ alertmanagerUrl: alertmanager.url });
      await actions.click('silence', '1h');
      assert.equal(heard(), 'It is silenced already, until 2026-11-22 18:00:55 UTC.');
      assert.deepEqual([alertmanager.silences.length, (await episode())?.silenced?.id], [1, 'silence-1']);
    });

    it('is a command to copy where Alertmanager may not be asked', async () => {
      await actions.click('silence', '1d');
      const [sentence, command] = heard().split('\n');
      assert.match(sentence ?? '', /^Nothing was silenced: archwatch may not ask Alertmanager here/);
      assert.match(
        command ?? '',
        /^amtool silence add --duration=1d --author='.+' --comment='archwatch of prod-eu-1, .+' 'alertname="HCOMulti\w+"'$/,
      );
    });

    it('is nothing where the menu is not of this release', async () => {
      const actionsOf = [{ action_id: 'archwatch_silence', type: 'static_select', selected_option: { value: '2y' } }];
      await actions.send(clickBy('U0ALICE', 'silence', webhook.message().ts, { actions: actionsOf }));
      await actions.finished();
      assert.match(heard(), /^Nothing was silenced: this menu is of another release/);
    });
  });

  describe('in a message that is none of the record', () => {
    const metadata = (key: string) => ({ event_type: 'archwatch_incident', event_payload: { key, episode: 'e' } });
    const cases: readonly { readonly when: string; readonly payload: (ts: string) => object; readonly says: RegExp }[] = [
      {
        when: 'it is not known',
        payload: () => clickBy('U0ALICE', 'acknowledge', '1.1'),
        says: /this message is not on record for prod-eu-1\. It is of an earlier episode, or another/,
      },
      {
        when: 'it says that it is another archwatch’s',
        payload: () => clickBy('U0ALICE', 'acknowledge', '1.1', { message: { metadata: metadata('other/HCO') } }),
        says: /another archwatch’s message \(other\/HCO\).*Slack app of its own/,
      },
      {
        when: 'it says that it is of this incident',
        payload: () => clickBy('U0ALICE', 'acknowledge', '1.1', { message: { metadata: metadata(KEY) } }),
        says: /this message is of an earlier episode/,
      },
      {
        when: 'it stands in another channel',
        payload: (ts) => clickBy('U0ALICE', 'acknowledge', ts, { channel: { id: 'C0OTHER' } }),
        says: /this archwatch works in another channel/,
      },
    ];
    for (const { when, payload, says } of cases) {
      it(`does nothing when ${when}, and says so`, async () => {
        assert.deepEqual(await actions.send(payload(webhook.message().ts)), { status: 200, text: '' });
        await actions.finished();
        assert.equal((await episode())?.acknowledged, undefined);
        assert.match(heard(), says);
      });
    }
  });

  it('is answered before whoever clicked has been told, also where nothing is done', async () => {
    webhook.slack.setFault('hang', { method: 'chat.postEphemeral' });
    assert.deepEqual(await actions.send(clickBy('U0ALICE', 'acknowledge', '1.1')), { status: 200, text: '' });
    await actions.finished();
    webhook.slack.setFault(undefined);
  });

  describe('of which nothing follows', () => {
    const cases: readonly { readonly what: string; readonly payload: object }[] = [
      {
        what: 'a link button',
        payload: clickBy('U0ALICE', 'acknowledge', '1.1', { actions: [{ action_id: 'abc', type: 'button', url: 'https://x' }] }),
      },
      { what: 'no action', payload: clickBy('U0ALICE', 'acknowledge', '1.1', { actions: [] }) },
      { what: 'a shortcut', payload: { type: 'shortcut' } },
      { what: 'a view of another part of the app', payload: { type: 'view_submission', user: { id: 'U1' } } },
      {
        what: 'a click outside of a message',
        payload: { ...clickBy('U0ALICE', 'acknowledge', '1.1'), container: { type: 'view' }, channel: undefined },
      },
    ];
    for (const { what, payload } of cases) {
      it(`is answered and logged: ${what}`, async () => {
        assert.deepEqual(await actions.send(payload), { status: 200, text: '' });
        assert.equal(actions.lines.filter(({ message, fields }) => message === 'delivery' && 'what' in fields).length, 1);
        assert.deepEqual(actions.told(), []);
      });
    }
  });

  it('is logged with the start of its channel and its time, made harmless', async () => {
    const ts = `1.1\n\u001b[31m${'1'.repeat(1_000)}`;
    await actions.send(clickBy('U0ALICE', 'acknowledge', ts, { channel: { id: 'C\u202e'.repeat(500) } }));
    await actions.finished();
    for (const told of ['delivery', 'click']) {
      const line = actions.lines.find(({ message }) => message === told);
      assert.ok(line && 'ts' in line.fields && 'channel' in line.fields, told);
      assert.equal(line.fields.ts, `1.1\uFFFD\uFFFD[31m${'1'.repeat(71)}`);
      assert.equal(line.fields.channel, 'C\uFFFD'.repeat(40));
    }
  });

  it('of a hundred unknown actions is logged with a few of them', async () => {
    const unknown = Array.from({ length: 100 }, (_, index) => ({ action_id: `x${index}` }));
    await actions.send(clickBy('U0ALICE', 'acknowledge', '1.1', { actions: unknown }));
    const line = actions.lines.find(({ message }) => message === 'delivery');
    assert.equal(line && 'what' in line.fields && line.fields.what, 'x0, x1, x2, x3, x4');
  });

  describe('that is malformed', () => {
    const good = () => clickBy('U0ALICE', 'acknowledge', '1.1');
    const cases: readonly { readonly what: string; readonly payload: () => object; readonly says: RegExp }[] = [
      { what: 'no type', payload: () => ({}), says: /^payload: type is missing$/ },
      { what: 'a list', payload: () => [], says: /^payload: the value is not an object$/ },
      { what: 'nobody who clicked', payload: () => ({ ...good(), user: undefined }), says: /^payload: user\.id is missing$/ },
      {
        what: 'no id of a person',
        payload: () => ({ ...good(), user: { id: '<!channel>' } }),
        says: /^payload: user\.id is not the id of a person$/,
      },
      { what: 'no list of actions', payload: () => ({ ...good(), actions: 7 }), says: /^payload: actions is not a list$/ },
    ];
    for (const { what, payload, says } of cases) {
      it(`is 400 and a sentence: ${what}`, async () => {
        const { status, text } = await actions.send(payload());
        assert.equal(status, 400);
        assert.match(text, says);
      });
    }
  });

  describe('whose sender is not Slack', () => {
    const NOT_SLACK = [
      { what: 'no signature', headers: { 'x-slack-signature': '' } },
      { what: 'another signature', headers: { 'x-slack-signature': `v0=${'0'.repeat(64)}` } },
      { what: 'another time', headers: { 'x-slack-request-timestamp': '1' } },
    ];
    for (const { what, headers } of NOT_SLACK) {
      it(`is 401, and nothing follows: ${what}`, async () => {
        const { status, text } = await actions.send(clickBy('U0ALICE', 'acknowledge', webhook.message().ts), headers);
        assert.deepEqual([status, /^[^\n]+$/.test(text)], [401, true]);
        assert.equal((await episode())?.acknowledged, undefined);
      });
    }

    it('is 401 before the body is parsed', async () => {
      const { status } = await actions.send([], { 'x-slack-signature': `v0=${'0'.repeat(64)}` });
      assert.equal(status, 401);
    });

    it('is 413 for more than 1 MiB', async () => {
      const { status } = await actions.send({ type: 'x'.repeat(1024 * 1024) });
      assert.equal(status, 413);
    });
  });

  it('is answered to whoever clicked alone', async () => {
    await actions.click('acknowledge');
    assert.deepEqual(
      webhook.slack.ephemerals().map(({ text }) => text),
      ['You have acknowledged it.'],
    );
    assert.deepEqual(webhook.message().replies, []);
  });

  it('is done also where nobody can be told, and the log says so', async () => {
    await actions.send(clickBy('U0ALICE', 'acknowledge', webhook.message().ts)); // there is no address, and Slack does not know her
    await actions.finished();
    assert.equal((await episode())?.acknowledged?.by, 'U0ALICE');
    assert.equal(actions.lines.filter(({ level, message }) => level === 'warn' && /may not have heard/.test(message)).length, 1);
  });
});
