/** What kubelet makes of a Service's container, for a function that runs here. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Manifest } from '../../knative/manifests.ts';
import { temporaryFolder } from '../servers/running.ts';

/** The settings, its own variables with $(NAME) filled in, and its Secrets as files; `secrets` are by the names of the volumes. */
export async function environmentOf(
  service: Manifest,
  manifests: readonly Manifest[],
  secrets: Readonly<Record<string, string>>,
): Promise<Record<string, string>> {
  const { containers } = service.spec.template.spec;
  const [{ envFrom, env, volumeMounts }] = containers;
  const settings = manifests.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === envFrom[0].configMapRef.name).data;
  const root = await temporaryFolder();
  for (const { name, mountPath } of volumeMounts) {
    await mkdir(join(root, mountPath), { recursive: true });
    await writeFile(join(root, mountPath, 'token'), secrets[name] ?? '');
  }
  const values: Record<string, string> = { ...settings };
  for (const { name, value } of env) {
    const filled = value.replace(/\$\((\w+)\)/g, (_: string, other: string) => values[other] ?? '');
    values[name] = filled.startsWith('/var/run/secrets/archwatch/') ? join(root, filled) : filled;
  }
  return values;
}
