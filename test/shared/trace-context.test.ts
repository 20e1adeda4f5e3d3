import assert from 'node:assert/strict';
import { formatTraceParent, newSpanId, newTraceId, parseTraceContext } from '../../shared/trace-context.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SPAN = 'b7ad6b7169203331';

describe('the trace of a caller', () => {
  const taken = [
    { what: 'that is kept', parent: `00-${TRACE}-${SPAN}-01`, isSampled: true },
    { what: 'that is not kept', parent: `00-${TRACE}-${SPAN}-00`, isSampled: false },
    { what: 'with flags of a later version', parent: `00-${TRACE}-${SPAN}-03`, isSampled: true },
    { what: 'of a later version with more fields', parent: `01-${TRACE}-${SPAN}-01-more`, isSampled: true },
    { what: 'with blanks around it', parent: ` 00-${TRACE}-${SPAN}-01\t`, isSampled: true },
  ];
  for (const { what, parent, isSampled } of taken) {
    it(`is taken: one ${what}`, () =>
      assert.deepEqual(parseTraceContext(parent, 'a=1,b=2'), { traceId: TRACE, spanId: SPAN, isSampled, state: 'a=1,b=2' }));
  }

  const refused = [
    undefined,
    '',
    'x',
    ['a'],
    `00-${TRACE}-${SPAN}`,
    `ff-${TRACE}-${SPAN}-01`,
    `00-${TRACE}-${SPAN}-01-more`,
    `01-${TRACE}-${SPAN}-01more`,
    `00-${TRACE.toUpperCase()}-${SPAN}-01`,
    `00-${'0'.repeat(32)}-${SPAN}-01`,
    `00-${TRACE}-${'0'.repeat(16)}-01`,
    `00-${TRACE}-${SPAN}-01, 00-${TRACE}-${SPAN}-01`,
    `00-${TRACE}0-${SPAN}-01`,
  ];
  for (const parent of refused)
    it(`is none: ${JSON.stringify(parent)}`, () => assert.equal(parseTraceContext(parent, undefined), undefined));

  for (const state of [undefined, '', 'a=ü', 'a=1\n', 'x'.repeat(513)]) {
    it(`is taken without a state that nobody can pass on: ${JSON.stringify(state)?.slice(0, 10)}`, () =>
      assert.equal(parseTraceContext(`00-${TRACE}-${SPAN}-01`, state)?.state, undefined));
  }

  it('is passed on as it came, and ids of ours are read again', () => {
    assert.equal(formatTraceParent({ traceId: TRACE, spanId: SPAN, isSampled: true }), `00-${TRACE}-${SPAN}-01`);
    const own = { traceId: newTraceId(), spanId: newSpanId(), isSampled: false };
    assert.deepEqual(parseTraceContext(formatTraceParent(own), undefined), { ...own, state: undefined });
  });
});
