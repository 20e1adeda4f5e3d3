/** `npm run picture`: draws docs/images/message.png from the demo, in the Chromium that is installed. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { port } from '../shared/settings.ts';
import { startDemo } from './demo/demo.ts';

const PICTURE = fileURLToPath(new URL('../docs/images/message.png', import.meta.url));
const DELIVERY = new URL('../test/fixtures/alertmanager-1-firing.json', import.meta.url);

const demo = await startDemo(port(process.env));
await fetch(`${demo.url}/alerts`, { method: 'POST', headers: { authorization: 'Bearer demo' }, body: await readFile(DELIVERY) });
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run'],
});
const page = await browser.newPage({ viewport: { width: 1_280, height: 1_700 }, deviceScaleFactor: 1.5, colorScheme: 'light' });
await page.goto(demo.url, { waitUntil: 'domcontentloaded' });
await page.locator('article.message').first().screenshot({ path: PICTURE });
await browser.close();
await demo.stop();
