/**
 * What an image's author wrote into the annotation, and what was meant. HCO compares letter by letter with what the kubelets report:
 * no trimming, no other names, no case (`golden_images.go:331-353`).
 */

/** Other names of what Go, and so Kubernetes, calls by one: `uname -m`, RPM and Debian. */
const GOARCH: Readonly<Record<string, string>> = {
  x86_64: 'amd64',
  'x86-64': 'amd64',
  x64: 'amd64',
  aarch64: 'arm64',
  ppc64el: 'ppc64le',
};

/** Those of the cluster's architectures that HCO will import it for, each once. */
export function supportedArchitectures(declared: string, workload: readonly string[]): readonly string[] {
  return readArchitectures(declared).filter((architecture) => workload.includes(architecture));
}

/** How many imports an image stands for while the import for every architecture is on: one without the annotation, none where it says nothing. */
export function importsOf(declared: string | undefined, workload: readonly string[]): number {
  return declared === undefined ? 1 : supportedArchitectures(declared, workload).length;
}

/** GOARCH names, each once, in the order in which they were written: `linux/AMD64, aarch64` is amd64 and arm64. */
export function meantArchitectures(declared: string): readonly string[] {
  return distinct(declared.split(/[\s,;]+/).map(meant));
}

/** Whether HCO reads something else from it than was meant; the same one twice, or a comma too many, does no harm. */
export function isMalformed(declared: string): boolean {
  return new Set(readArchitectures(declared)).symmetricDifference(new Set(meantArchitectures(declared))).size > 0;
}

/** As HCO splits it. */
function readArchitectures(declared: string): readonly string[] {
  return distinct(declared.split(','));
}

function distinct(architectures: readonly string[]): readonly string[] {
  return [...new Set(architectures)].filter((architecture) => architecture !== '');
}

function meant(written: string): string {
  const [first = '', second] = written.toLowerCase().split('/');
  const name = first === 'linux' && second !== undefined ? second : first;
  return Object.hasOwn(GOARCH, name) ? (GOARCH[name] ?? name) : name;
}
