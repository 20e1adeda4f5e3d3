/** Each link leads somewhere, each page is in the list of the README, and each variable that is named is one. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { allPages, anchorsOf, type Page, REPOSITORY, readPage } from './pages.ts';

const pages = allPages();
const README = readPage('README.md');
/** Of Kubernetes' tools and OpenTelemetry, of the tests, and words in capitals of what a person fills in. */
const NOT_OURS = ['KUBEBUILDER_ASSETS', 'ARCHWATCH_SHARED', 'YOUR_IMAGE_WITH_CURL', 'MALLOC_ARENA_MAX'];
/** Said beside the variable whose file is for a deployment. */
const LOCAL_ONLY = ['SLACK_BOT_TOKEN', 'SLACK_SIGNING_SECRET'];

describe('the pages', () => {
  it('are found at all', () => assert.ok(pages.length >= 10));

  for (const page of pages) {
    it(`${page.path}: each link leads somewhere`, () =>
      assert.deepEqual(
        linksOf(page).filter((link) => !leadsSomewhere(page, link)),
        [],
      ));

    it(`${page.path}: each file that it names is there`, () => {
      const named = [...page.text.matchAll(/`((?:knative|shared|functions|local|test|docs)\/[-\w./]*[\w/])`/g)].map(
        ([, file = '']) => file,
      );
      assert.deepEqual(
        named.filter((file) => !file.includes('prod-') && !existsSync(new URL(file, REPOSITORY))),
        [],
      );
    });
  }

  it('would miss a link to what is not there', () => {
    for (const link of ['nowhere.md', 'install.md#nowhere', '#nowhere', '../nowhere/'])
      assert.equal(leadsSomewhere(readPage('docs/reliability.md'), link), false, link);
    assert.equal(leadsSomewhere(readPage('docs/reliability.md'), 'install.md#what-must-be-there'), true);
  });

  it('are all in the list of the README, each once, with whom it is for', () => {
    const listed = [...README.text.matchAll(/^\| \[[^\]]+\]\((docs\/[^)#]+)\) \| \S/gm)].map(([, path = '']) => path);
    const runbooks = (path: string) => path.startsWith('docs/runbooks/');
    assert.deepEqual(
      listed.toSorted(),
      pages.map(({ path }) => path).filter((path) => path !== 'README.md' && !runbooks(path)),
    );
  });
});

describe('the variables that the pages name', () => {
  const settings = namesIn('shared/settings.ts', /'([A-Z][A-Z0-9_]+)'/g);
  const others = new Set([
    ...['knative/base/settings.env', 'knative/overlays/openshift-cnv/settings.env'].flatMap((file) => [
      ...namesIn(file, /^([A-Z][A-Z0-9_]+)=/gm),
    ]),
    ...NOT_OURS,
  ]);

  it('are found at all', () => assert.ok(settings.size > 20 && settings.has('CLUSTER_NAME')));

  for (const page of pages) {
    it(`are variables: ${page.path}`, () => {
      const named = [...page.text.matchAll(/(?<![\w$/{-])([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)(?![\w-])/g)].map(([, name = '']) => name);
      assert.deepEqual(
        [...new Set(named)].filter((name) => !settings.has(name) && !others.has(name) && !name.startsWith('OTEL_')),
        [],
      );
    });
  }

  it('are all in the table of the README, and in no line twice', () => {
    const rows = [...README.text.matchAll(/^\| ((?:`[A-Z][A-Z0-9_]+`(?:, )?)+) \|/gm)].flatMap(([, names = '']) => names.split(', '));
    const inTable = rows.map((name) => name.replaceAll('`', ''));
    assert.deepEqual(inTable.toSorted(), [...new Set(inTable)].sort());
    assert.deepEqual(
      [...settings].filter((name) => !inTable.includes(name) && !LOCAL_ONLY.includes(name)),
      [],
    );
  });
});

/** Links that stay in the repository, without those in code. */
function linksOf({ text }: Page): readonly string[] {
  const prose = text.replaceAll(/^```[\s\S]*?^```$/gm, '');
  const links = [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
  return links.filter((target) => !/^[a-z]+:/.test(target));
}

function leadsSomewhere({ path }: Page, link: string): boolean {
  const [file = '', anchor] = link.split('#');
  const target = new URL(file === '' ? path : new URL(file, new URL(path, 'file:///')).pathname.slice(1), REPOSITORY);
  if (!existsSync(target)) return false;
  if (anchor === undefined) return true;
  return anchorsOf({ path, text: readFileSync(target, 'utf8') }).includes(anchor);
}

function namesIn(file: string, pattern: RegExp): ReadonlySet<string> {
  return new Set([...readFileSync(new URL(file, REPOSITORY), 'utf8').matchAll(pattern)].map(([, name = '']) => name));
}
