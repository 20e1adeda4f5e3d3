/** The command that applies a change, for a person to paste into a POSIX shell. */

export interface PatchTarget {
  /** Fully qualified, so that the server does not choose another version: `hyperconvergeds.v1.hco.kubevirt.io`. */
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
}

/** One line: `kubectl patch RESOURCE -n NAMESPACE NAME --type=merge -p 'PATCH'`. `kubectl` may be `oc`. */
export function mergePatchCommand(kubectl: string, { resource, namespace, name }: PatchTarget, patch: object): string {
  return `${kubectl} patch ${resource} -n ${quote(namespace)} ${quote(name)} --type=merge -p ${quote(asciiJson(patch))}`;
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
