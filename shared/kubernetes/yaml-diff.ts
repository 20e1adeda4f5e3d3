/** A change of an object as a unified diff of its YAML. */
import { createTwoFilesPatch, FILE_HEADERS_ONLY } from 'diff';
import { stringify } from 'yaml';

/** The YAML of an object with sorted keys, as `kubectl get -o yaml` prints it; an empty object is shown as a bare key. */
export function toYaml(object: object): string {
  if (Object.keys(object).length === 0) return '';
  return stringify(object, bareEmptyObjects, { sortMapEntries: true, aliasDuplicateObjects: false, nullStr: '', lineWidth: 0 });
}

/** The YAML of an object as a manifest has it: what is empty is written as empty. `comments` stand above it, a line each. */
export function toManifest(object: object, comments: readonly string[] = []): string {
  const head = comments.map((comment) => `# ${comment}\n`).join('');
  return head + stringify(object, { sortMapEntries: true, aliasDuplicateObjects: false, lineWidth: 0 });
}

function bareEmptyObjects(_key: unknown, value: unknown): unknown {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0 ? null : value;
}

/** A unified diff from one object to the other with all unchanged lines as context: `patch` applies it to the YAML of `before`. */
export function yamlDiff(name: string, before: object, after: object): string {
  const [from, to] = [toYaml(before), toYaml(after)];
  const patch = createTwoFilesPatch(name, name, from, to, undefined, undefined, {
    context: Number.MAX_SAFE_INTEGER,
    headerOptions: FILE_HEADERS_ONLY,
  });
  return patch.replace(/^(@@ .* @@)$/m, '$1 only what changes; the rest of the CR is left out');
}
