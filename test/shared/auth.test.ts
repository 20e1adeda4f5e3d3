import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createBearerCheck, readSecret, readTokens } from '../../shared/auth.ts';
import { UnauthorizedError } from '../../shared/http/route.ts';

describe('secrets in files', () => {
  let folder: string;
  let file: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'archwatch-auth-'));
    file = join(folder, 'tokens');
  });
  after(() => rm(folder, { recursive: true }));
  const callWith = (authorization: string | undefined, from = file) =>
    createBearerCheck(from)(authorization === undefined ? {} : { authorization });

  describe('a bearer token', () => {
    const cases = [
      { when: 'it is the one in the file', content: 'one\n', header: 'Bearer one', isIn: true },
      { when: 'it is either of two during a rotation: the old', content: 'old\nnew\n', header: 'Bearer old', isIn: true },
      { when: 'it is either of two during a rotation: the new', content: 'old\nnew\n', header: 'Bearer new', isIn: true },
      { when: 'the file ends without a line break', content: 'one', header: 'Bearer one', isIn: true },
      { when: 'the file has Windows line ends and empty lines', content: '\r\none\r\n\r\ntwo\r\n', header: 'Bearer two', isIn: true },
      { when: 'the scheme is written otherwise', content: 'one', header: 'bearer  one ', isIn: true },
      { when: 'there is no header', content: 'one', header: undefined, isIn: false },
      { when: 'the header is empty', content: 'one', header: '', isIn: false },
      { when: 'there is a scheme and no token', content: 'one', header: 'Bearer ', isIn: false },
      { when: 'the scheme is another', content: 'one', header: 'Basic one', isIn: false },
      { when: 'there is no scheme', content: 'one', header: 'one', isIn: false },
      { when: 'it is another token', content: 'one', header: 'Bearer two', isIn: false },
      { when: 'it is only the beginning', content: 'one', header: 'Bearer on', isIn: false },
      { when: 'it goes on', content: 'one', header: 'Bearer onetwo', isIn: false },
      { when: 'two are sent at once', content: 'one\ntwo', header: 'Bearer one two', isIn: false },
      { when: 'it is one word of a comment', content: 'one\n', header: 'Bearer #', isIn: false },
      { when: 'the case differs', content: 'one', header: 'Bearer ONE', isIn: false },
    ];
    for (const { when, content, header, isIn } of cases) {
      it(`${isIn ? 'lets in' : 'keeps out'} when ${when}`, async () => {
        await writeFile(file, content);
        if (isIn) await callWith(header);
        else await assert.rejects(callWith(header), UnauthorizedError);
      });
    }

    it('holds at once when the file changes, and the old one no longer', async () => {
      await writeFile(file, 'old');
      const check = createBearerCheck(file);
      await check({ authorization: 'Bearer old' });
      await writeFile(file, 'new');
      await check({ authorization: 'Bearer new' });
      await assert.rejects(check({ authorization: 'Bearer old' }), UnauthorizedError);
    });

    it('that stands in a file with more than tokens is our fault: a comment must not let anybody in', async () => {
      await writeFile(file, '# the old token\nreal\n');
      for (const header of ['Bearer #', 'Bearer the', 'Bearer real'])
        await assert.rejects(callWith(header), isOurFault(/entry 1 is not a token/));
    });

    it('that nobody can check is our fault, whoever calls: the file is missing', async () => {
      const missing = join(folder, 'missing');
      for (const header of ['Bearer one', undefined])
        await assert.rejects(callWith(header, missing), isOurFault(/cannot read the secret in .*missing/));
    });

    for (const content of ['', ' \n\t\n']) {
      it(`that nobody can check is our fault, whoever calls: the file holds ${JSON.stringify(content)}`, async () => {
        await writeFile(file, content);
        for (const header of ['Bearer one', 'Bearer ', undefined]) await assert.rejects(callWith(header), isOurFault(/holds no secret/));
      });
    }
  });

  it('are read one a line', async () => {
    await writeFile(file, 'one\ntwo\n');
    assert.deepEqual(await readTokens(file), ['one', 'two']);
  });

  it('of ours are read again each time, and without their line break', async () => {
    await writeFile(file, 'xoxb-old\n');
    assert.equal(await readSecret({ file }), 'xoxb-old');
    await writeFile(file, 'xoxb-new\n');
    assert.equal(await readSecret({ file }), 'xoxb-new');
  });

  it('of ours that are empty are an error, never an empty token', async () => {
    await writeFile(file, '\n');
    await assert.rejects(readSecret({ file }), /holds no secret/);
  });

  it('may be given as a value', async () => {
    assert.equal(await readSecret({ value: 'xoxb-local' }), 'xoxb-local');
  });
});

function isOurFault(message: RegExp) {
  return (error: unknown) => error instanceof Error && !(error instanceof UnauthorizedError) && message.test(error.message);
}
