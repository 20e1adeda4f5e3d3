/** What is in the bundles, for scanners: CycloneDX 1.6. Without times or numbers of its own: the same commit gives the same bytes. */
import type { BundledPackage } from './packages.ts';

/** `npm sbom` would list what is installed: more than is bundled. Node itself and what is under it are the base image's. */
export function sbomOf(version: string, packages: readonly BundledPackage[]): string {
  const components = packages.map(toComponent);
  const application = { type: 'application', 'bom-ref': 'archwatch', name: 'archwatch', version };
  const dependencies = [{ ref: 'archwatch', dependsOn: [...new Set(components.map((component) => component['bom-ref']))] }];
  const bom = { bomFormat: 'CycloneDX', specVersion: '1.6', version: 1, metadata: { component: application }, components, dependencies };
  return `${JSON.stringify(bom, undefined, 2)}\n`;
}

function toComponent({ name, version, license }: BundledPackage) {
  const purl = `pkg:npm/${name.replace('@', '%40')}@${version}`;
  const [group, short] = name.startsWith('@') ? name.split('/') : [undefined, name];
  const licenses = [license.includes(' ') ? { expression: license } : { license: { id: license } }];
  return { type: 'library', 'bom-ref': purl, ...(group ? { group } : {}), name: short, version, licenses, purl };
}
