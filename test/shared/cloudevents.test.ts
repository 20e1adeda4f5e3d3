import assert from 'node:assert/strict';
import type { IncomingHttpHeaders } from 'node:http';
import fc from 'fast-check';
import { type CloudEvent, parseEvents, readRawHeader } from '../../shared/cloudevents.ts';
import { BadRequestError, TooLargeError } from '../../shared/http/route.ts';
import {
  batchOf,
  CAPTURED,
  capturedEvent,
  eventOf,
  headerText,
  nodeObject,
  overHttp,
  percentEncoded,
  received,
  structured,
} from '../helpers/events.ts';

const BINARY = { 'ce-specversion': '1.0', 'ce-id': '1', 'ce-source': '/test', 'ce-type': 'test', 'content-type': 'application/json' };
const EVENT = { specversion: '1.0', id: '1', source: '/test', type: 'test' };
const STRUCTURED = 'application/cloudevents+json';
const BATCH = 'application/cloudevents-batch+json';

const parse = (headers: IncomingHttpHeaders, body: unknown = '') =>
  parseEvents({ headers, body: Buffer.isBuffer(body) ? body : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)) });
const only = (events: readonly CloudEvent[]): CloudEvent => {
  const [event] = events;
  assert.ok(event && events.length === 1);
  return event;
};
const binary = (headers: IncomingHttpHeaders, body: unknown = '{"a":1}') => only(parse({ ...BINARY, ...headers }, body));
const structuredEvent = (event: object, type = STRUCTURED) => only(parse({ 'content-type': type }, event));

describe('parseEvents', () => {
  for (const name of CAPTURED) {
    it(`reads the captured ${name} the same in all three modes`, () => {
      const captured = capturedEvent(name);
      const event = only(parseEvents(received(captured)));
      assert.equal(event.id, captured.headers['ce-id']);
      assert.equal(event.source, 'https://127.0.0.1:16443');
      assert.equal(event.subject, captured.headers['ce-subject']);
      assert.equal(event.extensions.cluster, 'prod-eu-1');
      assert.deepEqual(event.data, JSON.parse(captured.body));
      assert.deepEqual(only(parseEvents(received(structured(captured)))), event);
      assert.deepEqual(only(parseEvents(received(batchOf([captured])))), event);
    });
  }

  it('keeps an extension that is there and empty', () => {
    const event = eventOf('add', nodeObject());
    for (const request of [event, structured(event)]) assert.equal(only(parseEvents(received(request))).extensions.namespace, '');
  });

  it('holds attributes and extensions as plain text, and nothing else', () => {
    const event = {
      ...EVENT,
      subject: 'x',
      time: '2026-11-22T10:33:50.695916195Z',
      dataschema: 'urn:x',
      count: 3,
      isready: true,
      gone: null,
    };
    assert.deepEqual(structuredEvent(event), {
      ...{ id: '1', source: '/test', type: 'test', subject: 'x', data: undefined },
      extensions: { count: '3', isready: 'true' },
    });
  });

  const JSON_TYPES = [
    'application/json; charset=UTF-8',
    'Application/JSON;charset=utf-8',
    'text/json',
    'application/vnd.x+json',
    undefined,
  ];
  for (const type of JSON_TYPES) {
    it(`reads data of the content type ${type}`, () => {
      const { 'content-type': _, ...headers } = BINARY;
      assert.deepEqual(only(parse({ ...headers, ...(type ? { 'content-type': type } : {}) }, '{"a":1}')).data, { a: 1 });
    });
  }

  for (const type of [`${STRUCTURED}; charset=UTF-8`, 'Application/CloudEvents+JSON', `${STRUCTURED};charset="utf-8"`]) {
    it(`reads an event of the content type ${type}`, () => {
      assert.deepEqual(structuredEvent({ ...EVENT, data: { a: 1 } }, type).data, { a: 1 });
    });
  }

  for (const before of ['\n  ', '\uFEFF', '\r\n\uFEFF ']) {
    it(`reads JSON with ${JSON.stringify(before)} in front`, () => {
      assert.deepEqual(binary({}, `${before}{"a":1}\n`).data, { a: 1 });
      const event = JSON.stringify({ ...EVENT, data: { a: 1 } });
      assert.deepEqual(only(parse({ 'content-type': STRUCTURED }, before + event)).data, { a: 1 });
      assert.deepEqual(only(parse({ 'content-type': BATCH }, `${before}[${event}]`)).data, { a: 1 });
    });
  }

  const DATA: readonly { readonly of: string; readonly body: string; readonly is: unknown }[] = [
    { of: 'a number', body: '3', is: 3 },
    { of: 'null', body: 'null', is: null },
    { of: 'a text', body: '"x"', is: 'x' },
    { of: 'nothing', body: '', is: undefined },
    { of: 'a text without quotes', body: 'hello', is: undefined },
    { of: 'half an object', body: '{"a":', is: undefined },
    { of: 'a number that is too large', body: '{"a":9007199254740993}', is: { a: 9007199254740992 } },
  ];
  for (const { of, body, is } of DATA) it(`reads data of ${of}`, () => assert.deepEqual(binary({}, body).data, is));

  it('leaves data that is not JSON as bytes', () => {
    assert.deepEqual(binary({ 'content-type': 'application/octet-stream' }, '{"a":1}').data, Buffer.from('{"a":1}'));
  });

  it('reads data_base64: JSON by default, bytes where it is something else', () => {
    const base64 = Buffer.from('{"a":1}').toString('base64');
    assert.deepEqual(structuredEvent({ ...EVENT, data_base64: base64 }).data, { a: 1 });
    assert.deepEqual(structuredEvent({ ...EVENT, data: null, data_base64: base64 }).data, { a: 1 });
    assert.deepEqual(structuredEvent({ ...EVENT, datacontenttype: 'text/plain', data_base64: base64 }).data, Buffer.from('{"a":1}'));
  });

  const HEADERS: readonly { readonly sent: string; readonly is: string }[] = [
    { sent: 'm%C3%BCller%20%E2%82%AC', is: 'müller €' },
    { sent: 'm%c3%bcller', is: 'müller' },
    { sent: '100%2525', is: '100%25' },
    { sent: '100%', is: '100%' },
    { sent: '%zz %ff', is: '%zz %ff' },
    { sent: '"a \\"quoted\\" word"', is: 'a "quoted" word' },
    { sent: overHttp('münchen-1'), is: 'münchen-1' },
    { sent: overHttp('東京 🚀'), is: '東京 🚀' },
    { sent: overHttp('\uFEFFx'), is: '\uFEFFx' },
    { sent: overHttp('ü%C3%BC'), is: 'üü' },
    { sent: 'm\xFCnchen', is: 'münchen' },
    { sent: 'm\xC3', is: 'mÃ' },
  ];
  for (const { sent, is } of HEADERS)
    it(`reads the header ${sent} as ${is}`, () => assert.equal(binary({ 'ce-note': sent }).extensions.note, is));

  it('reads a text that was written as it is as readRawHeader does, and an encoded one as the text', () => {
    fc.assert(
      fc.property(headerText(), (text) => {
        assert.equal(binary({ 'ce-note': overHttp(text) }).extensions.note, readRawHeader(text));
        assert.equal(binary({ 'ce-note': percentEncoded(text) }).extensions.note, text);
      }),
    );
  });

  it('believes the content type where there are headers as well', () => {
    assert.equal(only(parse({ ...BINARY, 'ce-id': 'header', 'content-type': STRUCTURED }, { ...EVENT, id: 'body' })).id, 'body');
  });

  it('lets a subject that is empty and a time that is none be absent', () => {
    assert.equal(binary({ 'ce-subject': '', 'ce-time': 'yesterday' }).subject, undefined);
    assert.equal(structuredEvent({ ...EVENT, subject: '', time: 'yesterday' }).subject, undefined);
  });

  it('is not fooled by extensions that are named as the members of an event are', () => {
    const names = ['validate', 'constructor', 'emit', 'toString'.toLowerCase()];
    const extensions = Object.fromEntries(names.map((name) => [name, 'x']));
    assert.deepEqual(structuredEvent({ ...EVENT, ...extensions }).extensions, extensions);
    assert.deepEqual(binary(Object.fromEntries(names.map((name) => [`ce-${name}`, 'x']))).extensions, extensions);
  });

  it('finds no events in an empty batch', () => assert.deepEqual(parse({ 'content-type': BATCH }, []), []));

  const REFUSED: readonly {
    readonly what: string;
    readonly headers: IncomingHttpHeaders;
    readonly body?: unknown;
    readonly says: RegExp;
  }[] = [
    { what: 'a plain request', headers: { 'content-type': 'application/json' }, body: { a: 1 }, says: /no CloudEvent/ },
    { what: 'an empty request', headers: {}, says: /no CloudEvent/ },
    ...['id', 'source', 'type', 'specversion'].flatMap((name) => [
      { what: `headers without ${name}`, headers: { ...BINARY, [`ce-${name}`]: '' }, says: new RegExp(`no ${name}`) },
      {
        what: `an event without ${name}`,
        headers: { 'content-type': STRUCTURED },
        body: { ...EVENT, [name]: undefined },
        says: new RegExp(`no ${name}`),
      },
      {
        what: `an event whose ${name} is null`,
        headers: { 'content-type': STRUCTURED },
        body: { ...EVENT, [name]: null },
        says: new RegExp(`no ${name}`),
      },
    ]),
    { what: 'headers of version 0.3', headers: { ...BINARY, 'ce-specversion': '0.3' }, says: /specversion/ },
    { what: 'headers that were doubled', headers: { ...BINARY, 'ce-specversion': '1.0, 1.0' }, says: /specversion/ },
    {
      what: 'an event of version 0.3',
      headers: { 'content-type': STRUCTURED },
      body: { ...EVENT, specversion: '0.3' },
      says: /specversion/,
    },
    {
      what: 'a version that is a number',
      headers: { 'content-type': STRUCTURED },
      body: { ...EVENT, specversion: 1.0 },
      says: /specversion/,
    },
    { what: 'an id that is a number', headers: { 'content-type': STRUCTURED }, body: { ...EVENT, id: 1 }, says: /id must be string/ },
    { what: 'a source that is no URI', headers: { ...BINARY, 'ce-source': 'a b' }, says: /source/ },
    { what: 'a header name that no attribute has', headers: { ...BINARY, 'ce-a-b': 'x' }, says: /a-b/ },
    { what: 'a name with a capital', headers: { 'content-type': STRUCTURED }, body: { ...EVENT, myName: 'x' }, says: /myName/ },
    { what: 'an extension that is an object', headers: { 'content-type': STRUCTURED }, body: { ...EVENT, x: {} }, says: /attribute x/ },
    { what: 'an extension that is a fraction', headers: { 'content-type': STRUCTURED }, body: { ...EVENT, x: 1.5 }, says: /attribute x/ },
    { what: 'an attribute of 0.3', headers: { ...BINARY, 'ce-schemaurl': 'urn:x' }, says: /schemaurl/ },
    { what: 'data twice', headers: { 'content-type': STRUCTURED }, body: { ...EVENT, data: 1, data_base64: 'MQ==' }, says: /data_base64/ },
    {
      what: 'data_base64 that is no text',
      headers: { 'content-type': STRUCTURED },
      body: { ...EVENT, data_base64: 1 },
      says: /data_base64/,
    },
    { what: 'a structured body that is not JSON', headers: { 'content-type': STRUCTURED }, body: 'hello', says: /not JSON/ },
    { what: 'a structured body that is empty', headers: { 'content-type': STRUCTURED }, says: /not JSON/ },
    { what: 'a structured body that is null', headers: { 'content-type': STRUCTURED }, body: 'null', says: /not a JSON object/ },
    { what: 'a structured body that is a list', headers: { 'content-type': STRUCTURED }, body: [EVENT], says: /not a JSON object/ },
    { what: 'a batch that is one event', headers: { 'content-type': BATCH }, body: EVENT, says: /not a list/ },
    {
      what: 'a batch with a bad event',
      headers: { 'content-type': BATCH },
      body: [EVENT, { ...EVENT, type: '' }],
      says: /\[1\] of the batch: the event has no type/,
    },
    { what: 'a batch with a null', headers: { 'content-type': BATCH }, body: [null], says: /\[0\] of the batch/ },
    { what: 'another format', headers: { ...BINARY, 'content-type': 'application/cloudevents+protobuf' }, says: /as JSON/ },
    { what: 'a content type without a format', headers: { 'content-type': 'application/cloudevents' }, body: EVENT, says: /as JSON/ },
  ];
  for (const { what, headers, body, says } of REFUSED) {
    it(`refuses ${what}`, () => {
      assert.throws(
        () => parse(headers, body),
        (error: unknown) => error instanceof BadRequestError && says.test(error.message) && !error.message.includes('\n'),
      );
    });
  }

  it('takes a batch of 1,000, and refuses a larger one before it reads the events', () => {
    const batch = (count: number, last: unknown) => parse({ 'content-type': BATCH }, [...Array(count - 1).fill(EVENT), last]);
    assert.equal(batch(1_000, EVENT).length, 1_000);
    assert.throws(() => batch(1_001, null), new TooLargeError('1001 events in one batch, at most 1000 are taken'));
  });

  it('reads or refuses whatever comes, and never fails otherwise', () => {
    const names = fc.constantFrom(
      'id',
      'source',
      'type',
      'specversion',
      'subject',
      'time',
      'data',
      'data_base64',
      'dataschema',
      'schemaurl',
      '__proto__',
      'x',
      'datacontenttype',
    );
    const event = fc.dictionary(names, fc.oneof(fc.jsonValue(), fc.constant('1.0')), { noNullPrototype: true });
    const anything = fc.oneof(event, fc.array(event), fc.jsonValue());
    fc.assert(
      fc.property(fc.constantFrom(STRUCTURED, BATCH, 'application/json'), anything, event, (type, body, more) => {
        const headers = Object.fromEntries(
          Object.entries(more).map(([name, value]) => [`ce-${name}`, typeof value === 'string' ? value : JSON.stringify(value)]),
        );
        for (const text of [JSON.stringify(body), JSON.stringify({ ...EVENT, ...more })]) {
          try {
            parse({ ...headers, 'content-type': type }, text);
          } catch (error) {
            if (!(error instanceof BadRequestError)) throw error;
          }
        }
      }),
    );
  });
});
