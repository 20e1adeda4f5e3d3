/** Small checks that add up to a schema: each says what is wrong and where, in Slack's own words. */

/** What is wrong, and where as a JSON pointer. */
export interface Problem {
  readonly at: string;
  readonly what: string;
}

/** Looks at one value; no problems mean that it may pass. */
export type Check = (value: unknown, at: string) => readonly Problem[];

const wrong = (at: string, what: string): readonly Problem[] => [{ at, what }];
const FINE: readonly Problem[] = [];

/** Whether a value is a JSON object. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A string of a bounded length, by default not an empty one. */
export function text({ min = 1, max = Number.MAX_SAFE_INTEGER }: { readonly min?: number; readonly max?: number } = {}): Check {
  return (value, at) => {
    if (typeof value !== 'string') return wrong(at, 'must be a string');
    if (value.length < min) return wrong(at, `must be more than ${min - 1} characters`);
    return value.length > max ? wrong(at, `must be less than ${max + 1} characters`) : FINE;
  };
}

/** An absolute address of a bounded length. */
export function address({ max = Number.MAX_SAFE_INTEGER }: { readonly max?: number } = {}): Check {
  const length = text({ max });
  return (value, at) => {
    const problems = length(value, at);
    return problems.length > 0 || URL.canParse(String(value)) ? problems : wrong(at, 'must be a valid URL');
  };
}

/** True or false, and nothing that only looks like it. */
export const flag: Check = (value, at) => (typeof value === 'boolean' ? FINE : wrong(at, 'must be a boolean'));

/** A whole number within bounds. */
export function integer({ min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER } = {}): Check {
  return (value, at) =>
    typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max
      ? FINE
      : wrong(at, `must be an integer from ${min} to ${max}`);
}

/** Any finite number. */
export const number: Check = (value, at) => (Number.isFinite(value) ? FINE : wrong(at, 'must be a number'));

/** One of a few words or numbers. */
export function oneOf(...allowed: readonly (string | number)[]): Check {
  return (value, at) => (allowed.some((one) => one === value) ? FINE : wrong(at, `must be one of: ${allowed.join(', ')}`));
}

/** A list of a bounded length whose items all pass. */
export function list(of: Check, { min = 0, max = Number.MAX_SAFE_INTEGER } = {}): Check {
  return (value, at) => {
    if (!Array.isArray(value)) return wrong(at, 'must provide an array');
    if (value.length > max) return wrong(at, `no more than ${max} items allowed`);
    if (value.length < min) return wrong(at, `no less than ${min} items allowed`);
    return value.flatMap((item, index) => of(item, `${at}/${index}`));
  };
}

/** What an object has, must have, and how its fields get along. */
export interface Fields {
  readonly required?: Readonly<Record<string, Check>>;
  readonly optional?: Readonly<Record<string, Check>>;
  readonly also?: Check;
}

/** An object with these fields and no others; `type` is always allowed, because `byType` has looked at it. */
export function object({ required = {}, optional = {}, also = () => FINE }: Fields): Check {
  const known = new Map([...Object.entries(required), ...Object.entries(optional)]);
  return (value, at) => {
    if (!isRecord(value)) return wrong(at, 'must provide an object');
    const missing = Object.keys(required).filter((name) => value[name] === undefined);
    return [
      ...missing.map((name) => ({ at, what: `missing required field: ${name}` })),
      ...Object.entries(value).flatMap(([name, field]) => {
        if (name === 'type') return FINE;
        return known.get(name)?.(field, `${at}/${name}`) ?? wrong(at, `invalid additional property: ${name}`);
      }),
      ...also(value, at),
    ];
  };
}

/** An object that says by its `type` which check it wants. */
export function byType(checks: Readonly<Record<string, Check>>): Check {
  const known = new Map(Object.entries(checks));
  return (value, at) => {
    if (!isRecord(value)) return wrong(at, 'must provide an object');
    if (value.type === undefined) return wrong(at, 'missing required field: type');
    return known.get(String(value.type))?.(value, at) ?? wrong(`${at}/type`, `unsupported type: ${String(value.type)}`);
  };
}
