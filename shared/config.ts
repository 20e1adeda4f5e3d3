/** The environment, read once: everything that is missing or wrong is said in one error. */
import { accessSync, constants, readFileSync } from 'node:fs';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Reads one setting. Throws a `ConfigError` whose message names the variable. */
export type Variable<T> = (environment: Environment) => T;

export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** What reading these variables gives. */
export type Values<V> = { readonly [Name in keyof V]: V[Name] extends Variable<infer T> ? T : never };

/** Reads all settings. Throws one `ConfigError` that names everything that is missing or wrong. */
export function readConfig<V extends Readonly<Record<string, Variable<unknown>>>>(environment: Environment, variables: V): Values<V> {
  const problems: string[] = [];
  const values = Object.entries(variables).map(([name, read]) => {
    try {
      return [name, read(environment)];
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      problems.push(error.message);
      return [name, undefined];
    }
  });
  if (problems.length > 0) throw new ConfigError(`The configuration is not usable:\n${problems.map((line) => `- ${line}`).join('\n')}`);
  return Object.fromEntries(values);
}

/** A text that must be there. `meaning` says to the reader of the error what it is. */
export function required(name: string, meaning: string): Variable<string> {
  return (environment) => {
    const value = environment[name]?.trim();
    if (value) return value;
    throw new ConfigError(`${name} is not set: ${meaning}`);
  };
}

/** A text that may be absent; an empty one counts as absent. */
export function optional(name: string): Variable<string | undefined> {
  return (environment) => environment[name]?.trim() || undefined;
}

/** One of a few words. */
export function choice<T extends string>(name: string, words: readonly T[], fallback: T): Variable<T> {
  return (environment) => {
    const value = optional(name)(environment) ?? fallback;
    const found = words.find((word) => word === value);
    if (found) return found;
    throw new ConfigError(`${name} is ${JSON.stringify(value)}, not one of ${words.join(', ')}`);
  };
}

/** A whole number within bounds. */
export function integer(
  name: string,
  { min, max, fallback }: { readonly min: number; readonly max: number; readonly fallback: number },
): Variable<number> {
  return (environment) => {
    const text = optional(name)(environment) ?? String(fallback);
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (value >= min && value <= max) return value;
    throw new ConfigError(`${name} is ${JSON.stringify(text)}, not a whole number from ${min} to ${max}`);
  };
}

/** An http(s) address. The error does not repeat what stands before an @: it may be a password. */
export function address(name: string, fallback: string | undefined): Variable<string | undefined> {
  return (environment) => {
    const value = optional(name)(environment) ?? fallback;
    if (value === undefined || /^https?:$/.test(URL.parse(value)?.protocol ?? '')) return value;
    throw new ConfigError(`${name} is ${JSON.stringify(value.replace(/^.*@/s, '…@'))}, not an http or https address`);
  };
}

/** A file that can be read and is not empty now; its content may change later. */
export function file(name: string, meaning: string): Variable<string> {
  return (environment) => {
    const path = required(name, meaning)(environment);
    try {
      accessSync(path, constants.R_OK);
      if (readFileSync(path, 'utf8').trim() !== '') return path;
    } catch (error) {
      throw new ConfigError(`${name}: ${path} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})`);
    }
    throw new ConfigError(`${name}: ${path} is empty`);
  };
}
