import assert from 'node:assert/strict';
import fc from 'fast-check';
import { renderBlocks } from '../../local/channel-page/blocks.ts';
import { formatDate } from '../../local/channel-page/dates.ts';
import { renderMrkdwn } from '../../local/channel-page/mrkdwn.ts';
import type { MessageBlock } from '../../local/embedded-slack/block-schemas.ts';
import { parseBlocks } from '../../local/embedded-slack/message-content.ts';

const NOW = Date.UTC(2026, 8, 1, 10, 32, 7) / 1_000;
const view = { now: new Date(NOW * 1_000), timeZone: 'UTC' };

const a = (url: string, label: string) => `<a href="${url}" target="_blank" rel="noopener noreferrer">${label}</a>`;
const mention = (name: string) => `<span class="mention">${name}</span>`;
const timed = (iso: string, words: string) => `<time datetime="${iso}" title="${iso}">${words}</time>`;

describe('mrkdwn', () => {
  const cases: readonly { readonly what: string; readonly from: string; readonly to: string }[] = [
    { what: 'bold', from: 'a *b c* d', to: 'a <strong>b c</strong> d' },
    { what: 'italic', from: '_a_, b', to: '<em>a</em>, b' },
    { what: 'struck out', from: '~a~', to: '<s>a</s>' },
    { what: 'styles within styles', from: '*a _b_*', to: '<strong>a <em>b</em></strong>' },
    { what: 'code, without styles in it', from: '`a *b* c`', to: '<code>a *b* c</code>' },
    { what: 'a fence, without styles in it', from: 'a\n```\n*b*\n  c\n```\nd', to: 'a\n<pre class="fence">*b*\n  c</pre>d' },
    { what: 'names with underscores, left alone', from: 'a_b_c and 2*3*4', to: 'a_b_c and 2*3*4' },
    { what: 'stars around spaces, left alone', from: '* a * b', to: '* a * b' },
    {
      what: 'a link',
      from: '<https://example.com/?a=1&amp;b=2>',
      to: a('https://example.com/?a=1&amp;b=2', 'https://example.com/?a=1&amp;b=2'),
    },
    {
      what: 'a link with a label',
      from: '*<https://example.com|a &lt; b>*',
      to: `<strong>${a('https://example.com', 'a &lt; b')}</strong>`,
    },
    { what: 'a link that may not be opened', from: '<javascript:alert(1)|click>', to: '<span class="unsafe-link">click</span>' },
    { what: 'mentions', from: '<@U123> <#C1|alerts> <!here>', to: `${mention('@U123')} ${mention('#alerts')} ${mention('@here')}` },
    { what: 'a group', from: '<!subteam^S1|@oncall>', to: mention('@@oncall') },
    { what: 'a date', from: `<!date^${NOW}^at {time_secs}|soon>`, to: timed('2026-09-01T10:32:07.000Z', 'at 10:32:07') },
    {
      what: 'a date with a link',
      from: `<!date^${NOW}^{time}^https://example.com|soon>`,
      to: a('https://example.com', timed('2026-09-01T10:32:07.000Z', '10:32')),
    },
    { what: 'a date that is none', from: '<!date^soon^{time}|later>', to: 'later' },
    {
      what: 'emoji that carry a state, drawn',
      from: ':large_green_circle: 🟠',
      to: '<span class="emoji green">🟢</span> <span class="emoji orange">🟠</span>',
    },
    { what: 'what only looks like emoji', from: '10:32:07 :nonsense:', to: '10:32:07 :nonsense:' },
    { what: 'a quote', from: 'a\n&gt; b\n&gt; c\nd', to: 'a<blockquote>b\nc</blockquote>d' },
    { what: 'what was escaped', from: '5 &lt; 6 &amp;&amp; "7"', to: '5 &lt; 6 &amp;&amp; &quot;7&quot;' },
    {
      what: 'what was not',
      from: '<b>a</b> & "c"',
      to: '<span class="unsafe-link">b</span>a<span class="unsafe-link">/b</span> &amp; &quot;c&quot;',
    },
  ];
  for (const { what, from, to } of cases) {
    it(`shows ${what}`, () => assert.equal(renderMrkdwn(from, view).html, to));
  }
});

describe('a date template', () => {
  const cases = [
    { template: '{date_num} {time}', words: '2026-09-01 10:32' },
    { template: '{date_slash}', words: '01/09/2026' },
    { template: '{date}', words: '1 September' },
    { template: '{date_long_full}', words: '1 September 2026' },
    { template: '{date_short_pretty} at {time_secs}', words: 'Today at 10:32:07' },
    { template: '{date_pretty}', seconds: NOW - 86_400, words: 'Yesterday' },
    { template: '{date_short_pretty}', seconds: NOW - 3 * 86_400, words: '29 Aug 2026' },
    { template: '{ago}', seconds: NOW - 190, words: '3 minutes ago' },
    { template: '{ago}', seconds: NOW + 7_300, words: 'in 2 hours' },
    { template: '{toString} {nothing}', words: '{toString} {nothing}' },
  ];
  for (const { template, seconds = NOW, words } of cases) {
    it(`${template} is "${words}"`, () => assert.equal(formatDate(seconds, template, view), words));
  }

  it('follows the time zone of who looks', () => {
    assert.equal(formatDate(NOW, '{date_num} {time}', { ...view, timeZone: 'Pacific/Auckland' }), '2026-09-01 22:32');
  });

  it('has no words for a time that is none', () => assert.equal(formatDate(Number.NaN, '{time}', view), undefined));
});

/** Only blocks that the embedded Slack takes are rendered. */
const render = (...blocks: readonly object[]) => renderBlocks(parseBlocks(blocks), view).html;
const mrkdwn = (text: string) => ({ type: 'mrkdwn', text });
const plain = (text: string) => ({ type: 'plain_text', text });
const rich = (...elements: readonly object[]) => ({ type: 'rich_text', elements });
const paragraph = (...elements: readonly object[]) => ({ type: 'rich_text_section', elements });
const block = (inner: string) => `<div class="block">${inner}</div>`;
const richText = (inner: string) => block(`<div class="rich-text">${inner}</div>`);

describe('a block', () => {
  const cases: readonly { readonly what: string; readonly blocks: readonly object[]; readonly to: string }[] = [
    { what: 'header', blocks: [{ type: 'header', text: plain('*a* :eyes:') }], to: block('<h3 class="header">*a* 👀</h3>') },
    { what: 'divider', blocks: [{ type: 'divider' }], to: block('<hr>') },
    {
      what: 'section with text and fields',
      blocks: [{ type: 'section', text: mrkdwn('*a*'), fields: [mrkdwn('b'), plain('*c*')] }],
      to: block(
        '<div class="section"><div class="section-text"><div class="text"><strong>a</strong></div>' +
          '<div class="fields"><div class="text">b</div><div class="text">*c*</div></div></div></div>',
      ),
    },
    {
      what: 'context',
      blocks: [{ type: 'context', elements: [mrkdwn('_a_')] }],
      to: block('<div class="context"><span class="text"><em>a</em></span></div>'),
    },
    {
      what: 'link button, which opens',
      blocks: [{ type: 'actions', elements: [{ type: 'button', text: plain('Open'), url: 'https://example.com', style: 'primary' }] }],
      to: block(
        '<div class="actions"><a class="button primary" href="https://example.com" target="_blank" rel="noopener noreferrer" aria-label="Open">Open</a></div>',
      ),
    },
    {
      what: 'markdown, as it was sent',
      blocks: [{ type: 'markdown', text: '# a\n<b>' }],
      to: block('<pre class="markdown"># a\n&lt;b&gt;</pre>'),
    },
    {
      what: 'rich text with styles',
      blocks: [
        rich(paragraph({ type: 'text', text: 'a', style: { bold: true, code: true } }, { type: 'link', url: 'https://example.com' })),
      ],
      to: richText(`<p><strong><code>a</code></strong>${a('https://example.com', 'https://example.com')}</p>`),
    },
    {
      what: 'rich text with a date and an emoji',
      blocks: [rich(paragraph({ type: 'date', timestamp: NOW, format: '{time}' }, { type: 'emoji', name: 'heart', unicode: '2764' }))],
      to: richText(`<p>${timed('2026-09-01T10:32:07.000Z', '10:32')}❤</p>`),
    },
    {
      what: 'list within a list',
      blocks: [rich({ type: 'rich_text_list', style: 'ordered', indent: 1, elements: [paragraph({ type: 'text', text: 'a' })] })],
      to: richText('<ol class="indent-1"><li>a</li></ol>'),
    },
    {
      what: 'diff in colours',
      blocks: [rich({ type: 'rich_text_preformatted', border: 1, elements: [{ type: 'text', text: ' a\n+b\n-c' }] })],
      to: richText(
        '<pre class="code bordered diff"><span class="diff-same"> a\n</span><span class="diff-added">+b\n</span><span class="diff-removed">-c\n</span></pre>',
      ),
    },
    {
      what: 'list in YAML without colours',
      blocks: [rich({ type: 'rich_text_preformatted', elements: [{ type: 'text', text: 'a:\n- b' }] })],
      to: richText('<pre class="code">a:\n- b</pre>'),
    },
    {
      what: 'table with a head and aligned columns',
      blocks: [
        {
          type: 'table',
          rows: [[{ type: 'raw_text', text: 'a' }], [{ type: 'raw_number', value: 5, text: '5' }]],
          column_settings: [{ align: 'right' }],
        },
      ],
      to: block(
        '<div class="table"><table><thead><tr><th scope="col" class="right">a</th></tr></thead><tbody><tr><td class="right">5</td></tr></tbody></table></div>',
      ),
    },
    {
      what: 'image, which nobody fetches',
      blocks: [{ type: 'image', alt_text: 'a cat', image_url: 'https://example.com/a.png' }],
      to: block('<figure class="image"><div class="placeholder" role="img" aria-label="a cat">a cat</div></figure>'),
    },
  ];
  for (const { what, blocks, to } of cases) {
    it(`shows a ${what}`, () => assert.equal(render(...blocks), to));
  }

  const confirm = { title: plain('Sure?'), text: plain('<For> all'), confirm: plain('Yes'), deny: plain('No') };

  it('shows a button with an id as one that works, with what it asks first', () => {
    const button = { type: 'button', text: plain('Acknowledge'), action_id: 'a"b', accessibility_label: 'Acknowledge it' };
    assert.match(
      render({ type: 'actions', elements: [button] }),
      /<button type="button" class="button " data-action="a&quot;b" aria-label="Acknowledge it">Acknowledge<\/button>/,
    );
    const asks = / data-action="c" data-ask="&lt;For&gt; all" data-title="Sure\?" data-yes="Yes" data-no="No" /;
    assert.match(render({ type: 'actions', elements: [{ ...button, action_id: 'c', confirm }] }), asks);
    const usual = { text: plain('Really') };
    assert.match(
      render({ type: 'actions', elements: [{ ...button, confirm: usual }] }),
      / data-ask="Really" data-title="Are you sure\?" data-yes="Yes" data-no="Cancel" /,
    );
  });

  it('shows a menu with an id as one that opens, each option with what it asks first', () => {
    const options = [
      { text: plain('1 hour'), value: '1h' },
      { text: plain('1 day'), value: '1d' },
    ];
    const menu = { type: 'static_select', action_id: 's', placeholder: plain('Silence'), options, confirm };
    const shown = render({ type: 'actions', elements: [menu] });
    assert.match(shown, /<details class="menu" data-key="menu-s"><summary class="button">Silence <span class="caret">▾<\/span><\/summary>/);
    assert.deepEqual(
      [...shown.matchAll(/data-action="s" data-option="(\w+)" data-ask="[^"]+"[^>]*>([^<]+)</g)].map(([, value, text]) => [value, text]),
      [
        ['1h', '1 hour'],
        ['1d', '1 day'],
      ],
    );
  });

  it('shows a button without an id as one that does not do it here', () => {
    const shown = render({ type: 'actions', elements: [{ type: 'button', text: plain('Acknowledge'), value: 'a' }] });
    assert.match(shown, /<button type="button" class="button " disabled [^>]*>Acknowledge<\/button>/);
  });

  const container = { type: 'container', title: plain('1'), child_blocks: [{ type: 'divider' }] };
  for (const { what, more, shown } of [
    {
      what: 'a folded container folded',
      more: { is_collapsible: true, default_collapsed: true },
      shown: '<details class="container"><summary',
    },
    { what: 'an unfolded container open', more: { is_collapsible: true }, shown: '<details class="container" open><summary' },
    { what: 'any other container as a box', more: {}, shown: '<section class="container"><div' },
  ]) {
    it(`shows ${what}`, () => assert.ok(render({ ...container, ...more }).startsWith(`<div class="block">${shown}`)));
  }
});

/** Every tag that the renderer writes, attribute by attribute; an address only to the web or to a mailbox. */
const NAMES =
  'a|blockquote|button|code|details|div|em|figcaption|figure|h3|hr|li|ol|p|pre|s|section|span|strong|summary|table|tbody|td|th|thead|time|tr|u|ul';
const ATTRIBUTE =
  '(?:class|rel|target|title|datetime|role|scope|aria-label|data-(?:action|option|ask|title|yes|no|key))="[^"<>]*"|href="(?:https?:|mailto:)[^"<>]*"|type="button"|open|disabled';
const OUR_TAGS = new RegExp(`</(?:${NAMES})>|<(?:${NAMES})(?: (?:${ATTRIBUTE}))*>`, 'gi');

describe('hostile text', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      '<script>alert(1)</script>',
      '"><img src=x onerror=alert(1)>',
      "' onmouseover='x",
      '&lt;b&gt;',
      '&amp;lt;b&gt;',
      '<',
      '>',
      '"',
    ),
    fc.constantFrom(
      '<javascript:alert(1)|x>',
      '<https://e.com/"onclick="x|y>',
      '<https://e.com|',
      '<!date^1^"><b>{time}|<i>>',
      '<@U"><b>',
      '<!subteam^',
    ),
    fc.constantFrom('```', '`', '*', '_', '~', '\n', '\n> ', ':eyes:', ':<b>:', '|', '^', '\n+', '\n-', ' ', '\u0000', '\u2028'),
    fc.string({ unit: 'grapheme', maxLength: 8 }),
  );
  const text = fc.array(piece, { minLength: 1, maxLength: 12 }).map((pieces) => `x${pieces.join('')}`.slice(0, 70));
  const address = fc.oneof(fc.constantFrom('javascript:alert(1)', 'data:text/html,<b>', 'https://e.com/"><b>'), fc.webUrl());

  const everywhere = (one: string, url: string): readonly object[] => [
    { type: 'section', text: mrkdwn(one), fields: [plain(one)], accessory: { type: 'image', image_url: 'https://e.com', alt_text: one } },
    { type: 'header', text: plain(one) },
    { type: 'context', elements: [mrkdwn(one)] },
    {
      type: 'actions',
      elements: [
        { type: 'button', text: plain(one), url, accessibility_label: one },
        { type: 'button', text: plain(one) },
        { type: 'button', text: plain(one), action_id: `a${one}`, confirm: { title: plain(one), text: mrkdwn(one) } },
        { type: 'static_select', action_id: `b${one}`, options: [{ text: plain(one), value: one }], confirm: { text: plain(one) } },
        { type: 'overflow', options: [{ text: plain(one), value: 'a' }] },
        { type: 'static_select', placeholder: plain(one), options: [{ text: plain(one), value: 'a' }] },
      ],
    },
    { type: 'image', image_url: 'https://e.com', alt_text: one, title: plain(one) },
    { type: 'markdown', text: one },
    { type: 'table', rows: [[{ type: 'raw_text', text: one }], [{ type: 'raw_number', value: 1, text: one }]] },
    rich(
      paragraph(
        { type: 'text', text: one, style: { code: true } },
        { type: 'link', url, text: one },
        { type: 'emoji', name: one, unicode: one },
        { type: 'date', timestamp: 1, format: one, url, fallback: one },
        { type: 'user', user_id: one },
      ),
      { type: 'rich_text_preformatted', elements: [{ type: 'text', text: one }] },
      { type: 'rich_text_preformatted', elements: [{ type: 'text', text: `+${one}` }] },
      { type: 'rich_text_quote', elements: [{ type: 'text', text: one }] },
    ),
    {
      type: 'container',
      title: plain(one),
      subtitle: mrkdwn(one),
      is_collapsible: true,
      child_blocks: [{ type: 'section', text: mrkdwn(one) }],
    },
  ];

  it('never becomes a tag or an attribute, wherever it stands', () => {
    fc.assert(
      fc.property(text, address, (one, url) => {
        const blocks: readonly MessageBlock[] = parseBlocks(everywhere(one, url));
        const left = renderBlocks(blocks, view).html.replaceAll(OUR_TAGS, '');
        assert.doesNotMatch(left, /[<>"]/);
      }),
      { numRuns: 300 },
    );
  });
});
