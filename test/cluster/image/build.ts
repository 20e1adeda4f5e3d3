/** What the image holds, made as its Containerfile makes it: no base image is at hand, so all but that. */
import { cpSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { buildBundles } from '../../../local/build/bundles.ts';
import { writeCodeCache } from '../../../local/build/code-cache.ts';
import { REPOSITORY } from '../servers/paths.ts';
import { temporaryFolder } from '../servers/running.ts';

/** What the last stage of the Containerfile says of the process. */
export interface Entry {
  /** `node` and its flags. */
  readonly entrypoint: readonly string[];
  /** What the image adds to the environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly uid: number;
  readonly gid: number;
}

export interface Image extends Entry {
  /** The folder that is /app in the image. */
  readonly app: string;
  /** The functions. */
  readonly names: readonly string[];
}

/** Makes the bundles and their code cache, for the flags that Node is started with, in a folder of their own. */
export async function buildImage(): Promise<Image> {
  const entry = readEntry(readFileSync(join(REPOSITORY, 'Containerfile'), 'utf8'));
  const root = await temporaryFolder();
  for (const part of ['functions', 'shared', 'local/build', 'package.json'])
    cpSync(join(REPOSITORY, part), join(root, part), { recursive: true });
  symlinkSync(join(REPOSITORY, 'node_modules'), join(root, 'node_modules'));
  const names = await buildBundles(root);
  await writeCodeCache(root, names, entry.entrypoint.slice(1));
  return { ...entry, app: join(root, 'dist'), names };
}

function readEntry(containerfile: string): Entry {
  const stage = containerfile.split(/^FROM /m).at(-1) ?? '';
  const [, uid, gid] = found(/^USER (\d+):(\d+)$/m.exec(stage), 'USER');
  const [, entrypoint = ''] = found(/^ENTRYPOINT (\[.*\])$/m.exec(stage), 'ENTRYPOINT');
  const env = [...stage.matchAll(/^ENV (\w+)=(\S+)$/gm)].map(([, name = '', value = '']) => [name, value]);
  return { entrypoint: JSON.parse(entrypoint), env: Object.fromEntries(env), uid: Number(uid), gid: Number(gid) };
}

function found(match: RegExpExecArray | null, instruction: string): RegExpExecArray {
  if (match === null) throw new Error(`the Containerfile's last stage has no ${instruction}`);
  return match;
}
