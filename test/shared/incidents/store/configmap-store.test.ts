import assert from 'node:assert/strict';
import { createEmbeddedCluster, type EmbeddedCluster } from '../../../../local/embedded-cluster/embedded-cluster.ts';
import { listen } from '../../../../shared/http/listen.ts';
import type { Listening } from '../../../../shared/http/server.ts';
import { type Incident, incidentKey, newIncident } from '../../../../shared/incidents/incident.ts';
import { createConfigMapStore } from '../../../../shared/incidents/store/configmap-store.ts';
import { entryName } from '../../../../shared/incidents/store/entry-name.ts';
import { versionOf } from '../../../../shared/incidents/store/entry-version.ts';
import { encodeIncident } from '../../../../shared/incidents/store/incident-json.ts';
import { StoreFullError } from '../../../../shared/incidents/store/make-room.ts';
import { openIncidents } from '../../../../shared/incidents/store/open-incidents.ts';
import { StoreConflictError } from '../../../../shared/incidents/store/store.ts';
import { type ConfigMaps, createConfigMaps } from '../../../../shared/kubernetes/config-maps.ts';
import { metricsPage } from '../../../../shared/metrics.ts';
import { hyperConverged, node, snapshot } from '../../../helpers/cluster-objects.ts';
import { minute } from '../../../helpers/deliveries.ts';
import { CLOCK } from '../../../helpers/embedded-cluster.ts';
import { fires, IMPORT_DISABLED, incidentAfter, NO_ANNOTATION, NO_SUPPORTED } from '../../../helpers/incidents.ts';
import { recordingLog, silentLog } from '../../../helpers/log.ts';
import { connectTo } from '../../../helpers/webhook.ts';

const NAME = { namespace: 'archwatch', name: 'incidents' };
const KEY = incidentKey('prod', IMPORT_DISABLED);
const ENTRY = entryName(KEY);
const EMPTY = newIncident('prod', IMPORT_DISABLED);
const MIXED = snapshot({ nodes: [node('a', 'amd64'), node('b', 'arm64')], hyperConverged: hyperConverged() });
const FIRED = incidentAfter([{ snapshot: MIXED, at: minute(1), claims: [fires(minute(1))] }], { cluster: 'prod' });
const ASIDE = 'aside-20261122T100000Z';

/** `data` of the one ConfigMap. */
type Data = Readonly<Record<string, string>>;

async function counted(metric: string): Promise<number> {
  const { body } = await metricsPage();
  return Number(new RegExp(`^${metric} (\\d+)`, 'm').exec(body)?.[1] ?? 0);
}

describe('incidents in a ConfigMap', () => {
  let cluster: EmbeddedCluster;
  let server: Listening;
  let configMaps: ConfigMaps;
  let log: ReturnType<typeof recordingLog>;
  beforeEach(async () => {
    cluster = createEmbeddedCluster({ prefix: '', release: '1.19', now: CLOCK });
    server = await listen(cluster.routes, { port: 0, log: silentLog });
    configMaps = createConfigMaps({ connect: await connectTo(`http://localhost:${server.port}`) });
    log = recordingLog();
  });
  afterEach(async () => {
    cluster.setOutage(undefined);
    await server.close();
  });
  const open = (options: Partial<Parameters<typeof createConfigMapStore>[0]> = {}) =>
    createConfigMapStore({ configMaps, name: NAME, log, now: CLOCK, ...options });
  const put = (data: Data | undefined) => cluster.setConfigMap(NAME, data);
  const data = (): Data => {
    const [map, ...others] = cluster.configMaps();
    assert.equal(others.length, 0);
    return JSON.parse(JSON.stringify(map?.data ?? {}));
  };
  const withoutPatch = (): ConfigMaps => ({ ...configMaps, patch: () => Promise.reject(new Error('patch is forbidden')) });
  const errors = (): readonly Readonly<Record<string, unknown>>[] =>
    log.lines.filter(({ level }) => level === 'error').map(({ fields, message }) => ({ ...fields, message }));

  it('are opened where the settings say', async () => {
    const options = { configMaps: () => configMaps, log, now: CLOCK };
    await openIncidents('memory', options).write(EMPTY, '0');
    assert.deepEqual(cluster.configMaps(), []);
    const store = openIncidents(NAME, options);
    await store.write(EMPTY, (await store.read(KEY)).version);
    assert.deepEqual(Object.keys(data()), [ENTRY]);
  });

  for (const before of [undefined, {}] as const) {
    it(`are none where the map is ${before ? 'empty' : 'missing'}, and the first write ${before ? 'fills' : 'creates'} it`, async () => {
      put(before);
      const store = open();
      const { incident, version } = await store.read(KEY);
      assert.equal(incident, undefined);
      const written = await store.write(FIRED, version);
      assert.deepEqual(await open().read(KEY), { incident: FIRED, version: written });
      assert.deepEqual(data(), { [ENTRY]: encodeIncident(FIRED) });
    });
  }

  it('are refused to a writer that has not seen the latest one', async () => {
    const [one, other] = [open(), open()];
    const { version } = await one.read(KEY);
    await other.write(FIRED, version);
    await assert.rejects(one.write(EMPTY, version), StoreConflictError);
    await assert.rejects(one.write(EMPTY, 'anything'), StoreConflictError);
    assert.deepEqual((await one.read(KEY)).incident, FIRED);
  });

  it('do not stand in the way of each other, however many writers write at once', async () => {
    const alerts = [IMPORT_DISABLED, NO_SUPPORTED, NO_ANNOTATION] as const;
    const keys = ['a', 'b', 'c'].flatMap((name) => alerts.map((alert) => newIncident(name, alert)));
    await Promise.all(
      keys.map(async (incident) => {
        const store = open();
        let { version } = await store.read(incident.key);
        for (let time = 1; time <= 4; time++) version = await store.write({ ...incident, series: fires(minute(time)).series }, version);
      }),
    );
    for (const { key } of keys) assert.equal((await open().read(key)).incident?.series[0]?.heardAt, minute(4));
  });

  describe('cost no more requests than needed', () => {
    const incidents = ['a', 'b', 'c', 'd'].map((name) => newIncident(name, IMPORT_DISABLED));
    const entries = incidents.map(({ key }) => entryName(key));
    /** Notes what is asked of the API server. */
    const counted = (maps: ConfigMaps = configMaps) => {
      const asked: string[] = [];
      const noting =
        <Asked extends readonly unknown[], Answer>(what: string, ask: (...asked: Asked) => Answer) =>
        (...given: Asked) => {
          asked.push(what);
          return ask(...given);
        };
      const { read, create, patch } = maps;
      return {
        asked,
        store: open({ configMaps: { read: noting('GET', read), create: noting('POST', create), patch: noting('PATCH', patch) } }),
      };
    };

    it('one read serves all who ask at the same time, and one patch all who write at the same time', async () => {
      put({});
      const { asked, store } = counted();
      const versions = await Promise.all(incidents.map(async ({ key }) => (await store.read(key)).version));
      await Promise.all(incidents.map((incident, index) => store.write(incident, versions[index] ?? '')));
      assert.deepEqual([asked, Object.keys(data())], [['GET', 'PATCH'], entries]);
    });

    it('a write asks for nothing that was read or written before', async () => {
      const { asked, store } = counted();
      let { version } = await store.read(KEY);
      for (const incident of [EMPTY, FIRED, EMPTY]) version = await store.write(incident, version);
      assert.deepEqual(asked, ['GET', 'POST', 'PATCH', 'PATCH']);
      assert.deepEqual(await open().read(KEY), { incident: EMPTY, version });
    });

    it('a write reads again where others wrote to the map, and is no conflict where they left its entry alone', async () => {
      put({});
      const { asked, store } = counted();
      const { version } = await store.read(KEY);
      await open().write(newIncident('elsewhere', IMPORT_DISABLED), 'absent');
      await store.write(FIRED, version);
      assert.deepEqual(asked, ['GET', 'PATCH', 'GET', 'PATCH']);
      assert.equal(Object.keys(data()).length, 2);
    });

    it('a write is a conflict only by what the server has: what was seen last may be older', async () => {
      const { asked, store } = counted();
      const seen = await store.write(EMPTY, 'absent');
      const theirs = await open().write(FIRED, seen);
      await store.write(EMPTY, theirs); // its version came another way than by this store
      await assert.rejects(store.write(FIRED, theirs), StoreConflictError);
      assert.deepEqual(asked, ['GET', 'POST', 'GET', 'PATCH', 'GET']);
    });

    it('a read that began before a write is answered to nobody who asks after it, and is not what the next write goes by', async () => {
      put({});
      const answer = Promise.withResolvers<void>();
      let isHeld = false;
      const read: ConfigMaps['read'] = async (name) => {
        const found = await configMaps.read(name);
        if (isHeld) await answer.promise;
        return found;
      };
      const { asked, store } = counted({ ...configMaps, read });
      const { version } = await store.read(KEY);
      isHeld = true;
      const early = store.read(KEY);
      const written = await store.write(FIRED, version);
      isHeld = false;
      assert.deepEqual(await store.read(KEY), { incident: FIRED, version: written });
      answer.resolve();
      assert.equal((await early).version, version);
      await store.write(EMPTY, written);
      assert.deepEqual(asked, ['GET', 'GET', 'PATCH', 'GET', 'PATCH']);
    });

    it('a write reads first where it is not known what came of the last one', async () => {
      put({});
      let isLost = true;
      const patch: ConfigMaps['patch'] = async (...asked) => {
        const saved = await configMaps.patch(...asked);
        if (isLost) throw new Error('the answer was lost');
        return saved;
      };
      const { asked, store } = counted({ ...configMaps, patch });
      const { version } = await store.read(KEY);
      await assert.rejects(store.write(FIRED, version), /the answer was lost/);
      isLost = false;
      await assert.rejects(store.write(EMPTY, version), StoreConflictError);
      assert.deepEqual(asked, ['GET', 'PATCH', 'GET']);
    });

    it('of several that write at the same time only those are refused who have not seen the latest, or who write the same one', async () => {
      const theirs = await open().write(FIRED, 'absent');
      const { asked, store } = counted();
      const outcomes = await Promise.allSettled([
        store.write(EMPTY, 'absent'),
        ...incidents.map((incident) => store.write(incident, 'absent')),
        ...incidents.slice(0, 1).map((incident) => store.write({ ...incident, series: fires(minute(1)).series }, 'absent')),
      ]);
      const refused = (outcome: PromiseSettledResult<string>) =>
        outcome.status === 'rejected' && outcome.reason instanceof StoreConflictError;
      assert.deepEqual(outcomes.map(refused), [true, false, false, false, false, true]);
      assert.deepEqual([asked, (await open().read(KEY)).version], [['GET', 'PATCH'], theirs]);
      assert.deepEqual(Object.keys(data()).sort(), [ENTRY, ...entries].sort());
    });

    it('of several that write at the same time each is written for which there is room', async () => {
      const large = { ...FIRED, key: incidentKey('large', IMPORT_DISABLED), cluster: 'large' };
      const store = open({ limit: 1_500 });
      const [refused, written] = await Promise.allSettled([store.write(large, 'absent'), store.write(EMPTY, 'absent')]);
      assert.ok(refused?.status === 'rejected' && refused.reason instanceof StoreFullError);
      assert.deepEqual([written?.status, Object.keys(data())], ['fulfilled', [ENTRY]]);
    });
  });

  it('give up on a map that never stands still, and that is no conflict', async () => {
    put({});
    const restless: ConfigMaps = {
      ...configMaps,
      read: async (name) => {
        const read = await configMaps.read(name);
        put({ now: String(Math.random()) });
        put({});
        return read;
      },
    };
    await assert.rejects(
      open({ configMaps: restless, retryMs: 50 }).write(EMPTY, 'absent'),
      (error) => !(error instanceof StoreConflictError) && /archwatch\/incidents kept changing for 50 ms/.test(String(error)),
    );
  });

  describe('that are damaged or foreign', () => {
    const mine = encodeIncident(FIRED);
    const elsewhere = encodeIncident(newIncident('elsewhere', IMPORT_DISABLED));
    const cases: readonly { readonly what: string; readonly name: string; readonly text: string; readonly why: RegExp }[] = [
      { what: 'a text that is not JSON', name: ENTRY, text: 'oops', why: /not JSON/ },
      { what: 'an entry that was cut', name: ENTRY, text: mine.slice(0, 100), why: /not JSON/ },
      { what: 'no version that ever was', name: ENTRY, text: mine.replace('"version": 3', '"version": 0'), why: /version is 0/ },
      { what: 'another shape', name: ENTRY, text: '{"version":1}', why: /series is not a list/ },
      { what: 'another incident', name: ENTRY, text: elsewhere, why: /"elsewhere\/HCO.*prod\/HCO.* stands here/ },
      { what: 'a name that is no incident', name: 'config.yaml', text: 'a: b', why: /the name is not that of an incident/ },
    ];
    for (const { what, name, text, why } of cases) {
      it(`are put aside and reported when the map is read: ${what}`, async () => {
        const before = await counted('archwatch_record_aside_total');
        put({ [name]: text });
        assert.deepEqual(await open().read(KEY), { incident: undefined, version: 'absent' });
        await open().read(KEY);
        assert.deepEqual(data(), { [`${ASIDE}-${name}`]: text });
        assertReported(name, why);
        assert.equal(await counted('archwatch_record_aside_total'), before + 1);
      });

      it(`are put aside and reported when the map is written: ${what}`, async () => {
        put({ [name]: text });
        const { version } = await open({ configMaps: withoutPatch(), log: silentLog }).read(KEY);
        const written = await open().write(FIRED, version);
        assert.deepEqual(data(), { [`${ASIDE}-${name}`]: text, [ENTRY]: mine });
        assert.deepEqual(await open().read(KEY), { incident: FIRED, version: written });
        assertReported(name, why);
      });
    }

    function assertReported(name: string, why: RegExp): void {
      const [error, ...others] = errors();
      assert.deepEqual([error?.entry, others], [name, []]);
      assert.match(String(error?.why), why);
    }

    it('are read past where they may not be put aside, and that is said once', async () => {
      put({ [ENTRY]: 'oops', other: 'foreign' });
      const store = open({ configMaps: withoutPatch() });
      for (let times = 0; times < 3; times++) assert.equal((await store.read(KEY)).incident, undefined);
      assert.deepEqual(
        errors().map(({ message }) => message),
        ['an entry that is no incident cannot be put aside', 'an entry that is no incident cannot be put aside'],
      );
      assert.deepEqual(data(), { [ENTRY]: 'oops', other: 'foreign' });
    });

    it('do not overwrite each other aside, and what is aside stays', async () => {
      put({ [ENTRY]: 'second', [`${ASIDE}-${ENTRY}`]: 'first', 'a.txt': 'third' });
      await open().read(KEY);
      assert.deepEqual(data(), { [`${ASIDE}-${ENTRY}`]: 'first', [`${ASIDE}-${ENTRY}.2`]: 'second', [`${ASIDE}-a.txt`]: 'third' });
    });

    it('are not those of other clusters and alerts: they stay', async () => {
      const others = { [entryName(incidentKey('elsewhere', IMPORT_DISABLED))]: elsewhere };
      put(others);
      await open().write(EMPTY, (await open().read(KEY)).version);
      assert.deepEqual(data(), { ...others, [ENTRY]: encodeIncident(EMPTY) });
      assert.deepEqual(errors(), []);
    });
  });

  describe('that a newer archwatch wrote', () => {
    const newer = encodeIncident(FIRED).replace('"version": 3', '"version": 4');
    const refused = { name: 'NewerVersionError', message: `the entry ${ENTRY} was written by a newer archwatch (version 4, known: 3)` };

    it('stay as they are, and neither a read nor a write goes past them', async () => {
      put({ [ENTRY]: newer, other: 'foreign' });
      const before = data();
      await assert.rejects(open().read(KEY), refused);
      await assert.rejects(open().write(FIRED, versionOf(newer)), refused);
      await assert.rejects(open().write(FIRED, 'absent'), StoreConflictError);
      assert.deepEqual([data(), errors()], [before, []]);
    });

    it('stay as they are where room is made, and stand in nobody else’s way', async () => {
      const other = newIncident('elsewhere', IMPORT_DISABLED);
      put({ [ENTRY]: newer });
      const limit = Buffer.byteLength(ENTRY + newer) + 10;
      await assert.rejects(open({ limit }).write(other, 'absent'), StoreFullError);
      await open().write(other, 'absent');
      assert.deepEqual(data(), { [ENTRY]: newer, [entryName(other.key)]: encodeIncident(other) });
    });
  });

  describe('that grow', () => {
    const over: Incident = incidentAfter(
      [
        { snapshot: MIXED, at: minute(1), claims: [fires(minute(1))] },
        { snapshot: snapshot({ nodes: [], hyperConverged: hyperConverged() }), at: minute(9) },
      ],
      { cluster: 'over' },
    );
    const limit = Buffer.byteLength(encodeIncident(FIRED)) + 2_000;

    it('push out what is over, and that is logged', async () => {
      const store = open({ limit });
      await open().write(over, 'absent');
      await store.write(FIRED, 'absent');
      assert.deepEqual((await store.read(KEY)).incident, FIRED);
      assert.deepEqual((await store.read(over.key)).incident, { ...over, episode: undefined });
      assert.match(log.lines.map(({ message }) => message).join(), /let go: the episode that is over of over\.HCO/);
    });

    it('are refused, and that is counted, where only open ones are left; nothing is changed', async () => {
      const before = await counted('archwatch_record_full_total');
      await open().write(FIRED, 'absent');
      const kept = data();
      const another = incidentAfter([{ snapshot: MIXED, at: minute(1), claims: [fires(minute(1))] }], { cluster: 'another' });
      await assert.rejects(open({ limit }).write(another, 'absent'), StoreFullError);
      assert.deepEqual(data(), kept);
      assert.equal(await counted('archwatch_record_full_total'), before + 1);
    });
  });

  it('stay within 512 KiB with two open ones of 5,000 nodes', async () => {
    const nodes = Array.from({ length: 5_000 }, (_, index) =>
      node(`${index}`.padStart(5, '0').padEnd(45, 'x'), index % 2 ? 'arm64' : 'amd64'),
    );
    const large = snapshot({ nodes, hyperConverged: hyperConverged({ goldenImages: { a: undefined } }) });
    const store = open();
    for (const name of ['one', 'two']) {
      const incident = incidentAfter([{ snapshot: large, at: minute(1), claims: [fires(minute(1))] }], { cluster: name });
      await store.write(incident, 'absent');
    }
    assert.equal(log.lines.length, 0);
    assert.ok(Object.entries(data()).reduce((sum, [name, text]) => sum + name.length + text.length, 0) <= 512 * 1024);
  });

  describe('while the API server fails', () => {
    for (const outage of ['refused-503', 'forbidden'] as const) {
      it(`are not read and not written, and that is no conflict: ${outage}`, async () => {
        const store = open();
        const version = await store.write(FIRED, 'absent');
        cluster.setOutage(outage);
        const isFailure = (error: unknown) =>
          error instanceof Error && !(error instanceof StoreConflictError) && /503|403/.test(error.message);
        await assert.rejects(store.read(KEY), isFailure);
        await assert.rejects(store.write(EMPTY, version), isFailure);
        cluster.setOutage(undefined);
        assert.deepEqual(await store.read(KEY), { incident: FIRED, version });
      });
    }
  });
});
