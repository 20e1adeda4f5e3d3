/** The command that applies a change, for a person to paste into a POSIX shell. */

export interface PatchTarget {
  /** Fully qualified, so that the server does not choose another version: `hyperconvergeds.v1.hco.kubevirt.io`. */
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
}

/** A JSON merge patch (RFC 7396), or a JSON Patch (RFC 6902). */
export type Patch = { readonly merge: object } | { readonly json: readonly object[] };

/** One line: `kubectl patch RESOURCE -n NAMESPACE NAME --type=merge -p 'PATCH'`, or `--type=json`. `kubectl` may be `oc`. */
export function patchCommand(kubectl: string, { resource, namespace, name }: PatchTarget, patch: Patch): string {
  const [type, body] = 'merge' in patch ? ['merge', patch.merge] : ['json', patch.json];
  return `${kubectl} patch ${resource} -n ${quote(namespace)} ${quote(name)} --type=${type} -p ${quote(asciiJson(body))}`;
}

/** Deletes pods, so that whoever keeps them starts them anew. */
export function deletePodsCommand(kubectl: string, namespace: string, selector: string): string {
  return `${kubectl} delete pods -n ${quote(namespace)} -l ${quote(selector)}`;
}

/** Beyond this many nodes a selector is longer than anybody reads: then all are listed, with their nodes. */
const MAX_SELECTED_NODES = 10;

/** Lists the virtual machines that run on some nodes; KubeVirt labels each instance with its node (`kubevirt.io/nodeName`). */
export function runningOnCommand(kubectl: string, nodes: readonly string[]): string {
  const list = `${kubectl} get virtualmachineinstances.kubevirt.io -A`;
  return nodes.length > MAX_SELECTED_NODES ? `${list} -o wide` : `${list} -l ${quote(`kubevirt.io/nodeName in (${nodes.join(',')})`)}`;
}

/** JSON in ASCII: it survives every terminal, chat and clipboard, and has no line breaks. */
function asciiJson(value: object): string {
  return JSON.stringify(value).replace(/[^ -~]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Quoting that every POSIX shell takes literally (POSIX.1, 2.2.2). */
export function quote(word: string): string {
  return /^[A-Za-z0-9_./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
