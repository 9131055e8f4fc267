import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { readDocument, type TypedEnd, typeCommands } from '../support/documented-commands.ts';
import { type StartedService, startService } from '../support/started-service.ts';
import { launchBrowser, openPage, type WatchedPage } from './browser.ts';

/**
 * The walk of a newcomer: from README to the tutorial, and through it in its own order. Commands are
 * typed, what is to be clicked is clicked, what is to be seen is waited for; what this file adds is
 * what a person would notice without being told.
 */
type Step =
  | { readonly kind: 'type'; readonly script: string }
  | { readonly kind: 'click' | 'see'; readonly what: string };

/** A doubt about a lost order: fence and horizon as deployed, and a pass of the reconciler. */
const DOUBT_MS = 150_000;
const SECTION_MS = 240_000;

const [, tutorialPath = ''] =
  /\*\*New here\? \[Ten minutes\]\(([^)]+)\)/.exec(readDocument('README.md')) ?? [];
const TUTORIAL = readDocument(tutorialPath);
const SECTIONS = TUTORIAL.split(/^## /m).slice(1);
const LAST = 5;

/** What is to be typed, clicked and seen in a part of the tutorial, in the order of the text. */
function stepsOf(part: string): readonly Step[] {
  const steps: Step[] = [];
  let verb: 'click' | 'see' = 'see';
  const found = part.matchAll(/```sh\n([\s\S]*?) *```|\b(see|click)\b|\*\*([^*]+)\*\*/gi);
  for (const [, script, word, what] of found) {
    if (script !== undefined) steps.push({ kind: 'type', script });
    else if (what !== undefined) steps.push({ kind: verb, what });
    // What is bold belongs to the verb before it; a click is one thing, what is seen may be many.
    verb = word?.toLowerCase() === 'click' ? 'click' : 'see';
  }
  return steps;
}

let browser: Browser;
let service: StartedService;
let watched: WatchedPage;
let page: Page;
const startedAt = Date.now();

beforeAll(async () => {
  browser = await launchBrowser();
}, 60_000);

afterAll(async () => {
  await browser?.close();
  await service?.stop();
});

/** Does what the tutorial says next, up to the first step that is not wanted yet. */
async function walk(steps: readonly Step[]): Promise<readonly TypedEnd[]> {
  const ends: TypedEnd[] = [];
  for (const step of steps) {
    if (step.kind === 'type') {
      const end = await typeCommands(step.script, service);
      ends.push(end);
      const [, asked] = /why desk-1 (\w+)/.exec(step.script) ?? [];
      const isShown = asked !== undefined && page.url().endsWith(`/desk-1/${asked}`);
      if (isShown) await expectSameReason(end.stdout);
    }
    if (step.kind === 'click') await click(step.what);
    if (step.kind === 'see') await see(step.what);
  }
  return ends;
}

function click(what: string): Promise<void> {
  return page
    .getByRole('main')
    .getByRole('link', { name: what.replace('← ', '') })
    .first()
    .click();
}

/** A status is read beside the name of the order; anything else wherever it stands in the page. */
function see(what: string): Promise<void> {
  const isStatus = /^[A-Z ]+$/.test(what) && !what.startsWith('HTTP');
  const place = isStatus ? page.locator('.order header') : page.locator('body');
  const wanted = new RegExp(what.replaceAll(/[.?]/g, '\\$&'));
  return place.getByText(wanted).filter({ visible: true }).first().waitFor({ timeout: DOUBT_MS });
}

/** Orders of an id at the exchange. */
const placed = async (clientOrderId: string) => {
  const url = `${service.exchangeUrl}/admin/orders?clientOrderId=${clientOrderId}`;
  const orders: readonly unknown[] = JSON.parse(await (await fetch(url)).text());
  return orders;
};

/** What the page says of the order that it shows: where it stands, and what happened. */
async function toldInPage() {
  const [standing, trail] = await Promise.all([
    page.locator('.standing p').allTextContents(),
    page.locator('.changes li .told').allTextContents(),
  ]);
  return { standing: standing.map(timeless), trail };
}

/** What `why` printed, in the same form. */
function toldByCommand(printed: string) {
  const [, standing = ''] = /\n\n([\s\S]*?)\n\nWhat happened\n/.exec(printed) ?? [];
  const [, trail = ''] = /\nWhat happened\n([\s\S]*?)\n\n/.exec(printed) ?? [];
  return {
    standing: standing.split('\n').map(timeless),
    // Behind the time of each.
    trail: trail.split('\n').map((line) => line.replace(/^ +\S+ \S+ \S+ {2}/, '')),
  };
}

/** Without how long ago it was: page and command were not asked in the same second. */
function timeless(sentence: string): string {
  return sentence.replaceAll(/ \((?:now|in [^)]*|[^)]* ago)\)/g, '');
}

/** Page and command give the same reason. The page may already know of one more change. */
async function expectSameReason(printed: string): Promise<void> {
  const command = toldByCommand(printed);
  const inPage = await toldInPage();
  expect(command.trail.length).toBeGreaterThan(2);
  expect(printed).not.toContain('does not know');
  expect(inPage.trail.slice(0, command.trail.length)).toEqual(command.trail);
  if (inPage.trail.length > command.trail.length) return;
  expect(inPage.standing).toEqual(expect.arrayContaining(command.standing));
}

async function section(number: number): Promise<readonly TypedEnd[]> {
  const before = Date.now();
  const ends = await walk(stepsOf(SECTIONS[number - 1] ?? ''));
  const seconds = (from: number) => ((Date.now() - from) / 1_000).toFixed(1);
  process.stdout.write(`step ${number}: ${seconds(before)} s, ${seconds(startedAt)} s in all\n`);
  return ends;
}

describe('the walk from README through the tutorial', () => {
  it('is numbered, and has something to type in every part', () => {
    expect(SECTIONS.slice(0, LAST).map((part) => part.slice(0, 2))).toEqual(
      Array.from({ length: LAST }, (_, index) => `${index + 1}.`),
    );
    for (const part of SECTIONS.slice(0, LAST)) {
      expect(stepsOf(part).map(({ kind }) => kind)).toEqual(
        expect.arrayContaining(['type', 'see']),
      );
    }
    expect(stepsOf(SECTIONS[LAST] ?? '')).toEqual([]);
  });

  it(
    'starts the service, and finds it well',
    async () => {
      const [start, ...rest] = stepsOf(SECTIONS[0] ?? '');
      // The packages are there, or this test would not run; on a fresh clone .ci/run installs them.
      expect(start).toEqual({ kind: 'type', script: 'npm ci && npm start\n' });
      service = await startService();
      watched = await openPage(browser, service.consoleUrl);
      page = watched.page;
      await page.evaluate('window.sinceTheFirstLook = true');
      const [doctor] = await walk(rest);
      expect(doctor).toMatchObject({
        code: 0,
        stdout: expect.stringContaining('Nothing is wrong.'),
      });
    },
    SECTION_MS,
  );

  it(
    'places a first order, once',
    async () => {
      const [first, again] = await section(2);
      expect(first).toMatchObject({ failures: [] });
      await expectSameReason(first?.stdout ?? '');
      expect(again).toMatchObject({ failures: [] });
      expect(await placed('first')).toHaveLength(1);
    },
    SECTION_MS,
  );

  it(
    'sees a doubt on top of the page, and its end once the exchange is mended',
    async () => {
      const [sent, why, mended, whyAfter] = await section(3);
      for (const end of [sent, why, mended, whyAfter]) expect(end).toMatchObject({ failures: [] });
      expect(why?.stdout).toMatch(/^IN_DOUBT since [\s\S]*HTTP 502/m);
      expect(whyAfter?.stdout).toMatch(/^FILLED since [\s\S]*HTTP 502/m);
      expect(await placed('doubtful')).toHaveLength(1);
    },
    SECTION_MS,
  );

  it(
    'sees the proof that an order was never placed',
    async () => {
      const [sent, why] = await section(4);
      expect(sent).toMatchObject({ failures: [] });
      expect(why).toMatchObject({ failures: [] });
      expect(why?.stdout).toMatch(/^NEVER_PLACED since [\s\S]*HTTP 502/m);
      expect(await placed('lost')).toEqual([]);
    },
    SECTION_MS,
  );

  it(
    'cancels, halts and resumes',
    async () => {
      const [halted, refused, resumed] = await section(LAST);
      expect(halted).toMatchObject({ failures: [] });
      expect(refused).toMatchObject({ code: 1, stdout: expect.stringContaining('ACCOUNT_HALTED') });
      expect(resumed).toMatchObject({ failures: [] });
      expect(resumed?.stdout).toMatch(/^resting +CANCELED/m);
      expect(resumed?.stdout).toMatch(/^refused +DENIED/m);
      expect(await placed('refused')).toEqual([]);
    },
    SECTION_MS,
  );

  it('never reloaded the page, and broke nothing in it', async () => {
    expect(await page.evaluate('window.sinceTheFirstLook')).toBe(true);
    expect(watched.faults).toEqual([]);
    expect(watched.foreign).toEqual([]);
  });
});
