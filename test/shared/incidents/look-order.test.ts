/** Which of two looks saw the newer cluster. */
import assert from 'node:assert/strict';
import { commonLook, isOlder, latestLook } from '../../../shared/incidents/look-order.ts';

const look = (nodes: string | undefined, hyperConverged: string | undefined, minute = 0) => ({
  takenAt: new Date(Date.UTC(2026, 10, 22, 10, minute)).toISOString(),
  versions: { nodes, hyperConverged },
});

describe('a look', () => {
  const cases = [
    { when: 'nothing is on record', one: look('1', '1'), recorded: undefined, is: false },
    { when: 'it saw the same', one: look('5', '5'), recorded: look('5', '5', 9), is: false },
    { when: 'it saw newer lists, whatever the clocks say', one: look('6', '6'), recorded: look('5', '5', 9), is: false },
    { when: 'one of its lists is older', one: look('6', '4', 9), recorded: look('5', '5'), is: true },
    { when: 'versions have another number of digits', one: look('9', '5'), recorded: look('10', '5'), is: true },
    {
      when: 'versions are greater than any number',
      one: look('90071992547409930', '5'),
      recorded: look('90071992547409931', '5'),
      is: true,
    },
    { when: 'versions are no numbers', one: look('a', '5'), recorded: look('b', '5'), is: false },
    { when: 'it failed and began before one that did not', one: look(undefined, '5'), recorded: look('5', '5', 1), is: true },
    { when: 'it failed and began after one that did not', one: look(undefined, '5', 2), recorded: look('5', '5', 1), is: false },
    { when: 'both failed', one: look(undefined, '5'), recorded: look(undefined, '5', 1), is: false },
  ];
  for (const { when, one, recorded, is } of cases) {
    it(`is ${is ? '' : 'not '}older when ${when}`, () => assert.equal(isOlder(one, recorded), is));
  }

  it('that failed leaves of each list the version that was read last', () => {
    assert.deepEqual(latestLook(look('5', '6'), look(undefined, '7', 1)), look('5', '7', 1));
  });

  it('that counts from lower versions, as after a restore, is the latest all the same', () => {
    assert.deepEqual(latestLook(look('500', '600'), look('2', '3', 1)), look('2', '3', 1));
  });
});

describe('what several looks have all seen', () => {
  const cases = [
    { of: [], is: undefined },
    { of: [look('5', '5'), undefined], is: undefined },
    { of: [look('6', '6', 1), look('5', '5')], is: look('5', '5') },
    { of: [look('5', '10', 1), look('6', '9')], is: look('5', '9') },
    { of: [look('a', '10'), look('b', '10')], is: look(undefined, '10') },
    { of: [look(undefined, '10'), look('5', '10')], is: look(undefined, '10') },
  ];
  for (const { of, is } of cases) {
    it(`is ${JSON.stringify(is?.versions)} of ${JSON.stringify(of.map((one) => one?.versions))}`, () =>
      assert.deepEqual(commonLook(of), is));
  }
});
