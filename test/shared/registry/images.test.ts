import assert from 'node:assert/strict';
import type { ImageReading, ImageSource } from '../../../shared/golden-images/image.ts';
import { createImages, type ImagesOptions } from '../../../shared/registry/images.ts';
import type { RegistryAccess } from '../../../shared/registry/read-source.ts';
import { attestation, type Content, contentOf, type Format, imageList, listedImages, singleImage } from '../../helpers/images.ts';
import {
  type Answering,
  accessWith,
  CERTIFICATE,
  type FakeRegistry,
  type FakeRegistryOptions,
  failed,
  startRegistry,
} from '../../helpers/registry.ts';

const CREDENTIALS = { username: 'robot', password: 'hunter2-hunter2' };
const BASIC = `Basic ${Buffer.from('robot:hunter2-hunter2').toString('base64')}`;
const AMD = singleImage('oci', { architecture: 'amd64', os: 'linux' });
const BOTH = imageList(
  'oci',
  listedImages('oci', [
    { architecture: 'arm64', os: 'linux' },
    { architecture: 'amd64', os: 'linux' },
  ]),
);
const isKnown = (...architectures: readonly string[]): ImageReading => ({ kind: 'known', architectures });
const isUnknown = (why: string): ImageReading => ({ kind: 'unknown', why });

const given = (value: unknown) => async () => ({ ok: true, value }) as never;
const certificates = given([CERTIFICATE]);
const credentials = given(CREDENTIALS);

/** Behind `CREDENTIALS`; what was sent comes back. */
const guarded: Answering = ({ headers }, response) => {
  if (headers.authorization === BASIC) return 'as usual';
  response.writeHead(401, { 'www-authenticate': 'Basic realm="Registry"' }).end(headers.authorization);
  return undefined;
};

describe('the images of the templates', () => {
  const running: FakeRegistry[] = [];
  afterEach(() => Promise.all(running.splice(0).map(({ close }) => close())));
  const start = async (options: FakeRegistryOptions = {}) => {
    const registry = await startRegistry({ tls: true, ...options });
    running.push(registry);
    registry.put(BOTH, 'latest');
    return registry;
  };
  const sourceOf = ({ host }: FakeRegistry, rest = ''): ImageSource => ({
    kind: 'registry',
    url: `docker://${host}/disks/fedora${rest}`,
    namespace: 'images',
    secretRef: 'password',
    certConfigMap: 'authority',
  });
  interface Asking extends Partial<RegistryAccess> {
    readonly insecure?: readonly string[];
    readonly options?: Partial<ImagesOptions>;
  }
  const read = async (source: ImageSource, { insecure = [], options = {}, ...access }: Asking = {}) => {
    const images = createImages({ now: () => new Date(), refuses: () => false, ...options });
    const all = await images.read(new Map([['t', source]]), insecure, accessWith({ certificates, ...access }), AbortSignal.timeout(10_000));
    return all.get('t');
  };

  const platforms = [
    { architecture: 'arm', os: 'linux', variant: 'v6' },
    { architecture: 'arm', os: 'linux', variant: 'v7' },
    { architecture: 'amd64', os: 'linux' },
    { architecture: 's390x', os: 'windows' },
  ];
  for (const format of ['oci', 'docker'] satisfies Format[]) {
    it(`are what a list says (${format}), by tag and by digest`, async () => {
      const registry = await start();
      const list = imageList(format, [...listedImages(format, platforms), attestation(AMD)]);
      registry.put(list, 'mixed');
      assert.deepEqual(await read(sourceOf(registry, ':mixed')), isKnown('amd64', 'arm'));
      assert.deepEqual(await read(sourceOf(registry, `:old@${list.digest}`)), isKnown('amd64', 'arm'));
    });

    it(`are what its configuration says of a single one (${format})`, async () => {
      const registry = await start();
      const image = singleImage(format, { architecture: 's390x', os: 'linux' });
      registry.put(image.manifest, 'single');
      registry.putBlobs(image.blobs);
      assert.deepEqual(await read(sourceOf(registry, ':single')), isKnown('s390x'));
    });
  }

  it('are asked for with all kinds of manifest that there are, and nothing else is asked', async () => {
    const registry = await start();
    await read(sourceOf(registry));
    const [{ path, accept = '', authorization } = { path: '', authorization: '' }, ...more] = registry.asked;
    assert.deepEqual([path, authorization, more], ['/v2/disks/fedora/manifests/latest', undefined, []]);
    for (const type of [BOTH.type, AMD.manifest.type, 'manifest.list.v2+json', 'distribution.manifest.v2+json'])
      assert.ok(accept.includes(type), type);
  });

  describe('where a certificate is needed', () => {
    it('is not trusted, it is unknown', async () =>
      assert.deepEqual(
        await read(sourceOf(await start()), { certificates: given(undefined) }),
        isUnknown(
          'the registry has a certificate that is not trusted (DEPTH_ZERO_SELF_SIGNED_CERT); the ConfigMap with certificates that the template names is not there',
        ),
      ));
    it('cannot be read in time, the image is unknown', async () => {
      const certificates = () => new Promise<never>(() => {});
      const options = { imageTimeMs: 50 };
      assert.deepEqual(await read(sourceOf(await start()), { certificates, options }), isUnknown('there was no answer in time'));
    });
    it('may not be read, that is said', async () =>
      assert.match(
        JSON.stringify(await read(sourceOf(await start()), { certificates: failed('forbidden') })),
        /not trusted.*; the ConfigMap .* may not be read"/,
      ));
    it('is among garbage, it is found', async () =>
      assert.deepEqual(await read(sourceOf(await start()), { certificates: given(['garbage', CERTIFICATE]) }), isKnown('amd64', 'arm64')));
    it('is that of another host, it is not trusted', async () => {
      const registry = await start();
      const elsewhere = { ...registry, host: `[::ffff:127.0.0.1]:${registry.port}` };
      assert.match(JSON.stringify(await read(sourceOf(elsewhere))), /not trusted \(ERR_TLS_CERT_ALTNAME_INVALID\)/);
    });
  });

  describe('of a host that the CR calls insecure', () => {
    it('are read without a trusted certificate', async () => {
      const registry = await start();
      const access = { insecure: [registry.host], certificates: given(undefined) };
      assert.deepEqual(await read(sourceOf(registry), access), isKnown('amd64', 'arm64'));
    });
    it('are read over plain http', async () => {
      const registry = await start({ tls: false });
      assert.deepEqual(await read(sourceOf(registry), { insecure: [registry.host] }), isKnown('amd64', 'arm64'));
    });
    it('are read over plain http with a password, configuration and all', async () => {
      const registry = await start({ tls: false, answers: guarded });
      registry.put(AMD.manifest, 'single');
      registry.putBlobs(AMD.blobs);
      assert.deepEqual(await read(sourceOf(registry, ':single'), { insecure: [registry.host], credentials }), isKnown('amd64'));
    });
    it('at another port, are read over https only', async () => {
      const registry = await start({ tls: false });
      assert.deepEqual(
        await read(sourceOf(registry), { insecure: ['localhost:1', 'localhost', 'example.org'] }),
        isUnknown('the registry does not speak TLS (EPROTO)'),
      );
      assert.deepEqual(registry.asked, []);
    });
  });

  describe('behind a password', () => {
    it('are read with that of the template, which is asked for in its namespace', async () => {
      const asked: string[] = [];
      const registry = await start({ answers: guarded });
      const reading = await read(sourceOf(registry), {
        credentials: async (namespace, name) => {
          asked.push(`${namespace}/${name}`);
          return { ok: true, value: CREDENTIALS };
        },
      });
      assert.deepEqual([reading, asked], [isKnown('amd64', 'arm64'), ['images/password']]);
    });
    it('are asked for without it first: the Secret is not read where nobody wants it', async () => {
      assert.deepEqual(
        await read(sourceOf(await start()), { credentials: () => assert.fail('nobody wants it') }),
        isKnown('amd64', 'arm64'),
      );
    });

    const failures: readonly { rule: string; access: Partial<RegistryAccess>; why: string }[] = [
      { rule: 'that is not there', access: {}, why: 'the registry wants a password; the Secret that the template names is not there' },
      {
        rule: 'that may not be read',
        access: { credentials: failed('forbidden') },
        why: 'the registry wants a password; the Secret that the template names may not be read',
      },
      {
        rule: 'that has no such keys',
        access: { credentials: failed('malformed') },
        why: 'the registry wants a password; the Secret that the template names does not hold what it should',
      },
      {
        rule: 'that is wrong',
        access: { credentials: given({ username: 'robot', password: 'wrong-and-secret' }) },
        why: 'the registry does not let us in (401)',
      },
    ];
    for (const { rule, access, why } of failures) {
      it(`${rule}, are unknown`, async () =>
        assert.deepEqual(await read(sourceOf(await start({ answers: guarded })), access), isUnknown(why)));
    }
  });

  describe('behind a token', () => {
    /** A registry whose token service is at that host; it gives a token to whom it knows, or to everybody. */
    const startGuarded = async (realmHost: (registry: FakeRegistry) => string, gives: (authorization: string | undefined) => boolean) => {
      const registry: FakeRegistry = await start({
        answers: ({ url = '', headers }, response) => {
          if (url.startsWith('/token')) {
            if (gives(headers.authorization)) response.end('{"token":"let-me-in"}');
            else response.writeHead(401).end();
            return undefined;
          }
          if (headers.authorization === 'Bearer let-me-in') return 'as usual';
          const realm = `Bearer realm="https://${realmHost(registry)}/token",service="test",scope="repository:disks/fedora:pull"`;
          response.writeHead(401, { 'www-authenticate': realm }).end();
          return undefined;
        },
      });
      registry.put(AMD.manifest, 'single');
      registry.putBlobs(AMD.blobs);
      return registry;
    };
    const ofItsOwn = ({ host }: FakeRegistry) => host;
    const ofAnother = ({ port }: FakeRegistry) => `127.0.0.1:${port}`;

    it('are read with one for everybody', async () => {
      const registry = await startGuarded(ofItsOwn, () => true);
      assert.deepEqual(await read(sourceOf(registry)), isKnown('amd64', 'arm64'));
    });
    it('are read with one for the password, which is asked for once', async () => {
      const registry = await startGuarded(ofItsOwn, (authorization) => authorization === BASIC);
      assert.deepEqual(await read(sourceOf(registry, ':single'), { credentials }), isKnown('amd64'));
      assert.deepEqual(
        registry.asked.map(({ path, authorization }) => [path.replace(/sha256:.*/, 'DIGEST'), authorization]),
        [
          ['/v2/disks/fedora/manifests/single', undefined],
          ['/token?service=test&scope=repository%3Adisks%2Ffedora%3Apull', BASIC],
          ['/v2/disks/fedora/manifests/single', 'Bearer let-me-in'],
          ['/v2/disks/fedora/blobs/DIGEST', 'Bearer let-me-in'],
        ],
      );
    });
    it('from another host, are read where that gives one to everybody', async () => {
      const registry = await startGuarded(ofAnother, (authorization) => authorization === undefined);
      assert.deepEqual(await read(sourceOf(registry), { credentials }), isKnown('amd64', 'arm64'));
    });
    it('from another host, are unknown where that wants the password', async () => {
      const registry = await startGuarded(ofAnother, (authorization) => authorization === BASIC);
      const why = "the registry's token service answered 401: it is on another host, which gets no credentials";
      assert.deepEqual(await read(sourceOf(registry), { credentials }), isUnknown(why));
    });
  });

  it('are unknown, and nobody is asked, where they are in no registry', async () => {
    const source: ImageSource = { kind: 'registry', url: 'oci-archive:/disk.tar', namespace: 'images' };
    assert.deepEqual(await read(source), isUnknown('only images of a registry (docker://) can be asked for'));
  });

  describe('in an image stream', () => {
    const tag = {
      image: {
        dockerImageManifests: [
          { architecture: 'arm64', os: 'linux' },
          { architecture: 'amd64', os: 'linux' },
        ],
      },
    };
    for (const [name, asked] of [
      ['rhel9-guest', 'rhel9-guest:latest'],
      ['rhel9-guest:9.4', 'rhel9-guest:9.4'],
    ] as const) {
      it(`${name} are read from the tag ${asked}`, async () => {
        const imageStreamTag = async (namespace: string, found: string) => {
          assert.deepEqual([namespace, found], ['images', asked]);
          return { ok: true, value: tag } as const;
        };
        assert.deepEqual(await read({ kind: 'image-stream', name, namespace: 'images' }, { imageStreamTag }), isKnown('amd64', 'arm64'));
      });
    }
    const failures: readonly { rule: string; imageStreamTag: RegistryAccess['imageStreamTag']; why: string }[] = [
      { rule: 'that is not there', imageStreamTag: given(undefined), why: 'the cluster has no such image stream, or not with this tag' },
      { rule: 'that may not be read', imageStreamTag: failed('forbidden'), why: 'the image stream may not be read' },
      { rule: 'that cannot be read now', imageStreamTag: failed('unreachable'), why: 'the image stream could not be read' },
      { rule: 'that says nothing', imageStreamTag: given({}), why: 'it names no architecture for Linux' },
      { rule: 'that is malformed', imageStreamTag: given({ image: 7 }), why: 'what it answers is malformed: image is not an object' },
    ];
    for (const { rule, imageStreamTag, why } of failures) {
      it(`${rule}, are unknown`, async () =>
        assert.deepEqual(await read({ kind: 'image-stream', name: 'a', namespace: 'b' }, { imageStreamTag }), isUnknown(why)));
    }
  });

  describe('asked for again', () => {
    const startImages = (options: Partial<ImagesOptions> = {}) => {
      let time = 0;
      const images = createImages({ now: () => new Date(time), refuses: () => false, ...options });
      const ask = (...sources: readonly ImageSource[]) =>
        images.read(
          new Map(sources.map((source, index) => [String(index), source])),
          [],
          accessWith({ certificates }),
          AbortSignal.timeout(10_000),
        );
      const pass = (minutes: number) => {
        time += minutes * 60_000;
      };
      return { ask, pass };
    };
    const holds: readonly { rest: string; minutes: number }[] = [
      { rest: ':latest', minutes: 10 },
      { rest: ':missing', minutes: 1 },
      { rest: `@${BOTH.digest}`, minutes: Number.POSITIVE_INFINITY },
    ];
    for (const { rest, minutes } of holds) {
      it(`${rest.slice(0, 10)} holds for ${minutes} minutes`, async () => {
        const registry = await start();
        const { ask, pass } = startImages();
        await ask(sourceOf(registry, rest));
        pass(Math.min(minutes, 1e6) - 0.01);
        await ask(sourceOf(registry, rest));
        assert.equal(registry.asked.length, 1);
        pass(0.02);
        await ask(sourceOf(registry, rest));
        assert.equal(registry.asked.length, minutes === Number.POSITIVE_INFINITY ? 1 : 2);
      });
    }

    const misses: readonly { when: string; answer: Answering }[] = [
      { when: 'is in trouble', answer: (_, response) => void response.writeHead(502).end() },
      { when: 'has had too many requests', answer: (_, response) => void response.writeHead(429).end() },
      { when: 'breaks off', answer: (_, response) => void response.destroy() },
    ];
    for (const { when, answer } of misses) {
      it(`of a registry that ${when}, they are what they were, and are asked for again a minute later`, async () => {
        let answers: Answering = () => 'as usual';
        const registry = await start({ answers: (...request) => answers(...request) });
        const { ask, pass } = startImages();
        const [source, known] = [sourceOf(registry), new Map([['0', isKnown('amd64', 'arm64')]])];
        assert.deepEqual(await ask(source), known);
        pass(10);
        answers = answer;
        assert.deepEqual(await ask(source), known);
        pass(0.99);
        assert.deepEqual([await ask(source), registry.asked.length], [known, 2]);
        pass(0.02);
        answers = () => 'as usual';
        registry.put(imageList('oci', listedImages('oci', [{ architecture: 's390x', os: 'linux' }])), 'latest');
        assert.deepEqual(await ask(source), new Map([['0', isKnown('s390x')]]));
      });
    }

    it('by one who cannot wait, they are what they were', async () => {
      let answers: Answering = () => 'as usual';
      const asked = Promise.withResolvers<void>();
      const registry = await start({ answers: (...request) => answers(...request) });
      let time = 0;
      const images = createImages({ now: () => new Date(time), refuses: () => false });
      const ask = async (signal: AbortSignal) =>
        (await images.read(new Map([['t', sourceOf(registry)]]), [], accessWith({ certificates }), signal)).get('t');
      await ask(AbortSignal.timeout(10_000));
      assert.deepEqual(await ask(AbortSignal.abort()), isKnown('amd64', 'arm64'));
      time = 600_000;
      answers = () => void asked.resolve();
      const impatience = new AbortController();
      const late = ask(impatience.signal);
      await asked.promise;
      impatience.abort();
      assert.deepEqual(await late, isKnown('amd64', 'arm64'));
    });

    it('by several templates, they are read once', async () => {
      const registry = await start();
      const { ask } = startImages();
      const sources = Array.from({ length: 20 }, () => sourceOf(registry));
      const [first, second] = await Promise.all([ask(...sources), ask(...sources)]);
      assert.deepEqual([first.size, second.size, registry.asked.length], [20, 20, 1]);
    });

    it('with other credentials, they are read anew: who may read differs', async () => {
      const registry = await start();
      const { ask } = startImages();
      await ask(sourceOf(registry), { ...sourceOf(registry), namespace: 'other' });
      assert.equal(registry.asked.length, 2);
    });

    it('by one who could not wait, they are there for the next', async () => {
      const asked = Promise.withResolvers<() => void>();
      const registry = await start({
        answers: (_request, response) => {
          asked.resolve(() => response.end(BOTH.body));
          return undefined;
        },
      });
      const images = createImages({ now: () => new Date(), refuses: () => false });
      const impatience = new AbortController();
      const ask = (signal: AbortSignal) => images.read(new Map([['t', sourceOf(registry)]]), [], accessWith({ certificates }), signal);
      const first = ask(impatience.signal);
      const answer = await asked.promise;
      impatience.abort();
      assert.deepEqual((await first).get('t'), isUnknown('there was no answer in time'));
      answer();
      assert.deepEqual((await ask(AbortSignal.timeout(10_000))).get('t'), isKnown('amd64', 'arm64'));
      assert.equal(registry.asked.length, 1);
    });

    it('in great number, they are read six at a time', async () => {
      const registry = await start();
      const [gate, started] = [Promise.withResolvers<void>(), new Set<string>()];
      const waiting = async (_namespace: string, name: string) => {
        started.add(name);
        await gate.promise;
        return { ok: true, value: [CERTIFICATE] } as const;
      };
      const sources = Array.from(
        { length: 40 },
        (_, index) => [`t${index}`, { ...sourceOf(registry), certConfigMap: `c${index}` }] as const,
      );
      const images = createImages({ now: () => new Date(), refuses: () => false });
      const reading = images.read(new Map(sources), [], accessWith({ certificates: waiting }), AbortSignal.timeout(10_000));
      await new Promise(setImmediate);
      assert.equal(started.size, 6);
      gate.resolve();
      assert.deepEqual(
        [...(await reading).values()],
        sources.map(() => isKnown('amd64', 'arm64')),
      );
    });
  });

  it('never holds a manifest that another digest was asked for', async () => {
    const registry = await start();
    const forged: Content = { ...contentOf(BOTH.type, { manifests: [{ platform: { architecture: 'amd64' } }] }), digest: BOTH.digest };
    registry.put(forged);
    assert.deepEqual(
      await read(sourceOf(registry, `@${BOTH.digest}`)),
      isUnknown('the registry answered with something else: the digest does not fit'),
    );
  });

  it('never holds a configuration that another digest was asked for', async () => {
    const registry = await start();
    registry.put(AMD.manifest, 'single');
    registry.putBlobs(AMD.blobs.map((blob) => ({ ...blob, body: Buffer.from('{"architecture":"s390x"}') })));
    assert.deepEqual(
      await read(sourceOf(registry, ':single')),
      isUnknown('the registry answered with something else: the digest does not fit'),
    );
  });
});
