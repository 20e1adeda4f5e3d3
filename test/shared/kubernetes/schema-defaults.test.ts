import assert from 'node:assert/strict';
import { withDefaults } from '../../../shared/kubernetes/schema-defaults.ts';

const SCHEMA = {
  type: 'object',
  properties: {
    on: { type: 'boolean', default: true },
    parent: { type: 'object', properties: { size: { type: 'integer', default: 3 }, name: { type: 'string' } } },
    made: { type: 'object', default: {}, properties: { size: { type: 'integer', default: 4 } } },
    list: { type: 'array', items: { type: 'object', properties: { kind: { type: 'string', default: 'x' } } } },
    open: { 'x-kubernetes-preserve-unknown-fields': true },
  },
};

describe('the defaults that a server adds', () => {
  const cases = [
    { when: 'a member is absent', object: {}, becomes: { on: true, made: { size: 4 } } },
    { when: 'a member is there', object: { on: false, made: { size: 1 } }, becomes: { on: false, made: { size: 1 } } },
    {
      when: 'a parent is there, and not its member',
      object: { parent: {} },
      becomes: { on: true, made: { size: 4 }, parent: { size: 3 } },
    },
    {
      when: 'it is in a list',
      object: { list: [{}, { kind: 'y' }] },
      becomes: { on: true, made: { size: 4 }, list: [{ kind: 'x' }, { kind: 'y' }] },
    },
    { when: 'nobody knows what is in it', object: { open: { a: {} } }, becomes: { on: true, made: { size: 4 }, open: { a: {} } } },
  ];
  for (const { when, object, becomes } of cases) {
    it(`are there where ${when}`, () => assert.deepEqual(withDefaults(object, SCHEMA), becomes));
  }
});
