/** Whether roles and bindings hold anything that nobody needs: each is taken away once, and somebody must miss it. */
import assert from 'node:assert/strict';
import type { Manifest } from '../../knative/manifests.ts';
import type { ApiServer } from '../servers/api-server.ts';
import { waitUntil } from '../servers/wait.ts';

const RBAC = '/apis/rbac.authorization.k8s.io/v1';
const COLLECTIONS: Readonly<Record<string, string>> = {
  Role: 'roles',
  ClusterRole: 'clusterroles',
  RoleBinding: 'rolebindings',
  ClusterRoleBinding: 'clusterrolebindings',
};

export type Problems = () => Promise<readonly string[]>;

/** Every verb of every resource of the roles, and every subject of the bindings. `problems` says what somebody cannot do. Gives how many were tried. */
export async function tryWithoutEach(server: ApiServer, objects: readonly Manifest[], problems: Problems): Promise<number> {
  const smaller = objects.flatMap((object) => withoutOne(object).map((left) => ({ object, left })));
  for (const { object, left } of smaller) {
    const path = pathOf(object);
    await server.send('PATCH', path, left);
    const what = `somebody is forbidden something by ${path} with ${JSON.stringify(left)}`;
    await waitUntil(what, async () => assert.match((await problems()).join(), /forbidden/), { within: 10_000 });
    await server.send('PATCH', path, 'rules' in left ? { rules: object.rules } : { subjects: object.subjects });
    await waitUntil('it is allowed again', async () => assert.deepEqual(await problems(), []));
  }
  return smaller.length;
}

function pathOf({ kind, metadata }: Manifest): string {
  const collection = COLLECTIONS[kind];
  assert.ok(collection, kind);
  const scope = kind.startsWith('Cluster') ? '' : `/namespaces/${metadata.namespace}`;
  return `${RBAC}${scope}/${collection}/${metadata.name}`;
}

function withoutOne({ rules, subjects }: Manifest): readonly Manifest[] {
  if (rules === undefined) return subjects.map((left: Manifest) => ({ subjects: subjects.filter((one: Manifest) => one !== left) }));
  const single: readonly Manifest[] = rules.flatMap((rule: Manifest) =>
    rule.resources.flatMap((resource: string) => rule.verbs.map((verb: string) => ({ ...rule, resources: [resource], verbs: [verb] }))),
  );
  return single.map((left) => ({ rules: single.filter((rule) => rule !== left) }));
}
