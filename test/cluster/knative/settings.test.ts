/** What kustomize makes of lines of a settings.env that somebody emptied or took out: docs/install.md, step 1. */
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Manifest } from '../../knative/manifests.ts';
import { decide, render } from './installation.ts';

describe('a line of settings.env', () => {
  for (const { name, read, standard } of [
    { name: 'HCO_NAMESPACE', read: namespaceOfRole, standard: 'kubevirt-hyperconverged' },
    { name: 'SLACK_SECRET', read: slackSecret, standard: 'archwatch-slack' },
  ]) {
    it(`is filled in as it is where ${name} is empty, and is the default where it is taken out`, async () => {
      const folder = await decide({ settings: { [name]: '' } });
      assert.equal(read(await render(folder)), '');
      const settings = join(folder, 'settings.env');
      const lines = (await readFile(settings, 'utf8')).split('\n').filter((line) => line !== `${name}=`);
      await writeFile(settings, lines.join('\n'));
      assert.equal(read(await render(folder)), standard);
    });
  }

  it('keeps the quotes of its value', async () => {
    const objects = await render(await decide({ settings: { CLUSTER_NAME: '"prod"' } }));
    const sources = objects.filter(({ kind }) => kind === 'ApiServerSource');
    assert.ok(sources.length > 0);
    for (const { spec } of sources) assert.equal(spec.ceOverrides.extensions.cluster, '"prod"');
  });
});

function namespaceOfRole(objects: readonly Manifest[]): unknown {
  return objects.find(({ kind, metadata }) => kind === 'Role' && metadata.name === 'archwatch-operator')?.metadata.namespace;
}

function slackSecret(objects: readonly Manifest[]): unknown {
  const service = objects.find(({ kind, metadata }) => kind === 'Service' && metadata.name === 'node-events');
  return service?.spec.template.spec.volumes.find(({ name }: Manifest) => name === 'slack')?.secret.secretName;
}
