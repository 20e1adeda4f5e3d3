/** What pages quote of archwatch's own words is what archwatch says. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { VERDICTS } from '../../shared/golden-images/verdict.ts';
import { anchorsOf, type Page, REPOSITORY, readPage } from './pages.ts';

const troubleshooting = readPage('docs/troubleshooting.md');
const messages = readPage('docs/messages.md');

describe('the words that a page quotes', () => {
  const code = sourceOf(['shared', 'functions', 'local/check']);
  /** Left out is what stands for something else. */
  const isSaid = (words: string) => partsOf(words).every((part) => code.includes(part));

  for (const page of [troubleshooting, messages]) {
    it(`are said: ${page.path}`, () => {
      const quoted = quotesOf(page);
      assert.ok(quoted.length >= 10);
      assert.deepEqual(
        quoted.filter((words) => !isSaid(words)),
        [],
      );
    });
  }

  it('would be missed if nobody said them', () => assert.equal(isSaid('answered 503, so that … it never comes again'), false));
});

describe('the page for trouble', () => {
  it('names Slack’s errors as our client of Slack knows them', () => {
    const rows = [...troubleshooting.text.matchAll(/^\| ((?:`[a-z_]+`(?:, )?)+) \|/gm)].flatMap(([, names = '']) => names.split(', '));
    const names = rows.map((name) => name.replaceAll('`', ''));
    assert.ok(names.length >= 8);
    const known = readFileSync(new URL('shared/slack/refusal.ts', REPOSITORY), 'utf8');
    assert.deepEqual(
      names.filter((name) => !known.includes(`'${name}'`)),
      [],
    );
  });

  it('has each symptom in its list', () => {
    const listed = [...troubleshooting.text.matchAll(/\]\(#([^)]+)\)/g)].map(([, anchor = '']) => anchor);
    assert.deepEqual(
      anchorsOf(troubleshooting)
        .slice(1)
        .filter((anchor) => !listed.includes(anchor)),
      [],
    );
  });
});

describe('the page of messages', () => {
  it('has a row for each verdict, with the sign that its message begins with', () => {
    const rows = [...messages.text.matchAll(/^\| `([a-z-]+)` \| (\S+) \|/gmu)].map(([, verdict = '', sign = '']) => [verdict, sign]);
    assert.deepEqual(rows.map(([verdict]) => verdict).sort(), VERDICTS.toSorted());
    const headline = readFileSync(new URL('shared/slack/headline.ts', REPOSITORY), 'utf8');
    const lines = headline.slice(headline.indexOf('const LINES'), headline.indexOf('};\n', headline.indexOf('const LINES')));
    for (const [verdict, sign] of rows) assert.match(lines, new RegExp(`${verdict}'?: \\{\\s*sign: '${sign}'`, 'u'));
  });
});

function quotesOf({ text }: Page): readonly string[] {
  return [...text.matchAll(/“([^”]+)”/g)].map(([, words = '']) => words).filter((words) => words !== 'quotation marks');
}

function partsOf(words: string): readonly string[] {
  const parts = words.split('…').map((part) => part.trim().replaceAll(/^[,:]\s*|[,:]$/g, ''));
  return parts.filter((part) => part !== '');
}

function sourceOf(folders: readonly string[]): string {
  const files = folders.flatMap((folder) => {
    const root = new URL(`${folder}/`, REPOSITORY);
    return readdirSync(fileURLToPath(root), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => readFileSync(new URL(name, root), 'utf8'));
  });
  return files.join('\n').replaceAll("\\'", "'");
}
