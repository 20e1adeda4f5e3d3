/** What each account must be able to do, done with its own token. */
import type { Read } from '../../../shared/golden-images/read.ts';
import { kubernetes } from '../../../shared/kubernetes/api-client.ts';
import { createConfigMaps } from '../../../shared/kubernetes/config-maps.ts';
import { lookWith } from '../look.ts';
import type { ApiServer } from '../servers/api-server.ts';
import type { Caller } from './caller.ts';

type Problems = readonly string[];

/** Gives what did not work. */
export type Needs = (server: ApiServer, caller: Caller, namespace: string) => Promise<Problems>;

export const needs: Readonly<Record<string, Needs>> = {
  'alertmanager-webhook': lookAndKeep,
  'node-events': lookAndKeep,
  'slack-actions': lookAndKeep,
  'dead-letter': (...about) => keep('dead-letters', ...about),
  'node-source': (_server, { call }) => watch(call, '/api/v1/nodes', 'no-such-node'),
  'hyperconverged-source': (_server, { call }) =>
    watch(call, '/apis/hco.kubevirt.io/v1beta1/namespaces/kubevirt-hyperconverged/hyperconvergeds', 'kubevirt-hyperconverged'),
};

async function lookAndKeep(server: ApiServer, caller: Caller, namespace: string): Promise<Problems> {
  return [...(await look(caller)), ...(await keep('incidents', server, caller, namespace))];
}

/** A whole look: what decides, what explains, and the CR in its other version. */
async function look({ kubeconfig }: Caller): Promise<Problems> {
  const { hyperConverged, nodes, operator, counterpart, served } = (await lookWith(kubeconfig)).snapshot;
  return [failed(hyperConverged), failed(nodes), failed(operator), failed(counterpart), failed(served?.schema?.read)].flat();
}

function failed(read: Read<unknown> | undefined): Problems {
  if (read === undefined) return ['something was not read'];
  return read.ok ? [] : [read.failure.detail];
}

/** The record is created where it is missing, read, and changed. */
async function keep(name: string, server: ApiServer, { kubeconfig }: Caller, namespace: string): Promise<Problems> {
  await server.send('DELETE', `/api/v1/namespaces/${namespace}/configmaps/${name}`).catch(() => undefined);
  const configMaps = createConfigMaps({ connect: kubernetes({ KUBECONFIG: kubeconfig }).connect });
  const record = { namespace, name };
  const problems: string[] = [];
  const attempt = async <T>(work: () => Promise<T>) => work().catch((error: Error) => void problems.push(error.message));
  const created = await attempt(() => configMaps.create(record, { a: 'b' }));
  await attempt(() => configMaps.read(record));
  if (created) await attempt(() => configMaps.patch(record, { a: 'c' }, created.resourceVersion));
  return problems;
}

/** As Knative's adapter does, after Knative asked whether it may. */
async function watch(call: Caller['call'], collection: string, name: string): Promise<Problems> {
  const asked = [`GET ${collection}`, `GET ${collection}?watch=true`, `GET ${collection}/${name}`];
  const statuses = await Promise.all(asked.map(async (line) => ({ line, status: await call(line) })));
  return statuses.filter(({ status }) => status === 403).map(({ line }) => `${line} is forbidden`);
}
