import assert from 'node:assert/strict';
import { parseImageReference } from '../../../shared/registry/reference.ts';
import { UnreadableError } from '../../../shared/registry/unreadable.ts';

const SHA256 = `sha256:${'0a'.repeat(32)}`;
const SHA512 = `sha512:${'0a'.repeat(64)}`;
const HUB = 'registry-1.docker.io';

describe('the name of an image', () => {
  const names: readonly [url: string, host: string, repository: string, reference: string][] = [
    ['docker://quay.io/containerdisks/fedora:latest', 'quay.io', 'containerdisks/fedora', 'latest'],
    ['docker://quay.io/containerdisks/fedora', 'quay.io', 'containerdisks/fedora', 'latest'],
    ['docker://registry.example.org:5000/a/b/c:1.0', 'registry.example.org:5000', 'a/b/c', '1.0'],
    ['docker://Registry.Example.org/a:1', 'registry.example.org', 'a', '1'],
    ['docker://registry.example.org:443/a:1', 'registry.example.org', 'a', '1'],
    ['docker://localhost/a:1', 'localhost', 'a', '1'],
    ['docker://[2001:db8::1]:5000/a:1', '[2001:db8::1]:5000', 'a', '1'],
    ['docker://0x7f.1/a:1', '127.0.0.1', 'a', '1'],
    ['docker://fedora', HUB, 'library/fedora', 'latest'],
    ['docker://fedora:41', HUB, 'library/fedora', '41'],
    ['docker://docker.io/fedora', HUB, 'library/fedora', 'latest'],
    ['docker://index.docker.io/kubevirt/fedora', HUB, 'kubevirt/fedora', 'latest'],
    ['docker://kubevirt/fedora:1', HUB, 'kubevirt/fedora', '1'],
    [`docker://quay.io/a/b@${SHA256}`, 'quay.io', 'a/b', SHA256],
    [`docker://quay.io/a/b:1@${SHA512}`, 'quay.io', 'a/b', SHA512],
  ];
  for (const [url, host, repository, reference] of names) {
    it(`${url.slice(0, 60)} is ${repository} at ${host}`, () => {
      assert.deepEqual(parseImageReference(url), { host, repository, reference, isDigest: url.includes('@') });
    });
  }

  const others = [
    'oci-archive:/disk.tar',
    'oci-archive://disk.tar',
    'https://quay.io/a',
    'quay.io/a/b',
    'docker:quay.io/a',
    'docker:///a',
    '',
  ];
  for (const url of others) {
    it(`is not ${JSON.stringify(url)}, which is no image of a registry`, () =>
      assert.throws(() => parseImageReference(url), /only images of a registry/));
  }

  const malformed = [
    'docker://quay.io/',
    'docker://quay.io/A/b',
    'docker://quay.io/a/../b',
    'docker://quay.io//a',
    'docker://quay.io/a b',
    'docker://quay.io/a?x=1',
    'docker://quay.io/a#b',
    'docker://quay.io/a:',
    'docker://quay.io/a:1:2',
    `docker://quay.io/a:${'x'.repeat(129)}`,
    `docker://quay.io/${'a/'.repeat(200)}b`,
    'docker://quay.io/a@sha256:1',
    `docker://quay.io/a@md5:${'0'.repeat(32)}`,
    `docker://quay.io/a@${SHA256}@${SHA256}`,
    'docker://me:secret@quay.io/a',
    'docker://quay.io:99999/a',
    'docker://quay.io:/a',
    'docker://evil.example.org\\@quay.io/a',
    'docker://quay.io/a\n',
  ];
  for (const url of malformed) {
    it(`is not ${JSON.stringify(url.slice(0, 60))}`, () =>
      assert.throws(
        () => parseImageReference(url),
        (error) => error instanceof UnreadableError && error.message === 'its address is not the name of an image',
      ));
  }
});
