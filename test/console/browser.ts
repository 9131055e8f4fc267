import { existsSync, mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';

/** Where Debian puts it; another one is named by `CHROMIUM`. */
const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
const PAGE_TIMEOUT_MS = 20_000;

/** With `PICTURES=1` the pictures of the documentation are made anew. */
const PICTURES =
  process.env.PICTURES === '1' ? 'docs/pictures' : mkdtempSync(join(tmpdir(), 'console-pictures-'));

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** A page and what went wrong in it unseen. */
export interface WatchedPage {
  readonly page: Page;
  /** Errors of scripts, and what the security policy blocked. */
  readonly faults: string[];
  /** Everything that was asked of another origin than the page's own. */
  readonly foreign: string[];
}

/** Starts the browser. Without one it says what to install; nothing is skipped. */
export function launchBrowser(): Promise<Browser> {
  if (!existsSync(CHROMIUM)) {
    throw new Error(
      `No chromium at ${CHROMIUM}: apt-get install chromium, or name another with CHROMIUM=PATH.`,
    );
  }
  return chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
}

/** Opens a page of its own profile. */
export async function openPage(
  browser: Browser,
  url: string,
  look: { readonly width?: number; readonly height?: number; readonly dark?: boolean } = {},
): Promise<WatchedPage> {
  const { width = 1280, height = 800, dark = false } = look;
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: dark ? 'dark' : 'light',
    reducedMotion: 'reduce',
  });
  context.setDefaultTimeout(PAGE_TIMEOUT_MS);
  const page = await context.newPage();
  const faults: string[] = [];
  const foreign: string[] = [];
  const { origin } = new URL(url);
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    if (/Content Security Policy|Refused to/.test(message.text())) faults.push(message.text());
  });
  page.on('request', (request) => {
    const asked = request.url();
    if (!asked.startsWith(origin) && !asked.startsWith('data:')) foreign.push(asked);
  });
  await page.goto(url);
  return { page, faults, foreign };
}

/** Names what breaks a rule of accessibility on the page as it now is. */
export async function accessibilityFaults(page: Page): Promise<readonly string[]> {
  // Through the debugger, which the page's policy does not bind.
  const found: string = await page.evaluate(`${AXE};
    axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })
      .then(({ violations }) => JSON.stringify(violations.flatMap(({ id, nodes }) =>
        nodes.map(({ target, failureSummary }) => id + ' ' + target + ' ' + failureSummary))))`);
  const faults: readonly string[] = JSON.parse(found);
  return faults;
}

/** Takes a picture of what is in sight, for the documentation. */
export async function takePicture(page: Page, name: string): Promise<void> {
  mkdirSync(PICTURES, { recursive: true });
  await page.screenshot({ path: join(PICTURES, `${name}.png`) });
}
