import assert from 'node:assert/strict';
import { openApiDocument } from '../../../local/embedded-cluster/open-api.ts';
import type { JsonObject } from '../../../shared/golden-images/json.ts';
import { ReadError } from '../../../shared/kubernetes/failure.ts';
import { schemaIn } from '../../../shared/kubernetes/read-schema.ts';

const open = { 'x-kubernetes-preserve-unknown-fields': true };

/** A document with this HyperConverged v1, and other schemas beside it. */
function documentOf(hyperConverged: JsonObject, others: JsonObject = {}): JsonObject {
  const kind = { group: 'hco.kubevirt.io', kind: 'HyperConverged', version: 'v1' };
  return {
    components: {
      schemas: { ...others, 'io.kubevirt.hco.v1.HyperConverged': { ...hyperConverged, 'x-kubernetes-group-version-kind': [kind] } },
    },
  };
}

function propertiesOf(schema: JsonObject): unknown {
  return schema.properties;
}

describe('the published schema of HyperConverged', () => {
  it('is that of the kind itself, not of its list, in each version', () => {
    for (const version of ['v1', 'v1beta1'] as const) {
      const schema = schemaIn(openApiDocument('1.19', version), version);
      assert.deepEqual(schema['x-kubernetes-group-version-kind'], [{ group: 'hco.kubevirt.io', kind: 'HyperConverged', version }]);
      assert.deepEqual(Object.keys(Object(schema.properties)).sort(), ['apiVersion', 'kind', 'metadata', 'spec', 'status']);
    }
  });

  const strangers: readonly { readonly when: string; readonly document: unknown }[] = [
    { when: 'of another version', document: openApiDocument('1.19', 'v1beta1') },
    { when: 'without a HyperConverged', document: { components: { schemas: { a: { type: 'object' } } } } },
    { when: 'without schemas', document: {} },
  ];
  for (const { when, document } of strangers) {
    it(`is not found in a document ${when}`, () =>
      assert.throws(() => schemaIn(document, 'v1'), new ReadError('server-error', 'the published schema has no HyperConverged v1')));
  }

  it('has its references resolved; one that leads nowhere or to itself is left open', () => {
    const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
    const loop = { type: 'object', properties: { again: ref('loop') } };
    const spec = {
      type: 'object',
      properties: {
        a: ref('text'),
        b: ref('nowhere'),
        c: ref('loop'),
        d: { type: 'array', items: ref('text') },
        e: { type: 'object', additionalProperties: ref('text') },
      },
    };
    const schema = schemaIn(documentOf({ type: 'object', properties: { spec } }, { text: { type: 'string' }, loop }), 'v1');
    assert.deepEqual(Object(propertiesOf(schema)).spec.properties, {
      a: { type: 'string' },
      b: open,
      c: { type: 'object', properties: { again: open } },
      d: { type: 'array', items: { type: 'string' } },
      e: { type: 'object', additionalProperties: { type: 'string' } },
    });
  });

  it('is without prose, but not without members that are called so', () => {
    const spec = {
      type: 'object',
      description: 'long',
      properties: { description: { type: 'string', description: 'long' } },
      'x-kubernetes-validations': [{ rule: 'long' }],
    };
    const schema = schemaIn(
      documentOf({ description: 'long', properties: { spec, status: { type: 'object', properties: { a: {} } } } }),
      'v1',
    );
    assert.deepEqual(propertiesOf(schema), {
      spec: { type: 'object', properties: { description: { type: 'string' } } },
      metadata: open,
      status: open,
    });
    assert.equal('description' in schema, false);
  });

  it('leaves the document as it is', () => {
    const document = openApiDocument('1.19', 'v1');
    const before = structuredClone(document);
    schemaIn(document, 'v1');
    assert.deepEqual(document, before);
  });
});
