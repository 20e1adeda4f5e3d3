import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import { createDryRun, type DryRunOutcome, type DryRunRequest } from '../../../shared/kubernetes/dry-run.ts';
import { parseWarnings } from '../../../shared/kubernetes/warnings.ts';
import { crPath, type RunningCluster, startCluster } from '../../helpers/embedded-cluster.ts';
import { silentLog } from '../../helpers/log.ts';
import { jsonPatchOf, plannedChanges } from '../../helpers/planned-changes.ts';
import { connectTo } from '../../helpers/webhook.ts';

const NAME = 'kubevirt-hyperconverged';
const TARGET = { version: 'v1', namespace: NAME, name: NAME } as const;
const PATCH = { spec: { workloadSources: { enableMultiArchBootImageImport: true } } };
const TIME_MS = 5_000;

describe('a dry run', () => {
  let server: Server;
  let answer: RequestListener;
  let url: string;
  beforeEach(async () => {
    server = createServer((request, response) => answer(request, response));
    const listening = Promise.withResolvers<void>();
    server.listen(0, '127.0.0.1', listening.resolve);
    await listening.promise;
    const address = server.address();
    assert.ok(address !== null && typeof address === 'object');
    url = `http://127.0.0.1:${address.port}`;
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });
  const ask = async (body: DryRunRequest['body'] = PATCH, signal = AbortSignal.timeout(TIME_MS)): Promise<DryRunOutcome> => {
    const dryRun = createDryRun({ connect: await connectTo(url), log: silentLog });
    return dryRun({ target: TARGET, body }, signal);
  };
  const replying = (code: number, body: unknown, headers: Readonly<Record<string, string>> = {}) => {
    answer = (_, response) => void response.writeHead(code, headers).end(typeof body === 'string' ? body : JSON.stringify(body));
  };

  const bodies = [
    { kind: 'merge patch', body: PATCH, type: 'application/merge-patch+json' },
    { kind: 'JSON Patch', body: [{ op: 'add', path: '/spec/workloadSources', value: {} }], type: 'application/json-patch+json' },
  ] as const;
  for (const { kind, body, type } of bodies) {
    it(`sends a ${kind} as the printed command does, to be stored nowhere and read strictly`, async () => {
      const asked = Promise.withResolvers<{ readonly request: IncomingMessage; readonly sent: string }>();
      answer = async (request, response) => {
        asked.resolve({ request, sent: await text(request) });
        response.end(JSON.stringify({ kind: 'HyperConverged', spec: { a: 1 } }));
      };
      assert.deepEqual(await ask(body), { accepted: true, stored: { kind: 'HyperConverged', spec: { a: 1 } }, warnings: [] });
      const { request, sent } = await asked.promise;
      assert.deepEqual([request.method, request.headers['content-type'], JSON.parse(sent)], ['PATCH', type, body]);
      assert.equal(
        request.url,
        `/apis/hco.kubevirt.io/v1/namespaces/${NAME}/hyperconvergeds/${NAME}?dryRun=All&fieldValidation=Strict&fieldManager=archwatch`,
      );
    });
  }

  const status = (code: number, message: string, details: object = {}) => ({ kind: 'Status', status: 'Failure', code, message, details });
  const cause = (field: string, message: string) => ({ reason: 'FieldValueInvalid', field, message });
  const strict = 'strict decoding error: unknown field "spec.x"';
  const shown = `Invalid value: ${JSON.stringify(JSON.stringify({ secret: 'the \\ whole "CR"' }))}: ${strict}`;
  const denied = 'admission webhook "validate-hco.kubevirt.io" denied the request: they contradict each other';
  const policy = `hyperconvergeds "a" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'b' denied request: no`;
  const unfit = 'Internal error occurred: add operation does not apply: doc is missing path: "/spec/workloadSources/x": missing value';
  const conversion = 'conversion webhook for hco.kubevirt.io/v1, Kind=HyperConverged failed: cannot convert';
  const forbidden = `hyperconvergeds.hco.kubevirt.io "a" is forbidden: User "u" cannot patch resource "hyperconvergeds" in API group "hco.kubevirt.io" in the namespace "a"`;
  const unreached =
    'Internal error occurred: failed calling webhook "a": failed to call webhook: Post "https://a": dial tcp: connection refused';
  const convertUnreached = 'conversion webhook for hco.kubevirt.io/v1, Kind=HyperConverged failed: Post "https://a": EOF';
  const noWords = 'the server rejected our request due to an error in our request';
  const answers: readonly {
    readonly code: number;
    readonly body: unknown;
    readonly accepted: false | null;
    readonly reason: string | RegExp;
  }[] = [
    { code: 403, body: status(403, denied), accepted: false, reason: denied },
    { code: 404, body: status(404, denied), accepted: false, reason: denied },
    { code: 422, body: status(422, denied, { causes: [cause('spec.a', 'b')] }), accepted: false, reason: denied },
    { code: 500, body: status(500, denied), accepted: false, reason: denied },
    { code: 422, body: status(422, policy, { causes: [{ message: policy }] }), accepted: false, reason: policy },
    { code: 401, body: status(401, policy), accepted: false, reason: policy },
    {
      code: 403,
      body: status(403, 'pods "a" is forbidden: exceeded quota'),
      accepted: false,
      reason: 'pods "a" is forbidden: exceeded quota',
    },
    {
      code: 422,
      body: status(422, 'is invalid', { causes: [cause('spec.a', 'Required value'), cause('<nil>', 'some rules were not checked')] }),
      accepted: false,
      reason: 'spec.a: Required value',
    },
    {
      code: 422,
      body: status(422, 'is invalid', { causes: [cause('spec.a', 'b'), cause('spec.c', 'd')] }),
      accepted: false,
      reason: 'spec.a: b; spec.c: d',
    },
    { code: 422, body: status(422, `x: patch: ${shown}`, { causes: [cause('patch', shown)] }), accepted: false, reason: strict },
    {
      code: 422,
      body: status(422, noWords),
      accepted: false,
      reason: `${noWords}: a test of the JSON Patch does not hold, or a path is not there`,
    },
    { code: 400, body: status(400, 'error decoding patch'), accepted: false, reason: 'error decoding patch' },
    { code: 400, body: status(400, `two\nlines \u202e${'x'.repeat(2_000)}`), accepted: false, reason: /^two lines \uFFFDx{989}…$/ },
    { code: 500, body: status(500, unfit), accepted: false, reason: unfit },
    { code: 500, body: status(500, conversion), accepted: false, reason: conversion },
    { code: 403, body: status(403, forbidden), accepted: null, reason: /knative\/components\/server-dry-run/ },
    { code: 401, body: status(401, 'Unauthorized'), accepted: null, reason: 'the API server does not accept the credentials' },
    { code: 404, body: status(404, 'not found'), accepted: null, reason: /is not there any more/ },
    { code: 409, body: status(409, 'Operation cannot be fulfilled'), accepted: null, reason: 'the HyperConverged was changed meanwhile' },
    { code: 429, body: status(429, 'too many requests'), accepted: null, reason: 'the API server could not answer now: too many requests' },
    { code: 500, body: status(500, unreached), accepted: null, reason: `the API server could not answer: ${unreached}` },
    { code: 500, body: status(500, convertUnreached), accepted: null, reason: `the API server could not answer: ${convertUnreached}` },
    { code: 500, body: status(500, 'etcdserver: request timed out'), accepted: null, reason: /etcdserver/ },
    { code: 503, body: status(503, 'shutting down'), accepted: null, reason: /shutting down/ },
    { code: 502, body: '<h1>Bad gateway</h1>', accepted: null, reason: 'something that is not the API server answered 502' },
    { code: 500, body: { message: denied }, accepted: null, reason: 'something that is not the API server answered 500' },
    { code: 403, body: 'no', accepted: null, reason: 'something that is not the API server answered 403' },
    { code: 200, body: {}, accepted: null, reason: 'the answer is not a HyperConverged' },
    { code: 200, body: 'fine', accepted: null, reason: /not JSON/ },
  ];
  for (const { code, body, accepted, reason } of answers) {
    it(`is ${accepted === null ? 'nobody’s answer' : 'a refusal'} after ${code} ${JSON.stringify(body).slice(0, 140)}`, async () => {
      replying(code, body);
      const outcome = await ask();
      assert.equal(outcome.accepted, accepted, JSON.stringify(outcome));
      assert.ok('reason' in outcome);
      if (typeof reason === 'string') assert.equal(outcome.reason, reason);
      else assert.match(outcome.reason, reason);
    });
  }

  it('hands on the warnings of an answer and of a refusal', async () => {
    replying(200, { kind: 'HyperConverged' }, { warning: '299 - "a", 299 - "b"' });
    assert.deepEqual(await ask(), { accepted: true, stored: { kind: 'HyperConverged' }, warnings: ['a', 'b'] });
    replying(403, status(403, denied), { warning: '299 - "a"' });
    assert.deepEqual(await ask(), { accepted: false, reason: denied, warnings: ['a'] });
  });

  it('is nobody’s answer when the time is over', async () => {
    answer = () => undefined;
    assert.deepEqual(await ask(PATCH, AbortSignal.timeout(30)), { accepted: null, reason: 'the API server did not answer in time' });
  });

  it('keeps what a credential plugin says for the log', async () => {
    const logged: unknown[] = [];
    const log = { error: (...told: readonly unknown[]) => void logged.push(told) };
    const dryRun = createDryRun({ connect: () => Promise.reject(new Error('token abc')), log });
    const outcome = await dryRun({ target: TARGET, body: PATCH }, AbortSignal.timeout(TIME_MS));
    assert.deepEqual(outcome, { accepted: null, reason: 'the connection could not be prepared, credentials included: the log says why' });
    assert.equal(logged.length, 1);
  });
});

describe('a dry run by the embedded cluster', () => {
  let running: RunningCluster;
  beforeEach(async () => {
    running = await startCluster('1.19');
  });
  afterEach(() => running.close());

  for (const version of ['v1', 'v1beta1'] as const) {
    // It takes metadata as they come.
    for (const row of plannedChanges(version).filter(({ patch }) => !JSON.stringify(patch).startsWith('{"metadata":{"annotations"'))) {
      it(`decides as the schema check does in ${version} when ${row.when}`, async () => {
        running.cluster.patchHyperConverged(version, { metadata: { labels: null }, spec: row.spec });
        const { body: object } = await running.get(crPath(version));
        const jsonPatch = jsonPatchOf(object, row).map((operation) =>
          operation.path === '/metadata/generation' && row.refusal === undefined
            ? { ...operation, value: object.metadata.generation }
            : operation,
        );
        const dryRun = createDryRun({ connect: await connectTo(running.url), log: silentLog });
        const ask = (body: DryRunRequest['body']) => dryRun({ target: { ...TARGET, version }, body }, AbortSignal.timeout(TIME_MS));
        const outcomes = [await ask(row.patch), await ask(jsonPatch)];
        assert.equal(
          outcomes.every(({ accepted }) => accepted),
          row.refusal === undefined,
          JSON.stringify(outcomes).slice(0, 600),
        );
        assert.ok(
          outcomes.every(({ accepted }) => accepted !== null),
          JSON.stringify(outcomes).slice(0, 600),
        );
      });
    }
  }
});

describe('the warnings of an answer', () => {
  const rows: readonly { readonly header: string; readonly texts: readonly string[] }[] = [
    { header: '', texts: [] },
    { header: '299 - "a"', texts: ['a'] },
    { header: '299 - "a, b", 299 - "c"', texts: ['a, b', 'c'] },
    { header: '299 - "unknown field \\"spec.x\\"", 299 - "back\\\\slash"', texts: ['unknown field "spec.x"', 'back\\slash'] },
    { header: '299 kube "a" "Wed, 21 Oct 2015 07:28:00 GMT", 299 - "b"', texts: ['a', 'b'] },
    { header: '299 - "199 - is no second \\"one\\""', texts: ['199 - is no second "one"'] },
    { header: Buffer.from('299 - "Zoë"').toString('latin1'), texts: ['Zoë'] },
    { header: '299 - "never closed', texts: [] },
  ];
  for (const { header, texts } of rows) {
    it(`in ${JSON.stringify(header)} are ${JSON.stringify(texts)}`, () => assert.deepEqual(parseWarnings(header), texts));
  }
});
