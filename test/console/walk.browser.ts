import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { readDocument, typeCommands } from '../support/documented-commands.ts';
import type { CommandEnd } from '../support/run-command.ts';
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
async function walk(steps: readonly Step[]): Promise<readonly CommandEnd[]> {
  const ends: CommandEnd[] = [];
  for (const step of steps) {
    if (step.kind === 'type') ends.push(await typeCommands(step.script, service));
    else if (step.kind === 'click') await click(step.what);
    else await see(step.what);
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

/** What page and command say alike of the order that the page shows. */
async function factsInPage() {
  const status = (await page.locator('.order header .tag').textContent()) ?? '';
  const changes = await page.locator('.changes li .told').allTextContents();
  return { status: status.replaceAll(' ', '_'), ...evidenceIn(changes) };
}

function factsInWhy(told: string) {
  const status = /^([A-Z_]+) since /m.exec(told)?.[1];
  const [, trail = ''] = /^What happened\n([\s\S]*?)\n\n/m.exec(told) ?? [];
  return { status, ...evidenceIn(trail.split('\n')) };
}

/** How many changes there were, and which of them rest on a 502. */
function evidenceIn(changes: readonly string[]) {
  const failed = changes.flatMap((change, index) => (change.includes('HTTP 502') ? [index] : []));
  return { changes: changes.length, failed };
}

async function section(number: number): Promise<readonly CommandEnd[]> {
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
      expect(first).toMatchObject({ code: 0 });
      expect(factsInWhy(first?.stdout ?? '')).toEqual(await factsInPage());
      expect(again).toMatchObject({ code: 0 });
      expect(await placed('first')).toHaveLength(1);
    },
    SECTION_MS,
  );

  it(
    'sees a doubt on top of the page, and its end once the exchange is mended',
    async () => {
      const [sent, why, mended, whyAfter] = await section(3);
      for (const end of [sent, why, mended, whyAfter]) expect(end).toMatchObject({ code: 0 });
      expect(factsInWhy(why?.stdout ?? '')).toEqual({
        status: 'IN_DOUBT',
        changes: 3,
        failed: [2],
      });
      const facts = factsInWhy(whyAfter?.stdout ?? '');
      expect(facts).toMatchObject({ status: 'FILLED', failed: [2] });
      // A trade may become known between the command and the look at the page.
      const { status, failed } = await factsInPage();
      expect({ status, failed }).toEqual({ status: 'FILLED', failed: [2] });
      expect(await placed('doubtful')).toHaveLength(1);
    },
    SECTION_MS,
  );

  it(
    'sees the proof that an order was never placed',
    async () => {
      const [sent, why] = await section(4);
      expect(sent).toMatchObject({ code: 0 });
      expect(why).toMatchObject({ code: 0 });
      const facts = await factsInPage();
      expect(facts).toMatchObject({ status: 'NEVER_PLACED', failed: [2] });
      expect(factsInWhy(why?.stdout ?? '')).toEqual(facts);
      expect(await placed('lost')).toEqual([]);
    },
    SECTION_MS,
  );

  it(
    'cancels, halts and resumes',
    async () => {
      const [halted, refused, resumed] = await section(LAST);
      expect(halted).toMatchObject({ code: 0 });
      expect(refused).toMatchObject({ code: 1, stdout: expect.stringContaining('ACCOUNT_HALTED') });
      expect(resumed).toMatchObject({ code: 0 });
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
