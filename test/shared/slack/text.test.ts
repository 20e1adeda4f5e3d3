/** Text from outside, made short and safe for Slack. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { clip, escapeMrkdwn, lengthInSlack, namesOf, namesOrCount, shortName, webAddress } from '../../../shared/slack/text.ts';

describe('a clipped text', () => {
  const cases = [
    { what: 'as it is where it fits', text: 'abcde', max: 5, clipped: 'abcde' },
    { what: 'with an ellipsis in the last place', text: 'abcdef', max: 5, clipped: 'abcd…' },
    { what: 'without half a character', text: 'abc😀def', max: 5, clipped: 'abc…' },
    { what: 'counted as Slack does, with entities', text: '<<<', max: 9, clipped: '<<…' },
  ];
  for (const { what, text, max, clipped } of cases) {
    it(`is ${what}`, () => assert.equal(clip(text, max), clipped));
  }

  it('is never longer than asked, escaped, and begins as it did', () =>
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', '&', '<', '😀') }), fc.integer({ min: 1, max: 40 }), (text, max) => {
        const clipped = clip(text, max);
        assert.ok(escapeMrkdwn(clipped).length <= max);
        assert.ok(text.startsWith(clipped.replace(/…$/, '')));
      }),
    ));
});

describe('a name in a sentence', () => {
  const cases = [
    { what: 'itself', name: 'worker-1', shown: 'worker-1' },
    { what: 'no longer than 63 characters', name: 'a'.repeat(64), shown: `${'a'.repeat(62)}…` },
    { what: 'never empty', name: '', shown: '(no name)' },
    { what: 'quoted where it reads like a command', name: 'kubectl patch x', shown: '“kubectl patch x”' },
    { what: 'quoted where it reads like a command of oc', name: '  OC delete x', shown: '“  OC delete x”' },
    { what: 'not quoted where it only begins like one', name: 'octopus', shown: 'octopus' },
  ];
  for (const { what, name, shown } of cases) {
    it(`is ${what}`, () => assert.equal(shortName(name), shown));
  }
});

describe('escaping for mrkdwn', () => {
  it('leaves no mention, no link and no entity of theirs', () =>
    assert.equal(escapeMrkdwn('<!channel> <@U1> <http://x|y> &amp;'), '&lt;!channel&gt; &lt;@U1&gt; &lt;http://x|y&gt; &amp;amp;'));

  it('is what Slack counts', () => assert.equal(lengthInSlack('a<b'), 6));
});

describe('a list of names', () => {
  const names = ['a', 'b\n', ''];
  const cases = [
    { names, shown: 3, text: 'a, b\uFFFD and (no name)' },
    { names, shown: 2, text: 'a, b\uFFFD and 1 more' },
    { names, shown: 1, text: 'a and 2 more' },
    { names: [], shown: 2, text: 'none' },
  ];
  for (const { names: all, shown, text } of cases) {
    it(`is "${text}" for ${all.length} of which ${shown} may be shown`, () => assert.equal(namesOf(all, shown), text));
  }

  it('is a count with its noun where none may be shown', () => assert.equal(namesOrCount(names, 0, 'node'), '3 nodes'));
});

describe('a web address', () => {
  const cases = [
    { what: 'https', address: 'https://example.org/a?b=1&c=2#d', href: 'https://example.org/a?b=1&c=2#d' },
    { what: 'http, with a port', address: 'http://10.0.0.1:9093', href: 'http://10.0.0.1:9093/' },
    { what: 'one that could close a link', address: 'https://example.org/>|<!channel>', href: 'https://example.org/%3E|%3C!channel%3E' },
    { what: 'none', address: undefined, href: undefined },
    { what: 'nothing', address: '', href: undefined },
    { what: 'a path', address: '/graph', href: undefined },
    { what: 'a script', address: 'javascript:alert(1)', href: undefined },
    { what: 'a script behind a line break', address: 'java\nscript:alert(1)', href: undefined },
    { what: 'data', address: 'data:text/html,hello', href: undefined },
    { what: 'a file', address: 'file:///etc/passwd', href: undefined },
    { what: 'a scheme of Slack', address: 'slack://open', href: undefined },
    { what: 'a name and password', address: 'https://user:pass@example.org/', href: undefined },
    { what: 'only a name', address: 'https://good.example.org@evil.example/', href: undefined },
    { what: 'exactly as long as may be', address: `https://a.example/${'a'.repeat(82)}`, href: `https://a.example/${'a'.repeat(82)}` },
    { what: 'longer', address: `https://a.example/${'a'.repeat(83)}`, href: undefined },
    { what: 'longer as Slack counts', address: `https://a.example/?${'&'.repeat(20)}`, href: undefined },
  ];
  for (const { what, address, href } of cases) {
    it(`${href === undefined ? 'refuses' : 'takes'} ${what}`, () => assert.equal(webAddress(address, 100), href));
  }
});
