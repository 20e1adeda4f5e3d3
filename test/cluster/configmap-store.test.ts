/** The record on a real API server: who comes second is told so, and nothing that anybody wrote is lost. */
import assert from 'node:assert/strict';
import { type Incident, incidentKey, newIncident } from '../../shared/incidents/incident.ts';
import { createConfigMapStore } from '../../shared/incidents/store/configmap-store.ts';
import { type IncidentStore, StoreConflictError } from '../../shared/incidents/store/store.ts';
import { kubernetes } from '../../shared/kubernetes/api-client.ts';
import { ChangedMeanwhileError, type ConfigMaps, createConfigMaps } from '../../shared/kubernetes/config-maps.ts';
import { fires, IMPORT_DISABLED, NO_ANNOTATION, NO_SUPPORTED } from '../helpers/incidents.ts';
import { recordingLog, silentLog } from '../helpers/log.ts';
import { type ApiServer, startApiServer } from './servers/api-server.ts';
import { createNamespace, deleteAll } from './servers/objects.ts';
import { waitUntil } from './servers/wait.ts';

const NAME = { namespace: 'archwatch', name: 'incidents' };
const PATH = '/api/v1/namespaces/archwatch/configmaps';
const ALERTS = [IMPORT_DISABLED, NO_SUPPORTED, NO_ANNOTATION] as const;
const KEY = incidentKey('prod', IMPORT_DISABLED);
const ENTRY = `prod.${IMPORT_DISABLED}`;
const AT = '2026-11-22T10:00:00Z';

function configMapsOf(kubeconfig: string): ConfigMaps {
  return createConfigMaps({ connect: kubernetes({ KUBECONFIG: kubeconfig }).connect });
}

function storeOf(kubeconfig: string, log = silentLog): IncidentStore {
  return createConfigMapStore({ configMaps: configMapsOf(kubeconfig), name: NAME, log, now: () => new Date(AT) });
}

/** Adds a series, however often others are faster. */
async function addSeries(store: IncidentStore, start: Incident, fingerprint: string): Promise<void> {
  for (;;) {
    const { incident = start, version } = await store.read(start.key);
    try {
      await store.write({ ...incident, series: [...incident.series, ...fires(AT, { fingerprint }).series] }, version);
      return;
    } catch (error) {
      if (!(error instanceof StoreConflictError)) throw error;
    }
  }
}

describe('incidents in a ConfigMap of an API server', () => {
  let server: ApiServer;
  before(async () => {
    server = await startApiServer({ authorization: 'RBAC' });
    await createNamespace(server, NAME.namespace);
  });
  after(() => server.stop());
  afterEach(() => deleteAll(server));
  const stored = () => server.send('GET', `${PATH}/${NAME.name}`);
  const put = (data: object) => server.send('POST', PATH, { apiVersion: 'v1', kind: 'ConfigMap', metadata: NAME, data });

  it('are changed only by whoever has seen the latest version, and all else in the map stays', async () => {
    const maps = configMapsOf(server.kubeconfig);
    assert.equal(await maps.read(NAME), undefined);
    const first = await maps.create(NAME, { a: '1', b: '2' });
    await server.send('PATCH', `${PATH}/${NAME.name}`, { metadata: { labels: { owner: 'me' } }, binaryData: { c: 'AAAA' } });
    await assert.rejects(maps.patch(NAME, { a: '9' }, first.resourceVersion), ChangedMeanwhileError);
    await assert.rejects(maps.create(NAME, {}), ChangedMeanwhileError);
    const second = await maps.read(NAME);
    const third = await maps.patch(NAME, { a: undefined, d: '4' }, second?.resourceVersion ?? '');
    assert.deepEqual(third.data, { b: '2', d: '4' });
    const { metadata, data, binaryData } = await stored();
    assert.deepEqual([metadata.labels, data, binaryData], [{ owner: 'me' }, { b: '2', d: '4' }, { c: 'AAAA' }]);
    await server.send('DELETE', `${PATH}/${NAME.name}`);
    await assert.rejects(maps.patch(NAME, { a: '9' }, third.resourceVersion), ChangedMeanwhileError);
  });

  it('say so where the map is immutable', async () => {
    await put({});
    await server.send('PATCH', `${PATH}/${NAME.name}`, { immutable: true });
    await assert.rejects(storeOf(server.kubeconfig).read(KEY), /archwatch\/incidents is immutable/);
  });

  it('are all there after ten writers have added to them at once, the map created by one of them', async () => {
    const writers = Array.from({ length: 10 }, (_, writer) => ({ writer, store: storeOf(server.kubeconfig) }));
    const perWriter = 3;
    await Promise.all(
      writers.flatMap(({ writer, store }) =>
        ALERTS.map(async (alert) => {
          for (let number = 0; number < perWriter; number++) {
            await addSeries(store, newIncident('prod', alert), `${writer}-${number}`);
          }
        }),
      ),
    );
    const store = storeOf(server.kubeconfig);
    for (const alert of ALERTS) {
      const { incident } = await store.read(incidentKey('prod', alert));
      const expected = writers.flatMap(({ writer }) => Array.from({ length: perWriter }, (_, number) => `${writer}-${number}`));
      assert.deepEqual(incident?.series.map(({ fingerprint }) => fingerprint).sort(), expected.sort());
    }
  });

  it('begin anew where somebody deleted the map in between, and the write that did not know is refused', async () => {
    const store = storeOf(server.kubeconfig);
    const version = await store.write(newIncident('prod', IMPORT_DISABLED), (await store.read(KEY)).version);
    await server.send('DELETE', `${PATH}/${NAME.name}`);
    await assert.rejects(store.write(newIncident('prod', IMPORT_DISABLED), version), StoreConflictError);
    const again = await store.read(KEY);
    assert.equal(again.incident, undefined);
    await store.write(newIncident('prod', IMPORT_DISABLED), again.version);
    assert.deepEqual(Object.keys((await stored()).data), [ENTRY]);
  });

  it('put what is damaged or foreign aside, once, whoever of several comes first', async () => {
    await put({ [ENTRY]: '{', 'notes.txt': 'mine' });
    const log = recordingLog();
    const found = await Promise.all(Array.from({ length: 5 }, () => storeOf(server.kubeconfig, log).read(KEY)));
    assert.deepEqual(new Set(found.map(({ incident, version }) => `${incident} ${version}`)), new Set(['undefined absent']));
    const { data } = await stored();
    assert.deepEqual(data, { [`aside-20261122T100000Z-${ENTRY}`]: '{', 'aside-20261122T100000Z-notes.txt': 'mine' });
    assert.equal(log.lines.filter(({ level }) => level === 'error').length, 2);
  });

  it('take get, create and patch in their namespace, and without them fail with what is missing, which is no conflict', async () => {
    const account = async (name: string, verbs: string) => {
      const commands = [
        `kubectl create serviceaccount ${name} -n archwatch`,
        `kubectl create role ${name} -n archwatch --verb=${verbs} --resource=configmaps`,
        `kubectl create rolebinding ${name} -n archwatch --role=${name} --serviceaccount=archwatch:${name}`,
      ];
      const { status, stderr } = await server.runShell(commands.join(' && '));
      assert.equal(status, 0, stderr);
      return server.kubeconfigOf({ namespace: 'archwatch', name });
    };
    const reader = storeOf(await account('reads', 'get'));
    const writer = storeOf(await account('writes', 'get,create,patch'));
    await waitUntil('the roles are known', () => writer.read(KEY));
    const incident = newIncident('prod', IMPORT_DISABLED);
    const isForbidden = (verb: string) => (error: unknown) =>
      error instanceof Error &&
      !(error instanceof StoreConflictError) &&
      error.message.includes(`403`) &&
      error.message.includes(`cannot ${verb}`);
    await assert.rejects(reader.write(incident, (await reader.read(KEY)).version), isForbidden('create'));
    await writer.write(incident, (await writer.read(KEY)).version);
    const { version } = await reader.read(KEY);
    await assert.rejects(reader.write({ ...incident, series: fires(AT).series }, version), isForbidden('patch'));
    await writer.write({ ...incident, series: fires(AT).series }, version);
  });

  it('are read again after the API server was away', async () => {
    const store = storeOf(server.kubeconfig);
    const version = await store.write(newIncident('prod', IMPORT_DISABLED), (await store.read(KEY)).version);
    await server.down();
    try {
      await assert.rejects(store.read(KEY), (error) => !(error instanceof StoreConflictError));
    } finally {
      await server.up();
    }
    assert.equal((await store.read(KEY)).version, version);
  });
});
