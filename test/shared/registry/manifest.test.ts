import assert from 'node:assert/strict';
import fc from 'fast-check';
import { MalformedError } from '../../../shared/golden-images/json.ts';
import { readImageStreamTag } from '../../../shared/registry/image-stream.ts';
import { architecturesOf, readImageConfig, readManifest } from '../../../shared/registry/manifest.ts';
import { UnreadableError } from '../../../shared/registry/unreadable.ts';

const entry = (architecture?: string, os?: string, annotations?: object) => ({ platform: { architecture, os }, annotations });
const ATTESTATION = { 'vnd.docker.reference.type': 'attestation-manifest' };
const many = Array.from({ length: 33 }, (_, index) => entry(`a${index}`, 'linux'));

describe('a manifest', () => {
  const lists: readonly { rule: string; manifests: readonly object[]; are: readonly string[] }[] = [
    { rule: 'sorted', manifests: [entry('s390x', 'linux'), entry('amd64', 'linux')], are: ['amd64', 's390x'] },
    { rule: 'each once, whatever its variants', manifests: [entry('arm', 'linux'), entry('arm', 'linux')], are: ['arm'] },
    { rule: 'without attestations', manifests: [entry('amd64', 'linux'), entry('unknown', 'unknown')], are: ['amd64'] },
    {
      rule: 'without attestations that name one',
      manifests: [entry('amd64', 'linux'), entry('arm64', 'linux', ATTESTATION)],
      are: ['amd64'],
    },
    { rule: 'without those of other systems', manifests: [entry('amd64', 'linux'), entry('arm64', 'windows')], are: ['amd64'] },
    { rule: 'with those of no system', manifests: [entry('amd64'), entry('arm64', '')], are: ['amd64', 'arm64'] },
    {
      rule: 'without unknown ones',
      manifests: [entry('amd64', 'linux'), entry('unknown', 'linux'), entry('', 'linux'), {}],
      are: ['amd64'],
    },
  ];
  for (const { rule, manifests, are } of lists) {
    it(`that is a list gives its architectures ${rule}`, () =>
      assert.deepEqual(readManifest({ schemaVersion: 2, manifests }), { kind: 'architectures', architectures: are }));
  }

  it('of a single image names its configuration', () => {
    assert.deepEqual(readManifest({ config: { digest: 'sha256:1' }, layers: [] }), { kind: 'config', digest: 'sha256:1' });
  });

  it('of the first schema says it at its top', () => {
    assert.deepEqual(readManifest({ schemaVersion: 1, architecture: 'amd64' }), { kind: 'architectures', architectures: ['amd64'] });
  });

  const silent: readonly { rule: string; document: unknown; says: RegExp }[] = [
    { rule: 'an empty list', document: { manifests: [] }, says: /names no architecture/ },
    { rule: 'a list of attestations alone', document: { manifests: [entry('unknown', 'unknown')] }, says: /names no architecture/ },
    { rule: 'a list for Windows alone', document: { manifests: [entry('amd64', 'windows')] }, says: /names no architecture/ },
    { rule: 'a list and a single image at once', document: { manifests: [entry('amd64')], config: {} }, says: /at once/ },
    { rule: 'neither', document: { layers: [] }, says: /of a kind/ },
    { rule: 'no object', document: 7, says: /is not an object/ },
    { rule: 'null', document: null, says: /of a kind/ },
    { rule: 'no list where one belongs', document: { manifests: {} }, says: /manifests is not a list/ },
    { rule: 'an architecture that is no text', document: { manifests: [{ platform: { architecture: 7 } }] }, says: /is not a string/ },
    { rule: 'forged text', document: { manifests: [entry('amd64\u202e <!channel>')] }, says: /nobody knows/ },
    { rule: 'more architectures than there are', document: { manifests: many }, says: /nobody knows/ },
    { rule: 'the first schema without one', document: { schemaVersion: 1 }, says: /names no architecture/ },
  ];
  for (const { rule, document, says } of silent) {
    it(`says nothing with ${rule}`, () => assert.throws(() => readManifest(document), says));
  }

  it('of anything at all is read, or refused with words of ours', () => {
    const platform = fc.record({ architecture: fc.string(), os: fc.constantFrom('linux', '', 'windows') }, { requiredKeys: [] });
    const document = fc.oneof(
      fc.jsonValue(),
      fc.record({ manifests: fc.array(fc.record({ platform })), config: fc.jsonValue(), schemaVersion: fc.nat(2) }, { requiredKeys: [] }),
    );
    fc.assert(
      fc.property(document, (value) => {
        try {
          readManifest(value);
        } catch (error) {
          assert.ok(error instanceof UnreadableError || error instanceof MalformedError, String(error));
        }
      }),
    );
  });
});

describe('architectures', () => {
  const names = fc.constantFrom('amd64', 'arm64', 's390x', 'unknown', '', undefined);
  const platforms = fc.array(fc.record({ architecture: names, os: fc.constantFrom('linux', 'windows', '', undefined) }));

  it('are a sorted set of what Linux images are named, in whatever order and number they come', () => {
    fc.assert(
      fc.property(platforms, (list) => {
        const usable = list.filter(({ architecture, os }) => os !== 'windows' && !['unknown', '', undefined].includes(architecture));
        const expected = ['amd64', 'arm64', 's390x'].filter((name) => usable.some(({ architecture }) => architecture === name));
        if (expected.length === 0) assert.throws(() => architecturesOf(list), UnreadableError);
        else {
          assert.deepEqual(architecturesOf(list), expected);
          assert.deepEqual(architecturesOf([...list, ...list].reverse()), expected);
        }
      }),
    );
  });
});

describe('the configuration of a single image', () => {
  it('names its architecture', () => assert.deepEqual(readImageConfig({ architecture: 'arm64', os: 'linux' }), ['arm64']));
  for (const document of [{ architecture: 'amd64', os: 'windows' }, { os: 'linux' }, {}]) {
    it(`says nothing with ${JSON.stringify(document)}`, () => assert.throws(() => readImageConfig(document), /names no architecture/));
  }
});

describe('an image stream tag', () => {
  const manifests = [
    { architecture: 'amd64', os: 'linux' },
    { architecture: 'arm', os: 'linux', variant: 'v6' },
    { architecture: 'arm', os: 'linux', variant: 'v7' },
    { architecture: 'unknown', os: 'unknown' },
    { architecture: 's390x', os: 'windows' },
  ];
  const dockerImageMetadata = { kind: 'DockerImage', Architecture: 'arm64' };
  it('has the images of a list', () =>
    assert.deepEqual(readImageStreamTag({ image: { dockerImageManifests: manifests, dockerImageMetadata } }), ['amd64', 'arm']));
  for (const dockerImageManifests of [undefined, null, []]) {
    it(`has a single image with ${JSON.stringify(dockerImageManifests)} in place of a list`, () =>
      assert.deepEqual(readImageStreamTag({ image: { dockerImageManifests, dockerImageMetadata } }), ['arm64']));
  }
  for (const tag of [{}, { image: {} }, { image: { dockerImageMetadata: {} } }]) {
    it(`says nothing with ${JSON.stringify(tag)}`, () => assert.throws(() => readImageStreamTag(tag), /names no architecture/));
  }
});
