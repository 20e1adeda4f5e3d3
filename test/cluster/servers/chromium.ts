/** A real browser, to use a page as a person would. */
import { chromium, type Page } from 'playwright-core';
import { remember } from './running.ts';

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export interface OpenPage {
  readonly page: Page;
  /** What went wrong in the page so far: its uncaught errors and what it wrote to the console as an error. */
  readonly errors: readonly string[];
  close(): Promise<void>;
}

/** Opens an address in a new browser: `/usr/bin/chromium`, or the one that `CHROMIUM` names. */
export async function openPage(url: string): Promise<OpenPage> {
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: FLAGS });
  const forget = remember('chromium', () => browser.close());
  browser.on('disconnected', forget);
  const page = await browser.newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (line) => line.type() === 'error' && errors.push(line.text()));
  try {
    await page.goto(url);
  } catch (error) {
    await browser.close();
    throw error;
  }
  return { page, errors, close: () => browser.close() };
}
