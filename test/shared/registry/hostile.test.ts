/** Registries that do as they like: none of it may harm us, reach what we must not reach, or show a secret. */
import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { inspect } from 'node:util';
import type { ImageReading } from '../../../shared/golden-images/image.ts';
import { isLocalAddress } from '../../../shared/registry/addresses.ts';
import { createImages, type ImagesOptions } from '../../../shared/registry/images.ts';
import { contentOf, imageList, listedImages, singleImage } from '../../helpers/images.ts';
import {
  type Answering,
  accessWith,
  CERTIFICATE,
  type FakeRegistry,
  type FakeRegistryOptions,
  startRegistry,
} from '../../helpers/registry.ts';

const PASSWORD = 'hunter2-hunter2';
const LIST = imageList('oci', listedImages('oci', [{ architecture: 'amd64', os: 'linux' }]));
const SINGLE = singleImage('docker', { architecture: 'arm64', os: 'linux' });
const IS_REFUSED = /is at an address of this machine or its own link, where nobody is asked$/;

describe('a hostile registry', () => {
  const running: FakeRegistry[] = [];
  afterEach(() => Promise.all(running.splice(0).map(({ close }) => close())));
  const start = async (options: FakeRegistryOptions = {}) => {
    const registry = await startRegistry({ tls: true, ...options });
    running.push(registry);
    registry.put(LIST, 'latest');
    registry.put(SINGLE.manifest, 'single');
    registry.putBlobs(SINGLE.blobs);
    return registry;
  };
  const redirecting =
    (to: (url: string) => string, status = 307): Answering =>
    ({ url = '' }, response) =>
      void response.writeHead(status, { location: to(url) }).end();

  interface Asking {
    readonly tag?: string;
    readonly insecure?: readonly string[];
    readonly signal?: AbortSignal;
    readonly options?: Partial<ImagesOptions>;
  }
  const read = async (host: string, { tag = 'latest', insecure = [], signal = AbortSignal.timeout(10_000), options = {} }: Asking = {}) => {
    const images = createImages({ now: () => new Date(), refuses: () => false, ...options });
    const source = {
      kind: 'registry',
      url: `docker://${host}/disks/fedora:${tag}`,
      namespace: 'a',
      secretRef: 's',
      certConfigMap: 'c',
    } as const;
    const access = accessWith({
      credentials: async () => ({ ok: true, value: { username: 'robot', password: PASSWORD } }),
      certificates: async () => ({ ok: true, value: [CERTIFICATE] }),
    });
    return (await images.read(new Map([['t', source]]), insecure, access, signal)).get('t');
  };
  const whyOf = (reading: ImageReading | undefined) => (reading?.kind === 'unknown' ? reading.why : assert.fail(JSON.stringify(reading)));

  const forEver = (response: ServerResponse, chunk: string) => {
    const more = () => {
      while (!response.destroyed && response.write(chunk)) {}
    };
    response.on('drain', more);
    more();
  };
  const bodies: readonly { rule: string; answers: Answering; says: RegExp; options?: Partial<ImagesOptions> }[] = [
    {
      rule: 'a huge answer',
      answers: (_, response) => void response.end(' '.repeat(1_100_000)),
      says: /^what the registry answers is too large$/,
    },
    { rule: 'a huge refusal', answers: (_, response) => void response.writeHead(401).end('x'.repeat(1_100_000)), says: /is too large$/ },
    { rule: 'an answer without end', answers: (_, response) => void forEver(response, ' '.repeat(100_000)), says: /is too large$/ },
    {
      rule: 'an answer that drips',
      answers: (_, response) => void response.write('{'),
      says: /^there was no answer in time$/,
      options: { imageTimeMs: 200 },
    },
    { rule: 'no answer', answers: () => undefined, says: /^there was no answer in time$/, options: { imageTimeMs: 200 } },
    {
      rule: 'half an answer',
      answers: (_, response) => void response.writeHead(200, { 'content-length': 99 }).write('{', () => response.destroy()),
      says: /ended the connection/,
    },
    {
      rule: 'a closed connection',
      answers: (_, response) => void response.destroy(),
      says: /^the registry ended the connection \(ECONNRESET\)$/,
    },
    {
      rule: 'no JSON',
      answers: (_, response) => void response.end(`<html>${PASSWORD}`),
      says: /^the registry answered with what is not JSON$/,
    },
    { rule: 'deep JSON', answers: (_, response) => void response.end('['.repeat(1_000_000)), says: /not JSON$/ },
    {
      rule: 'JSON of another shape',
      answers: (_, response) => void response.end('{"manifests":7}'),
      says: /is malformed: manifests is not a list$/,
    },
    {
      rule: 'a manifest that leads elsewhere',
      answers: (_, response) => void response.end('{"config":{"digest":"../../token"}}'),
      says: /names no configuration that can be verified$/,
    },
    {
      rule: 'headers without end',
      answers: (_, response) => void response.writeHead(200, { a: 'x'.repeat(100_000) }).end(),
      says: /HPE_HEADER_OVERFLOW/,
    },
    {
      rule: 'another protocol',
      answers: (_, response) => void response.writeHead(101, { upgrade: 'h2c', connection: 'upgrade' }).end(),
      says: /^the registry ended the connection \(ECONNRESET\)$/,
    },
    {
      rule: 'too many requests',
      answers: (_, response) => void response.writeHead(429).end(),
      says: /^the registry has had too many requests \(429\)$/,
    },
    {
      rule: 'a refusal',
      answers: (_, response) => void response.writeHead(403).end(PASSWORD),
      says: /^the registry does not let us in \(403\)$/,
    },
    {
      rule: 'trouble',
      answers: (_, response) => void response.writeHead(502).end(PASSWORD),
      says: /^the registry does not answer as it should \(502\)$/,
    },
    {
      rule: 'a wish for what nobody has',
      answers: (_, response) => void response.writeHead(401).end(),
      says: /of a kind that is not known here$/,
    },
  ];
  for (const { rule, answers, says, options = {} } of bodies) {
    it(`with ${rule} leaves an image unknown`, async () =>
      assert.match(whyOf(await read((await start({ answers })).host, { options })), says));
  }

  it('that does not have the image leaves it unknown', async () =>
    assert.equal(whyOf(await read((await start()).host, { tag: 'missing' })), 'the registry does not have this image (404)'));

  it('that is not there leaves an image unknown', async () => {
    const { host, close } = await startRegistry();
    await close();
    assert.equal(whyOf(await read(host)), 'the registry refuses connections (ECONNREFUSED)');
  });

  it('that is slow is not waited for any longer than the caller does', async () => {
    const { host } = await start({ answers: () => undefined });
    const began = Date.now();
    assert.equal(whyOf(await read(host, { signal: AbortSignal.timeout(100) })), 'there was no answer in time');
    assert.ok(Date.now() - began < 2_000);
    assert.equal(whyOf(await read(host, { signal: AbortSignal.abort() })), 'there was no answer in time');
  });

  it('keeps no connection of ours once it was read', async () => {
    const registry = await start();
    assert.equal((await read(registry.host))?.kind, 'known');
    await registry.disconnected();
  }).timeout(2_000); // it would keep one for five seconds

  describe('where nobody may be sent', () => {
    for (const hostOf of ['localhost', '127.0.0.1', '[::ffff:127.0.0.1]', '2130706433', '0x7f.1']) {
      it(`is not asked at ${hostOf}`, async () => {
        const registry = await start();
        const why = whyOf(await read(`${hostOf}:${registry.port}`, { options: { refuses: isLocalAddress } }));
        assert.match(why, IS_REFUSED);
        assert.deepEqual(registry.asked, []);
      });
      it(`is not asked at ${hostOf}, nor over http, when it is insecure`, async () => {
        const registry = await start({ tls: false });
        const { host } = new URL(`http://${hostOf}:${registry.port}`);
        assert.match(
          whyOf(await read(`${hostOf}:${registry.port}`, { insecure: [host], options: { refuses: isLocalAddress } })),
          IS_REFUSED,
        );
        assert.deepEqual(registry.asked, []);
      });
    }
    for (const host of ['169.254.169.254', '[fe80::1]', '0.0.0.0', '[::]', '224.0.0.1', '[::ffff:a9fe:a9fe]']) {
      it(`is not asked at ${host}`, async () =>
        assert.match(whyOf(await read(host, { insecure: [host], options: { refuses: isLocalAddress } })), IS_REFUSED));
    }
  });

  describe('that sends us on', () => {
    /** All of this machine but the one address at which the registry is. */
    const refuses = (address: string) => address !== '127.0.0.1' && isLocalAddress(address);

    it('is followed to another host, without credentials', async () => {
      const storage = await start();
      const registry = await start({
        answers: ({ url = '', headers }, response) => {
          if (headers.authorization === undefined) response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end();
          else if (url.includes('/blobs/'))
            response.writeHead(307, { location: `https://evil:words@127.0.0.1:${storage.port}${url}` }).end();
          else return 'as usual';
          return undefined;
        },
      });
      assert.deepEqual(await read(registry.host, { tag: 'single' }), { kind: 'known', architectures: ['arm64'] });
      assert.deepEqual(
        storage.asked.map(({ authorization }) => authorization),
        [undefined],
      );
      assert.match(registry.asked.at(-1)?.authorization ?? '', /^Basic /);
    });

    it('and back gets no credentials again', async () => {
      const registry: FakeRegistry = await start({
        answers: ({ url = '', headers }, response) => {
          if (url === '/back') return void response.writeHead(404).end();
          if (headers.authorization === undefined) return void response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end();
          return void response.writeHead(302, { location: `https://127.0.0.1:${other.port}/` }).end();
        },
      });
      const other = await start({ answers: redirecting(() => `https://${registry.host}/back`) });
      await read(registry.host);
      assert.deepEqual(
        registry.asked.map(({ path, authorization }) => [path, authorization !== undefined]),
        [
          ['/v2/disks/fedora/manifests/latest', false],
          ['/v2/disks/fedora/manifests/latest', true],
          ['/back', false],
        ],
      );
    });

    it('to who wants credentials gets none for it', async () => {
      const other = await start({
        answers: (_, response) => void response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end(),
      });
      const { host } = await start({ answers: redirecting((url) => `https://127.0.0.1:${other.port}${url}`) });
      assert.equal(whyOf(await read(host)), 'where the registry sends us wants credentials, and gets none');
      assert.deepEqual(
        other.asked.map(({ authorization }) => authorization),
        [undefined],
      );
    });

    const places = [
      'https://169.254.169.254/latest/meta-data',
      'https://127.0.0.2:PORT/',
      'https://[::1]:PORT/',
      'https://[::ffff:127.0.0.2]:PORT/',
      'https://2130706434:PORT/',
      '//169.254.169.254/',
    ];
    for (const place of places) {
      it(`is not followed to ${place}`, async () => {
        const other = await start({ address: '127.0.0.2' });
        const { host, asked } = await start({ answers: redirecting(() => place.replace('PORT', String(other.port))) });
        assert.match(
          whyOf(await read(host.replace('localhost', '127.0.0.1'), { options: { refuses } })),
          /^where the registry sends us is at an address of this machine/,
        );
        assert.deepEqual([asked.length, other.asked], [1, []]);
      });
    }

    const circles: readonly { rule: string; to: (url: string) => string; says: RegExp; requests: number }[] = [
      { rule: 'to itself', to: (url) => url, says: /redirects more than 5 times$/, requests: 6 },
      { rule: 'ever further', to: (url) => `${url}x`, says: /redirects more than 5 times$/, requests: 6 },
      { rule: 'to http', to: () => 'http://localhost:1/', says: /redirects from https to http$/, requests: 1 },
      { rule: 'to a file', to: () => 'file:///etc/passwd', says: /redirects to what is no address$/, requests: 1 },
      { rule: 'to nowhere', to: () => 'https://', says: /redirects to what is no address$/, requests: 1 },
    ];
    for (const { rule, to, says, requests } of circles) {
      it(`${rule} leaves an image unknown`, async () => {
        const { host, asked } = await start({ answers: redirecting(to) });
        assert.match(whyOf(await read(host)), says);
        assert.equal(asked.length, requests);
      });
    }

    it('without saying where leaves an image unknown', async () => {
      const { host } = await start({ answers: (_, response) => void response.writeHead(302).end() });
      assert.equal(whyOf(await read(host)), 'the registry redirects to what is no address');
    });

    it('for a token to an address of this machine is not followed', async () => {
      const other = await start({ address: '127.0.0.2' });
      const challenge = `Bearer realm="https://127.0.0.2:${other.port}/token"`;
      const { port } = await start({ answers: (_, response) => void response.writeHead(401, { 'www-authenticate': challenge }).end() });
      assert.match(
        whyOf(await read(`127.0.0.1:${port}`, { options: { refuses } })),
        /^the registry's token service is at an address of this machine/,
      );
      assert.deepEqual(other.asked, []);
    });
  });

  it('never gets a secret into what is said, whatever it sends back', async () => {
    const statuses = [200, 302, 401, 403, 404, 500];
    for (const status of statuses) {
      const { host } = await start({
        answers: ({ headers }, response) => {
          const echo = headers.authorization ?? PASSWORD;
          const challenge = headers.authorization === undefined ? 'Basic realm="x"' : `Bearer realm="${echo}"`;
          const location = `gopher://${encodeURIComponent(echo)}`;
          response.writeHead(headers.authorization === undefined ? 401 : status, { 'www-authenticate': challenge, location });
          response.end(JSON.stringify({ errors: [{ message: echo }], mediaType: echo, manifests: [{ platform: { architecture: echo } }] }));
          return undefined;
        },
      });
      const said = inspect(await read(host));
      assert.match(said, /unknown/);
      assert.ok(!said.includes('hunter2') && !said.includes('cm9ib3Q6'), said);
    }
  });

  it('with an answer that is packed leaves an image unknown', async () => {
    const { host } = await start({
      answers: (_, response) => void response.writeHead(200, { 'content-encoding': 'gzip' }).end(contentOf('', {}).body.subarray(1)),
    });
    assert.match(whyOf(await read(host)), /not JSON$/);
  });
});
