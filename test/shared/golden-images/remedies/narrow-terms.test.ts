import assert from 'node:assert/strict';
import type { Json } from '../../../../shared/golden-images/json.ts';
import { narrowTerms, onlyTerm } from '../../../../shared/golden-images/remedies/narrow-terms.ts';

const ARCH = 'kubernetes.io/arch';
const LEGACY = 'beta.kubernetes.io/arch';
const says = (key: string, operator: string, ...values: string[]) => ({ key, operator, ...(values.length > 0 ? { values } : {}) });
const ONLY = says(ARCH, 'In', 'amd64');
const ZONE = says('zone', 'In', 'a');
const FIELD = says('metadata.name', 'In', 'n1');
const term = (...matchExpressions: Json[]) => ({ matchExpressions });

describe('terms narrowed to amd64', () => {
  const cases: { when: string; terms: readonly Json[]; narrowed: readonly Json[] | undefined }[] = [
    {
      when: 'each that says something names it',
      terms: [term(ZONE), term(says('zone', 'Exists'))],
      narrowed: [term(ZONE, ONLY), term(says('zone', 'Exists'), ONLY)],
    },
    {
      when: 'an empty one stays empty: it selects nothing',
      terms: [{}, term(ZONE), { matchExpressions: [] }],
      narrowed: [{}, term(ZONE, ONLY), { matchExpressions: [] }],
    },
    {
      when: 'one of fields alone gets expressions',
      terms: [{ matchFields: [FIELD] }],
      narrowed: [{ matchFields: [FIELD], matchExpressions: [ONLY] }],
    },
    { when: 'In is cut down to it, in its place', terms: [term(says(ARCH, 'In', 'arm64', 'amd64'), ZONE)], narrowed: [term(ONLY, ZONE)] },
    { when: 'In without it drops its term', terms: [term(says(ARCH, 'In', 'arm64')), term(ZONE)], narrowed: [term(ZONE, ONLY)] },
    { when: 'NotIn with it drops its term', terms: [term(says(ARCH, 'NotIn', 'amd64')), term(ZONE)], narrowed: [term(ZONE, ONLY)] },
    {
      when: 'NotIn without it stays beside it',
      terms: [term(says(ARCH, 'NotIn', 's390x'))],
      narrowed: [term(says(ARCH, 'NotIn', 's390x'), ONLY)],
    },
    { when: 'Exists stays beside it', terms: [term(says(ARCH, 'Exists'))], narrowed: [term(says(ARCH, 'Exists'), ONLY)] },
    { when: 'DoesNotExist drops its term', terms: [term(says(ARCH, 'DoesNotExist')), term(ZONE)], narrowed: [term(ZONE, ONLY)] },
    {
      when: 'Gt drops its term: no architecture is a number',
      terms: [term(says(ARCH, 'Gt', '1')), term(ZONE)],
      narrowed: [term(ZONE, ONLY)],
    },
    {
      when: 'the old label is looked at, and not rewritten',
      terms: [term(says(LEGACY, 'In', 'amd64', 'arm64'))],
      narrowed: [term(says(LEGACY, 'In', 'amd64', 'arm64'), ONLY)],
    },
    {
      when: 'the old label of another drops its term',
      terms: [term(says(LEGACY, 'In', 'arm64')), term(ZONE)],
      narrowed: [term(ZONE, ONLY)],
    },
    {
      when: 'the old label may be gone',
      terms: [term(says(LEGACY, 'DoesNotExist'))],
      narrowed: [term(says(LEGACY, 'DoesNotExist'), ONLY)],
    },
    { when: 'none is left', terms: [term(says(ARCH, 'In', 'arm64')), {}], narrowed: undefined },
    { when: 'there is none', terms: [], narrowed: undefined },
    {
      when: 'members of a term that nobody knows stay',
      terms: [{ ...term(ZONE), later: 1 }],
      narrowed: [{ ...term(ZONE, ONLY), later: 1 }],
    },
  ];
  for (const { when, terms, narrowed } of cases) {
    it(when, () => {
      const result = narrowTerms(terms, 'amd64');
      assert.deepEqual(result, narrowed);
      if (result) assert.deepEqual(narrowTerms(result, 'amd64'), result);
    });
  }

  it('are one term where there was no required affinity', () => assert.deepEqual(onlyTerm('amd64'), [term(ONLY)]));
});
