/** Kubernetes quantities of storage: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/ */

const FACTORS: Readonly<Record<string, number>> = {
  '': 1,
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** In bytes; undefined for what is no quantity. */
export function bytesOf(quantity: string): number | undefined {
  const [, number, suffix = ''] = /^\+?((?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)([a-zA-Z]*)$/.exec(quantity) ?? [];
  const factor = Object.hasOwn(FACTORS, suffix) ? FACTORS[suffix] : undefined;
  return number === undefined || factor === undefined ? undefined : Number(number) * factor;
}

/** Whole GiB, rounded up: `180 GiB`. */
export function inGibibytes(bytes: number): string {
  return `${Math.ceil(bytes / 2 ** 30)} GiB`;
}
