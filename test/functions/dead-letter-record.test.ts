/** The record of dead letters, without any IO. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  counted,
  type DeadLetters,
  givenUp,
  isDue,
  MAX_RECENT,
  MAX_TYPES,
  NO_LETTERS,
  said,
  saying,
  takenOver,
} from '../../functions/dead-letter/dead-letters.ts';
import { isPing, toLetter } from '../../functions/dead-letter/letter.ts';
import { readRecord, writeRecord } from '../../functions/dead-letter/record-text.ts';
import { MalformedError } from '../../shared/golden-images/json.ts';
import { base64, event, ping, STARTED, SUBSCRIBER } from '../helpers/dead-letters.ts';

const at = (minutes: number) => new Date(STARTED + minutes * 60_000);
const letter = (id: string, changes = {}) => toLetter(event(id, changes));
const withLetters = (record: DeadLetters, ...ids: readonly string[]) =>
  ids.reduce((next, id, index) => counted(next, letter(id), at(index)), record);
const begin = (record: DeadLetters, minutes = 0, by = 'me') => saying(record, { id: 'message', by, lastsMs: 33_000, now: at(minutes) });

describe('a dead letter', () => {
  const extension = (changes: Readonly<Record<string, unknown>>) => toLetter(event('1', { extensions: changes }));
  const cases = [
    { what: 'says what was answered', data: base64('unavailable'), text: 'unavailable' },
    {
      what: 'says what was answered, also where its last character was cut',
      data: Buffer.from('abcdeé').subarray(0, 6).toString('base64'),
      text: 'abcde',
    },
    { what: 'shows controls and line breaks as marks', data: base64('a\nb\u202ec'), text: 'a\uFFFDb\uFFFDc' },
    { what: 'keeps what is not base64', data: 'time-out!', text: 'time-out!' },
    { what: 'keeps what is base64 of no text', data: '/////w==', text: '/////w==' },
    { what: 'says nothing where there is nothing', data: '', text: undefined },
  ];
  for (const { what, data, text } of cases) {
    it(what, () => assert.equal(extension({ knativeerrordata: data }).errorText, text));
  }

  it('is never long, whatever it says', () => {
    const long = 'x'.repeat(3_000);
    const all = toLetter({
      id: long,
      source: long,
      type: long,
      subject: long,
      extensions: { knativeerrordest: long, knativeerrorcode: long, knativeerrordata: long },
    });
    assert.ok(JSON.stringify(all).length < 2_000);
  });

  it('does not keep credentials of an address', () => {
    for (const address of ['http://me:secret@host/events', 'http:/me:secret@host/events', 'http:\\\\me:secret@host/events']) {
      assert.equal(extension({ knativeerrordest: address }).destination, 'http://…@host/events');
    }
    assert.equal(extension({ knativeerrordest: 'http://host/events?token=secret' }).destination, 'http://host/events');
    assert.equal(extension({ knativeerrordest: 'me:secret@host/events x' }).destination?.includes('secret') ?? false, false);
    const error = Buffer.from('refused: Bearer abc.def and xoxb-1234-abc').toString('base64');
    assert.equal(extension({ knativeerrordata: error }).errorText, 'refused: Bearer … and …');
  });

  it('is the ping itself only when nobody failed on it', () => {
    assert.equal(isPing(ping('1')), true);
    assert.equal(isPing({ ...ping('1'), extensions: { cluster: 'prod-eu-1' } }), true);
    assert.equal(isPing({ ...ping('1'), extensions: { knativeerrordest: SUBSCRIBER } }), false);
    assert.equal(isPing(event('1', { extensions: {} })), false);
  });
});

describe('the record of dead letters', () => {
  it('counts each type for each subscriber, with what the last of it said', () => {
    const first = counted(NO_LETTERS, letter('1'), at(0));
    const second = counted(first, letter('2', { extensions: { knativeerrordest: SUBSCRIBER } }), at(5));
    const others = counted(second, letter('3', { type: 'other' }), at(6));
    const third = counted(others, letter('4', { extensions: { knativeerrordest: 'http://other/' } }), at(7));
    const { waiting } = third;
    assert.deepEqual(
      [waiting?.total, waiting?.firstAt, waiting?.lastAt, waiting?.types.map(({ type, count }) => [type, count])],
      [
        4,
        at(0).toISOString(),
        at(7).toISOString(),
        [
          ['dev.knative.apiserver.resource.add', 2],
          ['other', 1],
          ['dev.knative.apiserver.resource.add', 1],
        ],
      ],
    );
    const { destination, errorCode, firstAt, lastAt } = waiting?.types[0] ?? {};
    assert.deepEqual([destination, errorCode, firstAt, lastAt], [SUBSCRIBER, undefined, at(0).toISOString(), at(5).toISOString()]);
  });

  it('counts a letter once, however often it is delivered', () => {
    const record = withLetters(NO_LETTERS, '1');
    assert.equal(counted(record, letter('1'), at(1)), record);
    assert.equal(counted(record, letter('1', { source: '/another' }), at(1)).waiting?.total, 2);
    assert.equal(counted(record, letter('1', { extensions: { knativeerrordest: 'http://another/' } }), at(1)).waiting?.total, 2);
  });

  it('is bounded, and still counts all', () => {
    const letters = Array.from({ length: MAX_RECENT + 50 }, (_, index) =>
      toLetter(event(`${index}`, { type: `type-${index}`, source: 's'.repeat(900) })),
    );
    const record = letters.reduce((next, each) => counted(next, each, at(0)), NO_LETTERS);
    assert.deepEqual([record.waiting?.total, record.waiting?.types.length, record.waiting?.others], [250, MAX_TYPES, 250 - MAX_TYPES]);
    assert.equal(record.recent.length, MAX_RECENT);
    assert.ok(writeRecord(record).length < 100_000);
  });

  const waiting = withLetters(NO_LETTERS, '1');
  const times = [
    { what: 'at once, the first time', record: waiting, minutes: 0, due: true },
    { what: 'not within the hour after the last', record: { ...waiting, saidAt: at(0).toISOString() }, minutes: 59.99, due: false },
    { what: 'an hour after the last', record: { ...waiting, saidAt: at(0).toISOString() }, minutes: 60, due: true },
    {
      what: 'although the last was said far in the future, by a clock that was wrong',
      record: { ...waiting, saidAt: at(600).toISOString() },
      minutes: 0,
      due: true,
    },
    { what: 'not when nothing waits', record: NO_LETTERS, minutes: 0, due: false },
    { what: 'not while another message is being said', record: withLetters(begin(waiting), '2'), minutes: 0, due: false },
  ];
  for (const { what, record, minutes, due } of times) it(`is to be said ${what}`, () => assert.equal(isDue(record, at(minutes)), due));

  it('keeps what comes while a message is said for the next', () => {
    const record = said(withLetters(begin(waiting), '2', '3'), 'message', at(1));
    assert.deepEqual([record.waiting?.total, record.saidAt, record.intent], [2, at(1).toISOString(), undefined]);
  });

  it('lets one alone take a message over', () => {
    const record = begin(waiting);
    assert.ok(record.intent);
    const first = takenOver(record, record.intent, 'you', at(5));
    assert.deepEqual([first.intent?.by, first.intent?.id, first.intent?.from], ['you', 'message', at(0).toISOString()]);
    assert.equal(takenOver(first, record.intent, 'she', at(5)), first);
  });

  it('takes back what surely was not said, and only from who gave up', () => {
    const record = withLetters(begin(waiting), '2');
    assert.equal(givenUp(record, 'you'), record);
    const back = givenUp(record, 'me');
    assert.deepEqual([back.waiting?.total, back.intent, isDue(back, at(1))], [2, undefined, true]);
  });

  it('takes back letters of more types than it holds', () => {
    const many = (record: DeadLetters, prefix: string) =>
      Array.from({ length: MAX_TYPES + 5 }, (_, index) => letter(`${prefix}${index}`, { type: `${prefix}${index}` })).reduce(
        (next, each) => counted(next, each, at(0)),
        record,
      );
    const { waiting: back } = givenUp(many(begin(many(NO_LETTERS, 'a')), 'b'), 'me');
    assert.deepEqual([back?.total, back?.types.length, back?.others], [2 * MAX_TYPES + 10, MAX_TYPES, MAX_TYPES + 10]);
  });

  it('loses no letter, whatever happens to its messages', () =>
    fc.assert(
      fc.property(fc.array(fc.constantFrom('letter', 'begin', 'give up', 'said')), (steps) => {
        let record: DeadLetters = NO_LETTERS;
        let [sent, told] = [0, 0];
        for (const step of steps) {
          if (step === 'letter') record = counted(record, letter(`${sent++}`, { type: `type-${sent % 30}` }), at(sent));
          if (step === 'begin') record = begin(record);
          if (step === 'give up') record = givenUp(record, 'me');
          if (step === 'said') {
            told += record.intent?.tally.total ?? 0;
            record = said(record, 'message', at(sent));
          }
          for (const tally of [record.waiting, record.intent?.tally]) {
            const listed = tally?.types.reduce((sum, { count }) => sum + count, tally.others);
            assert.equal(listed, tally?.total);
          }
        }
        assert.equal(told + (record.intent?.tally.total ?? 0) + (record.waiting?.total ?? 0), sent);
      }),
    ));

  it('is the same after it was written and read', () => {
    const record = withLetters(begin(withLetters({ ...NO_LETTERS, saidAt: at(0).toISOString() }, '1', '2')), '3');
    assert.deepEqual(JSON.parse(writeRecord(readRecord(writeRecord(record)))), JSON.parse(writeRecord(record)));
    assert.match(writeRecord(record), /\n {2}"waiting": \{\n {4}"total": 1,/);
  });

  const damaged = [
    '',
    'null',
    '{}',
    '{"version":2,"recent":[]}',
    '{"version":1,"waiting":{}}',
    '{"version":1,"saidAt":"soon"}',
    '{"version":1,"recent":[1]}',
  ];
  for (const text of damaged) it(`is not read from ${text || 'nothing'}`, () => assert.throws(() => readRecord(text), MalformedError));
});
