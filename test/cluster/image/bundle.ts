/** A function as the image runs it, but for the walls: its bundle, with the flags and the environment that the Containerfile gives. */
import { join } from 'node:path';
import { type RunningFunction, startListening } from '../servers/function.ts';
import type { Image } from './build.ts';

/** Starts it with this environment on top of the image's, and nothing else. */
export function startBundle(
  { entrypoint, env, app }: Image,
  name: string,
  more: Readonly<Record<string, string>>,
): Promise<RunningFunction> {
  return startListening({
    name: `bundle ${name}`,
    command: process.execPath,
    args: [...entrypoint.slice(1), join(app, `${name}.js`)],
    env: { ...env, ...more },
  });
}
