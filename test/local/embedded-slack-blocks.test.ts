import assert from 'node:assert/strict';
import { CHANNEL, type RunningSlack, startSlack } from '../helpers/embedded-slack.ts';

const mrkdwn = (text: string) => ({ type: 'mrkdwn', text });
const plain = (text: string) => ({ type: 'plain_text', text });
const x = (length: number) => 'x'.repeat(length);
const many = <T>(length: number, item: (index: number) => T) => Array.from({ length }, (_, index) => item(index));

const section = (text: string) => ({ type: 'section', text: mrkdwn(text) });
const button = (more: object = {}) => ({ type: 'button', text: plain('Open'), ...more });
const actions = (...elements: object[]) => ({ type: 'actions', elements });
const option = (more: object = {}) => ({ text: plain('1 h'), value: '1h', ...more });
const rich = (...elements: object[]) => ({ type: 'rich_text', elements });
const richSection = (...elements: object[]) => ({ type: 'rich_text_section', elements });
const preformatted = (text: string) => ({ type: 'rich_text_preformatted', elements: [{ type: 'text', text }] });
const container = (more: object = {}) => ({ type: 'container', title: plain('1'), child_blocks: [section('a')], ...more });
const cell = (text: string) => ({ type: 'raw_text', text });
const table = (...rows: object[][]) => ({ type: 'table', rows });
const image = (more: object = {}) => ({ type: 'image', alt_text: 'a', image_url: 'https://example.com/a.png', ...more });

describe('the blocks of a message', () => {
  let running: RunningSlack;
  before(async () => {
    running = await startSlack();
  });
  beforeEach(() => running.wait(60));
  after(() => running.close());

  /** Nothing when they are taken, else the code and what Slack says is wrong. */
  const refusalOf = async (blocks: readonly object[]): Promise<readonly string[]> => {
    const call = running.client.apiCall('chat.postMessage', { channel: CHANNEL.id, text: 'x', blocks });
    return call.then(
      () => [],
      ({ data }: { data: { error: string; response_metadata: { messages?: string[] } } }) => [
        data.error,
        ...(data.response_metadata.messages ?? []),
      ],
    );
  };

  const taken: Readonly<Record<string, readonly object[]>> = {
    'fifty blocks': many(50, () => ({ type: 'divider' })),
    'a section at its limits': [{ ...section(x(3_000)), block_id: x(255), expand: true, accessory: button() }],
    'ten fields': [{ type: 'section', fields: many(10, () => mrkdwn('a')) }],
    'a field at its limit': [{ type: 'section', fields: [plain(x(2_000))] }],
    'a header and a context': [
      { type: 'header', text: plain(x(150)) },
      { type: 'context', elements: [...many(9, () => mrkdwn('a')), image()] },
    ],
    'buttons at their limits': [
      actions(button({ text: plain(x(75)), action_id: x(255), value: x(2_000), style: 'danger' }), ...many(24, () => button())),
    ],
    'a link button with a question': [
      actions(
        button({
          url: 'https://example.com/a',
          confirm: { title: plain('Sure?'), text: plain('Really'), confirm: plain('Yes'), deny: plain('No') },
        }),
      ),
    ],
    menus: [
      actions(
        { type: 'overflow', action_id: 'o', options: [option()] },
        { type: 'static_select', placeholder: plain('Silence'), options: [option()] },
      ),
    ],
    'a collapsed container': [
      container({
        ...{ is_collapsible: true, default_collapsed: true, width: 'full', subtitle: mrkdwn('b') },
        child_blocks: [rich(preformatted('+ a')), table([cell('a')]), actions(button()), { type: 'divider' }],
      }),
    ],
    'rich text of every kind': [
      rich(
        richSection(
          { type: 'text', text: 'a', style: { bold: true, italic: true, strike: true, code: true } },
          { type: 'link', url: 'https://example.com', text: 'b' },
          { type: 'emoji', name: 'eyes' },
          { type: 'date', timestamp: 1_788_258_727, format: '{time_secs}', fallback: '10:32' },
          { type: 'user', user_id: 'U1' },
          { type: 'broadcast', range: 'here' },
        ),
        { type: 'rich_text_list', style: 'bullet', indent: 1, elements: [richSection({ type: 'text', text: 'c' })] },
        { type: 'rich_text_quote', elements: [{ type: 'text', text: 'd' }] },
        { ...preformatted('e'), border: 1 },
      ),
    ],
    'a table at its limits': [table(...many(100, () => many(20, () => cell('abcd'))))],
    'a table with numbers and rich text': [
      {
        ...table([cell('a'), { type: 'raw_number', value: 5, text: '5' }, rich(richSection({ type: 'text', text: 'b' }))]),
        column_settings: [{ align: 'right' }],
      },
    ],
    'markdown at its limit': [{ type: 'markdown', text: x(12_000) }],
    'as much text as a message holds': [{ type: 'markdown', text: x(10_200) }, section(x(3_000))],
  };
  for (const [what, blocks] of Object.entries(taken)) {
    it(`may be ${what}`, async () => assert.deepEqual(await refusalOf(blocks), []));
  }

  const longer = (at: string, length: number) => `[ERROR] must be less than ${length + 1} characters [json-pointer:${at}]`;
  const more = (at: string, length: number) => `[ERROR] no more than ${length} items allowed [json-pointer:${at}]`;
  const missing = (at: string, field: string) => `[ERROR] missing required field: ${field} [json-pointer:${at}]`;
  const unsupported = (at: string, type: string) => `[ERROR] unsupported type: ${type} [json-pointer:${at}/type]`;

  const refused: Readonly<Record<string, { readonly blocks: readonly object[]; readonly says: string }>> = {
    'fifty-one blocks': { blocks: many(51, () => ({ type: 'divider' })), says: more('/blocks', 50) },
    'a block of no type': { blocks: [{}], says: missing('/blocks/0', 'type') },
    'a block of an unknown type': { blocks: [section('a'), { type: 'sektion' }], says: unsupported('/blocks/1', 'sektion') },
    'a type that every object has': { blocks: [{ type: 'constructor' }], says: unsupported('/blocks/0', 'constructor') },
    'an alert, which is for modals': { blocks: [{ type: 'alert', text: plain('a') }], says: unsupported('/blocks/0', 'alert') },
    'a field that no block has': {
      blocks: [{ ...section('a'), colour: 'red' }],
      says: '[ERROR] invalid additional property: colour [json-pointer:/blocks/0]',
    },
    'a section without text and fields': { blocks: [{ type: 'section' }], says: missing('/blocks/0', 'text or fields') },
    'an empty text': { blocks: [section('')], says: '[ERROR] must be more than 0 characters [json-pointer:/blocks/0/text/text]' },
    'a section of 3001': { blocks: [section(x(3_001))], says: longer('/blocks/0/text/text', 3_000) },
    'eleven fields': { blocks: [{ type: 'section', fields: many(11, () => mrkdwn('a')) }], says: more('/blocks/0/fields', 10) },
    'a field of 2001': { blocks: [{ type: 'section', fields: [mrkdwn(x(2_001))] }], says: longer('/blocks/0/fields/0/text', 2_000) },
    'a header without text': { blocks: [{ type: 'header' }], says: missing('/blocks/0', 'text') },
    'a header of 151': { blocks: [{ type: 'header', text: plain(x(151)) }], says: longer('/blocks/0/text/text', 150) },
    'a header in mrkdwn': { blocks: [{ type: 'header', text: mrkdwn('a') }], says: unsupported('/blocks/0/text', 'mrkdwn') },
    'eleven elements in a context': {
      blocks: [{ type: 'context', elements: many(11, () => mrkdwn('a')) }],
      says: more('/blocks/0/elements', 10),
    },
    'a button in a context': { blocks: [{ type: 'context', elements: [button()] }], says: unsupported('/blocks/0/elements/0', 'button') },
    'no actions': { blocks: [actions()], says: '[ERROR] no less than 1 items allowed [json-pointer:/blocks/0/elements]' },
    'twenty-six buttons': { blocks: [actions(...many(26, () => button()))], says: more('/blocks/0/elements', 25) },
    'a button of 76': { blocks: [actions(button({ text: plain(x(76)) }))], says: longer('/blocks/0/elements/0/text/text', 75) },
    'a button value of 2001': { blocks: [actions(button({ value: x(2_001) }))], says: longer('/blocks/0/elements/0/value', 2_000) },
    'a button address of 3001': {
      blocks: [actions(button({ url: `https://example.com/${x(2_981)}` }))],
      says: longer('/blocks/0/elements/0/url', 3_000),
    },
    'a button to nowhere': {
      blocks: [actions(button({ url: 'runbook' }))],
      says: '[ERROR] must be a valid URL [json-pointer:/blocks/0/elements/0/url]',
    },
    'a button of another style': {
      blocks: [actions(button({ style: 'warning' }))],
      says: '[ERROR] must be one of: primary, danger [json-pointer:/blocks/0/elements/0/style]',
    },
    'an action id twice in a block': {
      blocks: [actions(button({ action_id: 'a' }), button({ action_id: 'a' }))],
      says: '[ERROR] action_id already exists: a [json-pointer:/blocks/0/elements/1/action_id]',
    },
    'six options in an overflow menu': {
      blocks: [actions({ type: 'overflow', options: many(6, () => option()) })],
      says: more('/blocks/0/elements/0/options', 5),
    },
    'an option of 76': {
      blocks: [actions({ type: 'overflow', options: [option({ text: plain(x(76)) })] })],
      says: longer('/blocks/0/elements/0/options/0/text/text', 75),
    },
    'a block id of 256': { blocks: [{ type: 'divider', block_id: x(256) }], says: longer('/blocks/0/block_id', 255) },
    'a block id twice, also inside a container': {
      blocks: [{ type: 'divider', block_id: 'a' }, container({ child_blocks: [{ ...section('a'), block_id: 'a' }] })],
      says: '[ERROR] block_id already exists: a [json-pointer:/blocks/1/child_blocks/0/block_id]',
    },
    'a container without a title': {
      blocks: [{ type: 'container', child_blocks: [section('a')] }],
      says: missing('/blocks/0', 'title or rich_text_title'),
    },
    'a container title of 151': { blocks: [container({ title: plain(x(151)) })], says: longer('/blocks/0/title/text', 150) },
    'eleven blocks in a container': {
      blocks: [container({ child_blocks: many(11, () => section('a')) })],
      says: more('/blocks/0/child_blocks', 10),
    },
    'a container in a container': {
      blocks: [container({ child_blocks: [container()] })],
      says: unsupported('/blocks/0/child_blocks/0', 'container'),
    },
    'markdown in a container': {
      blocks: [container({ child_blocks: [{ type: 'markdown', text: 'a' }] })],
      says: unsupported('/blocks/0/child_blocks/0', 'markdown'),
    },
    'a collapsed container that cannot collapse': {
      blocks: [container({ default_collapsed: true })],
      says: '[ERROR] requires is_collapsible to be true [json-pointer:/blocks/0/default_collapsed]',
    },
    'rich text of an unknown kind': {
      blocks: [rich({ type: 'rich_text_table' })],
      says: unsupported('/blocks/0/elements/0', 'rich_text_table'),
    },
    'an emoji in preformatted text': {
      blocks: [rich({ type: 'rich_text_preformatted', elements: [{ type: 'emoji', name: 'eyes' }] })],
      says: unsupported('/blocks/0/elements/0/elements/0', 'emoji'),
    },
    'mrkdwn in rich text': { blocks: [rich(richSection(mrkdwn('a')))], says: unsupported('/blocks/0/elements/0/elements/0', 'mrkdwn') },
    'a hundred and one rows': { blocks: [table(...many(101, () => [cell('a')]))], says: more('/blocks/0/rows', 100) },
    'twenty-one columns': { blocks: [table(many(21, () => cell('a')))], says: more('/blocks/0/rows/0', 20) },
    'two tables of more than 10,000 characters together': {
      blocks: [table([cell(x(5_000))]), container({ child_blocks: [table([cell(x(5_001))])] })],
      says: '[ERROR] all table blocks must be less than 10001 characters [json-pointer:/blocks]',
    },
    'markdown of 12,001': { blocks: [{ type: 'markdown', text: x(12_001) }], says: longer('/blocks/0/text', 12_000) },
    'two markdown blocks of more than 12,000 together': {
      blocks: many(2, () => ({ type: 'markdown', text: x(6_001) })),
      says: '[ERROR] all markdown blocks must be less than 12001 characters [json-pointer:/blocks]',
    },
    'an image without words for it': {
      blocks: [{ type: 'image', image_url: 'https://example.com' }],
      says: missing('/blocks/0', 'alt_text'),
    },
    'an image from nowhere': {
      blocks: [{ type: 'image', alt_text: 'a' }],
      says: '[ERROR] must have one of: image_url, slack_file [json-pointer:/blocks/0]',
    },
  };
  for (const [what, { blocks, says }] of Object.entries(refused)) {
    it(`may not be ${what}`, async () => {
      const [code, ...messages] = await refusalOf(blocks);
      assert.equal(code, 'invalid_blocks');
      assert.ok(messages.includes(says), messages.join('\n'));
    });
  }

  it('says everything that is wrong at once', async () => {
    const wrong = [section(''), { type: 'header' }];
    assert.equal((await refusalOf(wrong)).length, 3);
  });

  const tooLong: Readonly<Record<string, readonly object[]>> = {
    'too much text over all blocks': [{ type: 'markdown', text: x(10_201) }, section(x(3_000))],
    'text that grows when it is escaped': [rich(preformatted('<'.repeat(3_301)))],
    'headers, which cost more than their text': [...many(49, () => ({ type: 'header', text: plain(x(150)) })), section(x(951))],
  };
  for (const [what, blocks] of Object.entries(tooLong)) {
    it(`may not be ${what}`, async () => assert.deepEqual(await refusalOf(blocks), ['msg_blocks_too_long']));
  }
});
