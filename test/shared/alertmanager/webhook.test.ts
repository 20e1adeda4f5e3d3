import assert from 'node:assert/strict';
import fc from 'fast-check';
import { MAX_LABEL_LENGTH } from '../../../shared/alertmanager/alert.ts';
import { MAX_ALERTS, MalformedWebhookError, parseWebhook } from '../../../shared/alertmanager/webhook.ts';
import { alertOf, CAPTURE_NUMBERS, captured, delivery } from '../../helpers/deliveries.ts';

const HCO = 'HCOMultiArchGoldenImagesDisabled';
const START = '2026-11-22T17:00:24.958Z';
/** A whole delivery with one alert that holds nothing but this. */
const one = (alert: unknown, rest: object = {}) => ({ version: '4', groupKey: 'g', status: 'firing', alerts: [alert], ...rest });
const firstOf = (body: unknown) => parseWebhook(body).alerts[0];

describe('a delivery of Alertmanager', () => {
  const stories = {
    1: ['firing', HCO, START, undefined],
    2: ['resolved', HCO, START, '2026-11-22T17:00:50.958Z'],
    3: ['firing', HCO, '2026-11-22T17:01:14.958Z', undefined],
    4: ['firing', 'HCOGoldenImageWithNoArchitectureAnnotation', '2026-11-22T17:01:30.958Z', undefined],
    5: ['resolved', HCO, '2026-11-22T17:01:14.958Z', '2026-11-22T17:01:30.958Z'],
  };
  for (const number of CAPTURE_NUMBERS) {
    it(`is read as it was captured: ${number}, ${stories[number].slice(0, 2).join(' ')}`, () => {
      const { alerts, groupKey, truncated, externalUrl } = parseWebhook(captured(number));
      const [name = ''] = stories[number].slice(1);
      assert.deepEqual(
        alerts.map(({ status, labels, startsAt, endsAt }) => [status, labels.alertname, startsAt, endsAt]),
        [stories[number]],
      );
      assert.equal(
        groupKey,
        `{}/{alertname=~"HCOMultiArch.*|HCOGoldenImage.*"}:{alertname="${name}", namespace="kubevirt-hyperconverged"}`,
      );
      assert.deepEqual([truncated, externalUrl], [false, 'https://console-openshift-console.apps.example.org/monitoring']);
    });
  }

  it('has the links of its alerts', () => {
    const { annotations, generatorUrl, fingerprint } = firstOf(captured(1)) ?? {};
    assert.equal(annotations?.runbook_url, `https://kubevirt.io/monitoring/runbooks/${HCO}`);
    assert.match(generatorUrl ?? '', /\/monitoring\/graph\?g0\.expr=kubevirt_hco_multi_arch_boot_images_enabled/);
    assert.equal(fingerprint, 'f6c173e616a9926c');
  });

  it('may mix firing and resolved', () => {
    const { alerts } = parseWebhook(delivery([alertOf(1), alertOf(2, { fingerprint: '2' })]));
    assert.deepEqual(
      alerts.map(({ status }) => status),
      ['firing', 'resolved'],
    );
  });

  const truncations = [
    { count: 1, truncated: true },
    { count: 0, truncated: false },
    { count: null, truncated: false },
    { count: undefined, truncated: false },
  ];
  for (const { count, truncated } of truncations) {
    it(`with truncatedAlerts ${count} is ${truncated ? 'cut' : 'whole'}`, () => {
      assert.equal(parseWebhook({ ...captured(1), truncatedAlerts: count }).truncated, truncated);
    });
  }

  const bare = {
    status: 'firing',
    labels: {},
    annotations: {},
    startsAt: undefined,
    endsAt: undefined,
    generatorUrl: undefined,
    fingerprint: '[]',
  };
  const lenient = [
    { when: 'an alert says nothing at all', body: one({}), alert: bare },
    { when: 'its maps are null', body: one({ labels: null, annotations: null }), alert: bare },
    {
      when: 'its optional members are null',
      body: one({ status: null, startsAt: null, endsAt: null, generatorURL: null, fingerprint: null }),
      alert: bare,
    },
    { when: 'it takes its status from the group', body: one({}, { status: 'resolved' }), alert: { ...bare, status: 'resolved' } },
    { when: 'its own status is another than the group’s', body: one({ status: 'resolved' }), alert: { ...bare, status: 'resolved' } },
    { when: 'it ends in the year 1', body: one({ endsAt: '0001-01-01T00:00:00Z' }), alert: bare },
    { when: 'it begins in the year 1', body: one({ startsAt: '0001-01-01T00:00:00Z' }), alert: bare },
    { when: 'it has members that nobody knows', body: one({ silenced: [1, { deep: true }] }, { payload: {} }), alert: bare },
    {
      when: 'the times have an offset and nanoseconds',
      body: one({ startsAt: '2026-11-22T18:00:24.958123456+01:00' }),
      alert: { ...bare, startsAt: '2026-11-22T18:00:24.958123456+01:00' },
    },
    {
      when: 'there is no fingerprint: the labels are it, in any order',
      body: one({ labels: { b: '2', a: '1' } }),
      alert: { ...bare, labels: { b: '2', a: '1' }, fingerprint: '[["a","1"],["b","2"]]' },
    },
    {
      when: 'labels are called as what every object has',
      body: one(JSON.parse('{"labels":{"__proto__":"x"}}')),
      alert: { ...bare, labels: JSON.parse('{"__proto__":"x"}'), fingerprint: '[["__proto__","x"]]' },
    },
  ];
  for (const { when, body, alert } of lenient) {
    it(`is taken when ${when}`, () => assert.deepEqual(firstOf(body), alert));
  }

  it('is taken without a group key or an external address, and without alerts', () => {
    assert.deepEqual(parseWebhook({ version: '4', alerts: [] }), { groupKey: '', externalUrl: undefined, truncated: false, alerts: [] });
  });

  it('of Alertmanager 0.34 says no more than one of 0.25', () => {
    const newer = { ...captured(1), notification_reason: 'first notification', routeLabels: { team: 'virt' } };
    assert.deepEqual(parseWebhook(newer), parseWebhook(captured(1)));
  });

  it('may be as large as we say', () => {
    const alert = { labels: { a: 'x'.repeat(MAX_LABEL_LENGTH) } };
    assert.equal(parseWebhook(one({}, { alerts: Array(MAX_ALERTS).fill(alert) })).alerts.length, MAX_ALERTS);
  });
});

describe('a body that is no delivery', () => {
  const DEEP = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`);
  const refused: readonly { body: unknown; says: string }[] = [
    { body: null, says: 'the body is null, not an object' },
    { body: [], says: 'the body is a list, not an object' },
    { body: 'firing', says: 'the body is "firing", not an object' },
    { body: 4, says: 'the body is 4, not an object' },
    { body: {}, says: 'version is missing, and only "4" is known' },
    { body: { version: '5', alerts: [] }, says: 'version is "5", and only "4" is known' },
    { body: { version: 4, alerts: [] }, says: 'version is 4, and only "4" is known' },
    { body: { version: 'x'.repeat(5_000) }, says: `version is "${'x'.repeat(39)}…, and only "4" is known` },
    { body: { version: DEEP }, says: 'version is a list, and only "4" is known' },
    { body: { version: '4' }, says: 'alerts is missing, not a list' },
    { body: { version: '4', alerts: {} }, says: 'alerts is an object, not a list' },
    { body: one('x'), says: 'alerts[0] is "x", not an object' },
    { body: one({}, { alerts: [{}, null], status: 'firing' }), says: 'alerts[1] is null, not an object' },
    { body: one({ status: 'pending' }), says: 'alerts[0].status is "pending", not "firing" or "resolved"' },
    { body: one({}, { status: undefined }), says: 'alerts[0].status is missing, not "firing" or "resolved"' },
    { body: one({ labels: [] }), says: 'alerts[0].labels is a list, not an object' },
    { body: one({ labels: { alertname: 1 } }), says: 'alerts[0].labels["alertname"] is 1, not a string' },
    { body: one({ labels: { alertname: DEEP } }), says: 'alerts[0].labels["alertname"] is a list, not a string' },
    { body: one({ annotations: { summary: {} } }), says: 'alerts[0].annotations["summary"] is an object, not a string' },
    { body: one({ labels: { a: 'x'.repeat(100_000) } }), says: 'alerts[0].labels["a"] is 100000 characters long, at most 4096 are taken' },
    {
      body: one({ labels: { ['n'.repeat(5_000)]: '' } }),
      says: `alerts[0].labels["${'n'.repeat(39)}…] is 5000 characters long, at most 4096 are taken`,
    },
    {
      body: one({ annotations: { a: 'x'.repeat(20_000) } }),
      says: 'alerts[0].annotations["a"] is 20000 characters long, at most 16384 are taken',
    },
    { body: one({ startsAt: 'yesterday' }), says: 'alerts[0].startsAt is "yesterday", not a time' },
    { body: one({ startsAt: 0 }), says: 'alerts[0].startsAt is 0, not a string' },
    { body: one({ endsAt: '' }), says: 'alerts[0].endsAt is "", not a time' },
    { body: one({ generatorURL: {} }), says: 'alerts[0].generatorURL is an object, not a string' },
    { body: one({ fingerprint: 1 }), says: 'alerts[0].fingerprint is 1, not a string' },
    { body: one({}, { groupKey: 1 }), says: 'groupKey is 1, not a string' },
    { body: one({}, { externalURL: [] }), says: 'externalURL is a list, not a string' },
    { body: one({}, { truncatedAlerts: '1' }), says: 'truncatedAlerts is "1", not a number' },
  ];
  for (const { body, says } of refused) {
    it(says, () => assert.throws(() => parseWebhook(body), new MalformedWebhookError(says)));
  }

  it('is too large with 10,000 alerts, and says what to set', () => {
    const body = { version: '4', alerts: Array(10_000).fill(alertOf(1)) };
    const error = new MalformedWebhookError('10000 alerts in one delivery, at most 1000 are taken: set max_alerts', { tooLarge: true });
    assert.throws(() => parseWebhook(body), error);
  });

  it('is read or refused in one short sentence, whatever JSON it is', () => {
    const member = fc.constantFrom(
      'version',
      'alerts',
      'status',
      'groupKey',
      'labels',
      'annotations',
      'startsAt',
      'fingerprint',
      'truncatedAlerts',
    );
    const alert = fc.oneof(fc.jsonValue(), fc.dictionary(member, fc.oneof(fc.jsonValue(), fc.constantFrom('firing', 'resolved'))));
    const close = fc.record({ version: fc.constant('4'), alerts: fc.array(alert), status: fc.constant('firing') });
    const body = fc.oneof(fc.jsonValue(), fc.dictionary(member, fc.jsonValue()), close);
    fc.assert(
      fc.property(body, (value) => isReadOrRefused(value)),
      { numRuns: 500 },
    );
  });
});

function isReadOrRefused(body: unknown): boolean {
  try {
    return parseWebhook(body).alerts.every(({ fingerprint }) => fingerprint !== '');
  } catch (error) {
    return error instanceof MalformedWebhookError && error.message.length < 300;
  }
}
