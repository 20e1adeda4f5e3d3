/** Each link leads somewhere, each page is in the list of the README, and each variable that is named is one. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { allPages, anchorsOf, blocksOf, type Page, REPOSITORY, readPage } from './pages.ts';

const pages = allPages();
const README = readPage('README.md');
/** Of Node and what it is built on, of the tests, and what a person fills in. */
const NOT_OURS = [
  ...['NODE_USE_ENV_PROXY', 'HTTPS_PROXY', 'HTTP_PROXY', 'NO_PROXY', 'NODE_EXTRA_CA_CERTS', 'MALLOC_ARENA_MAX'],
  ...['KUBEBUILDER_ASSETS', 'ARCHWATCH_SHARED', 'YOUR_IMAGE_WITH_CURL'],
];
/** What tools make. */
const IGNORED = readPage('.gitignore')
  .text.split('\n')
  .map((line) => line.replace(/^\//, ''));
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

describe('the commands of the pages', () => {
  for (const page of pages) {
    it(`${page.path}: no comment stands in a block, for an interactive zsh takes it for arguments`, () =>
      assert.deepEqual(blocksOf(page).flatMap(linesOf).filter(hasComment), []));

    it(`${page.path}: what reads the terminal ends its block, for it would read the lines that are pasted after it`, () => {
      const before = blocksOf(page).flatMap((block) => commandsOf(block).slice(0, -1));
      assert.deepEqual(before.filter(readsTerminal), []);
    });
  }

  it('are found at all', () => assert.ok(pages.flatMap((page) => blocksOf(page)).length > 30));

  it('would be met with a comment, or before others', () => {
    for (const line of ['kubectl get ksvc  # all READY?', '# first', '  # first']) assert.ok(hasComment(line), line);
    assert.ok(!hasComment("kubectl get x -o jsonpath='{#}'"));
    const typed = pages
      .flatMap((page) => blocksOf(page))
      .flatMap(commandsOf)
      .filter(readsTerminal);
    assert.equal(typed.length, 10);
  });
});

describe('the code map of the README', () => {
  const map = README.text.split('## Where things are')[1]?.split('## ')[0] ?? '';
  const rows = [...map.matchAll(/^\| `([^`]+\/)` \| \S/gm)].map(([, folder = '']) => folder);

  it('is found at all', () => assert.ok(rows.includes('functions/')));

  it('has a row for each folder that is kept in the repository, but hidden ones', () => {
    const folders = foldersIn('').filter((folder) => !folder.startsWith('.') && !IGNORED.includes(folder));
    assert.deepEqual(
      folders.filter((folder) => !rows.includes(folder)),
      [],
    );
  });

  it('has a row for each room of shared/', () => {
    assert.deepEqual(
      foldersIn('shared/').filter((folder) => !rows.includes(folder)),
      [],
    );
  });

  it('has no row of what is not there, and none twice', () => {
    assert.deepEqual(
      rows.filter((folder, index) => !existsSync(new URL(folder, REPOSITORY)) || rows.indexOf(folder) !== index),
      [],
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

function hasComment(line: string): boolean {
  return /(?:^|\s)#/.test(line);
}

/** A pipe goes on in the next line. */
function commandsOf(block: string): readonly string[] {
  return linesOf(block.replaceAll(/\|\n\s*/g, '| '));
}

function linesOf(block: string): readonly string[] {
  return block.trimEnd().split('\n');
}

/** A secret that nothing hands to it, or an editor. */
function readsTerminal(command: string): boolean {
  return /^kubectl create secret .*\/dev\/stdin|^(?:kubectl|oc) edit |^\$EDITOR /.test(command);
}

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

/** `shared/http/`, for example. */
function foldersIn(parent: string): readonly string[] {
  const entries = readdirSync(new URL(parent, REPOSITORY), { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => `${parent}${name}/`);
}

function namesIn(file: string, pattern: RegExp): ReadonlySet<string> {
  return new Set([...readFileSync(new URL(file, REPOSITORY), 'utf8').matchAll(pattern)].map(([, name = '']) => name));
}
