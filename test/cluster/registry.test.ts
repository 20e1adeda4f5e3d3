/** What is read of images in Debian's own registry: each kind, as the tools of the field push it. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { inspect } from 'node:util';
import type { ImageSource } from '../../shared/golden-images/image.ts';
import { isLocalAddress } from '../../shared/registry/addresses.ts';
import { createImages, type ImagesOptions } from '../../shared/registry/images.ts';
import { attestation, type Content, type Format, imageList, type Listed, listedImages, singleImage } from '../helpers/images.ts';
import { accessWith } from '../helpers/registry.ts';
import { BASIC, type Registry, ROBOT, startRegistry } from './servers/registry.ts';
import { startTokenService, type TokenService } from './servers/token-service.ts';

const REPOSITORY = 'containerdisks/fedora';
const MIXED = [
  { architecture: 's390x', os: 'linux' },
  { architecture: 'amd64', os: 'linux' },
  { architecture: 'arm', os: 'linux', variant: 'v6' },
  { architecture: 'arm', os: 'linux', variant: 'v7' },
  { architecture: 'arm64', os: 'windows' },
];
const ARCHITECTURES = ['amd64', 'arm', 's390x'];

/** Pushes every kind; gives what each reference must be read as. */
async function pushAll({ push, pushImage }: Registry): Promise<ReadonlyMap<string, readonly string[]>> {
  const expected = new Map<string, readonly string[]>();
  const pushList = async (tag: string, format: Format, listed: readonly Listed[], architectures: readonly string[]) => {
    for (const { image } of listed) await pushImage(image);
    await pushTagged(tag, imageList(format, listed), architectures);
  };
  const pushTagged = async (tag: string, manifest: Content, architectures: readonly string[]) => {
    await push(manifest, tag);
    for (const reference of [`:${tag}`, `@${manifest.digest}`, `:none@${manifest.digest}`]) expected.set(reference, architectures);
  };
  for (const format of ['oci', 'docker'] as const) {
    await pushList(`${format}-list`, format, listedImages(format, MIXED), ARCHITECTURES);
    const image = singleImage(format, { architecture: 'arm64', os: 'linux' });
    await pushImage(image);
    await pushTagged(`${format}-single`, image.manifest, ['arm64']);
  }
  const [first, ...others] = listedImages('oci', MIXED);
  assert.ok(first);
  await pushList('built', 'oci', [first, ...others, attestation(first.image)], ARCHITECTURES);
  return expected;
}

interface Asking extends Partial<ImagesOptions> {
  readonly password?: string;
  readonly insecure?: readonly string[];
}

describe('the images of a real registry', () => {
  let registries: Readonly<Record<'plain' | 'guarded' | 'tokens', Registry>>;
  let tokenService: TokenService;
  let expected: ReadonlyMap<string, readonly string[]>;
  let certificate: string;
  before(async () => {
    certificate = await readFile(new URL('../fixtures/tls/localhost.pem', import.meta.url), 'utf8');
    tokenService = await startTokenService(BASIC);
    const [plain, guarded, tokens] = await Promise.all([
      startRegistry('open', REPOSITORY),
      startRegistry('password', REPOSITORY),
      startRegistry(tokenService, REPOSITORY),
    ]);
    registries = { plain, guarded, tokens };
    [expected = new Map()] = await Promise.all(Object.values(registries).map(pushAll));
  });
  after(() => Promise.all([...Object.values(registries), tokenService].map(({ stop }) => stop())));

  const sourceOf = (host: string, reference: string): ImageSource => ({
    kind: 'registry',
    url: `docker://${host}/${REPOSITORY}${reference}`,
    namespace: 'images',
    secretRef: 'robot',
    certConfigMap: 'authority',
  });
  const read = (sources: ReadonlyMap<string, ImageSource>, { password = ROBOT.password, insecure = [], ...options }: Asking = {}) => {
    const access = accessWith({
      credentials: async () => ({ ok: true, value: { ...ROBOT, password } }),
      certificates: async () => ({ ok: true, value: [certificate] }),
    });
    const images = createImages({ now: () => new Date(), refuses: () => false, ...options });
    return images.read(sources, insecure, access, AbortSignal.timeout(10_000));
  };

  for (const { name, at } of [
    { name: 'in plain http', at: 'plain' },
    { name: 'with TLS and a password', at: 'guarded' },
    { name: 'with TLS and tokens for a password', at: 'tokens' },
  ] as const) {
    it(`${name} are read as what they are: lists and single ones, OCI's and Docker's, by tag and by digest`, async () => {
      const { host } = registries[at];
      const sources = new Map([...expected.keys()].map((reference) => [reference, sourceOf(host, reference)]));
      const readings = await read(sources, { insecure: at === 'plain' ? [host] : [] });
      assert.equal(expected.size, 15);
      assert.deepEqual(readings, new Map([...expected].map(([reference, architectures]) => [reference, { kind: 'known', architectures }])));
    });
  }

  const unknown: readonly { rule: string; at: keyof typeof registries; reference?: string; asking?: Asking; why: RegExp }[] = [
    {
      rule: 'with a wrong password',
      at: 'guarded',
      asking: { password: 'not-beep' },
      why: /^the registry does not let us in \(401\)$/,
    },
    {
      rule: 'with a wrong password for a token',
      at: 'tokens',
      asking: { password: 'not-beep' },
      why: /^the registry's token service answered 401$/,
    },
    { rule: 'with a tag that is not there', at: 'guarded', reference: ':none', why: /^the registry does not have this image \(404\)$/ },
    { rule: 'in plain http that the CR does not allow', at: 'plain', why: /^the registry does not speak TLS/ },
    { rule: 'at an address of this machine', at: 'guarded', asking: { refuses: isLocalAddress }, why: /address of this machine/ },
  ];
  for (const { rule, at, reference = ':oci-list', asking = {}, why } of unknown) {
    it(`${rule} are unknown, and why is said without the password`, async () => {
      const reading = (await read(new Map([['t', sourceOf(registries[at].host, reference)]]), asking)).get('t');
      assert.ok(reading?.kind === 'unknown');
      assert.match(reading.why, why);
      assert.ok(!inspect(reading).includes('beep'));
    });
  }
});
