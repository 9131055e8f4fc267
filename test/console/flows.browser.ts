import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { type RunningConsole, startConsole } from '../../console/server/start-console.ts';
import { type RunningStack, startRunningStack } from '../support/running-stack.ts';
import {
  accessibilityFaults,
  launchBrowser,
  openPage,
  takePicture,
  type WatchedPage,
} from './browser.ts';

let browser: Browser;
let running: RunningStack;
let served: RunningConsole;
let watched: WatchedPage;
let page: Page;

/** A doubt ends within a minute's tick of the reconciler and the horizon that the test sets. */
const DOUBT_MS = 110_000;
const limit = { symbol: 'BTCUSD', side: 'BUY', type: 'LIMIT', quantity: '0.01', price: '20000' };

beforeAll(async () => {
  browser = await launchBrowser();
  running = await startRunningStack({ accounts: 2 });
  served = await startConsole({
    apiUrl: running.stack.apiUrl,
    awsEndpoint: running.stack.awsUrl,
    region: undefined,
    port: 0,
    stage: 'local',
    horizonMs: 3_000,
    accounts: [],
  });
  watched = await openPage(browser, served.url);
  page = watched.page;
}, 180_000);

afterAll(async () => {
  await browser?.close();
  await served?.close();
  await running?.stop();
});

function place(clientOrderId: string, changes: object = {}) {
  return running.post('/v1/orders', { accountId: 'desk-1', clientOrderId, ...limit, ...changes });
}

function overview() {
  return page.goto(`${served.url}#/`);
}

describe('a console of a quiet service', () => {
  it('shows its accounts, and that nothing needs a look', async () => {
    await page.getByText('Nothing is in doubt, held or late.').waitFor();
    await page.getByRole('heading', { name: 'desk-2' }).waitFor();
    await page.getByText('There are no such orders.').waitFor();
    await page.getByText('gate open').nth(1).waitFor();
    expect(await page.getByText('gate open').count()).toBe(2);
    expect(await page.getByRole('meter').count()).toBe(4);
  });
});

describe('an order that the exchange answers with 503', () => {
  it(
    'is in doubt on top of the page, tells why, and the doubt is seen to end',
    async () => {
      const fault = { kind: 'status', status: 503, when: 'before' } as const;
      running.desk.simulator.admin.addRule({
        match: { endpoint: 'create', clientOrderId: 'lost-*' },
        fault,
      });
      await place('resting-1', { price: '19000' });
      await place('bought-1', { type: 'MARKET', price: undefined });
      await place('sold-1', { side: 'SELL', type: 'MARKET', price: undefined });
      await place('lost-1');
      const doubt = page.locator('.group.in-doubt');
      await doubt.getByRole('link', { name: 'lost-1' }).waitFor();
      await page.getByRole('link', { name: '1 in doubt' }).waitFor();
      await page.locator('.line').filter({ hasText: 'bought-1' }).getByText('FILLED').waitFor();
      await takePicture(page, 'console-overview');
      expect(await accessibilityFaults(page)).toEqual([]);

      await doubt.getByRole('link', { name: 'lost-1' }).press('Enter');
      await page.getByText('nobody knows yet.').waitFor();
      await page.getByText('HTTP 503').first().waitFor();
      await page.getByRole('img', { name: 'Time-line of the order' }).waitFor();
      await page.getByText('the exchange did not have it. That counts').first().waitFor({
        timeout: DOUBT_MS,
      });
      await page.getByText('fence', { exact: true }).first().waitFor();
      expect(await accessibilityFaults(page)).toEqual([]);

      await page.getByText('It is proven that the exchange never had the order.').waitFor({
        timeout: DOUBT_MS,
      });
      await takePicture(page, 'console-order');
      await page.getByRole('link', { name: 'All orders' }).click();
      await page.getByText('Nothing is in doubt, held or late.').waitFor();
      expect(running.desk.simulator.admin.orders({ clientOrderId: 'lost-1' })).toEqual([]);
    },
    3 * DOUBT_MS,
  );
});

describe('the kill switch', () => {
  it('asks for a reason, denies new orders, and lets them pass again', async () => {
    await overview();
    await page.getByRole('button', { name: 'Halt… desk-2' }).click();
    const dialog = page.getByRole('dialog', { name: 'Halt desk-2?' });
    expect(await accessibilityFaults(page)).toEqual([]);
    await takePicture(page, 'console-halt');
    await dialog.getByLabel('Reason').fill('drill in the console');
    await dialog.getByRole('button', { name: 'Halt desk-2' }).click();
    await page.getByText('desk-2 is halted.').waitFor();
    await page.getByText(': drill in the console').waitFor();
    await place('while-halted', { accountId: 'desk-2' });
    await running.until('desk-2', 'while-halted', ['DENIED']);

    await page.getByRole('button', { name: 'Resume… desk-2' }).click();
    await page.getByRole('button', { name: 'Resume desk-2', exact: true }).click();
    await page.getByText('desk-2 takes orders again.').waitFor();
    await place('after-halt', { accountId: 'desk-2' });
    await running.until('desk-2', 'after-halt', ['NEW']);
  });

  it('does nothing when the question is left by Escape', async () => {
    await page.getByRole('button', { name: 'Halt… desk-1' }).click();
    // The key would go to the page if it came before the question.
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    const { body } = await running.get('/v1/accounts/desk-1');
    expect(body).toMatchObject({ halted: false });
  });
});

describe('an open order', () => {
  it(
    'is canceled after a question',
    async () => {
      await place('unwanted-1', { price: '18000' });
      await running.until('desk-1', 'unwanted-1', ['NEW']);
      await page.goto(`${served.url}#/orders/desk-1/unwanted-1`);
      await page.getByRole('button', { name: 'Cancel order…' }).click();
      await page.getByRole('button', { name: 'Cancel the order' }).click();
      await page.locator('.order header').getByText('CANCELED').waitFor({ timeout: DOUBT_MS });
      await page.getByText('Somebody asked for it to be canceled').waitFor();
      expect(await page.getByRole('button', { name: 'Cancel order…' }).count()).toBe(0);
    },
    DOUBT_MS,
  );
});

describe('the list of orders', () => {
  it('is filtered by account, status and id, and finds an id in any account', async () => {
    await overview();
    await page.getByLabel('Status').selectOption('FILLED');
    await page.locator('.line').filter({ hasText: 'bought-1' }).waitFor();
    expect(await page.locator('.line').filter({ hasText: 'resting-1' }).count()).toBe(0);
    await page.getByLabel('Status').selectOption('');
    await page.getByLabel('Client order id').fill('resting');
    await page.getByText('1 of ').waitFor();
    await page.getByLabel('Client order id').fill('after-halt');
    await page.getByLabel('Client order id').press('Enter');
    await page.getByRole('heading', { name: 'desk-2 after-halt' }).waitFor();
    await overview();
    await page.getByLabel('Client order id').fill('nobody-knows');
    await page.getByLabel('Client order id').press('Enter');
    await page.getByText('There is no order nobody-knows in desk-1, desk-2.').waitFor();
  });

  it('shows events as they happen', async () => {
    await page.getByLabel('Client order id').fill('');
    await place('heard-of-1', { price: '17000' });
    const events = page.getByRole('region', { name: 'Events' });
    await events.getByRole('link', { name: 'heard-of-1' }).first().waitFor();
    await page.locator('.line').filter({ hasText: 'heard-of-1' }).waitFor();
  });

  it('is moved in by keys alone, from the top of the page', async () => {
    await page.goto('about:blank');
    await overview();
    await page.locator('.line').filter({ hasText: 'heard-of-1' }).waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    const focused = () => page.evaluate('document.activeElement.textContent');
    for (let tab = 0; tab < 10; tab += 1) {
      await page.keyboard.press('Tab');
      if ((await focused()) === 'heard-of-1') break;
    }
    expect(await focused()).toBe('heard-of-1');
    await page.keyboard.press('ArrowDown');
    expect(await focused()).toBe('unwanted-1');
    await page.keyboard.press('End');
    expect(await focused()).toBe('resting-1');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'desk-1 resting-1' }).waitFor();
    expect(await focused()).toContain('resting-1');
  });
});

describe('a small and a dark screen', () => {
  it.each([
    ['light', 360],
    ['dark', 360],
    ['dark', 1280],
  ])('in %s at %d px breaks no rule and scrolls to no side', async (scheme, width) => {
    const look = { width, height: 740, dark: scheme === 'dark' };
    for (const path of ['#/', '#/orders/desk-1/lost-1']) {
      const { page: other, faults } = await openPage(browser, `${served.url}${path}`, look);
      await other.getByRole('link', { name: 'heard-of-1' }).first().waitFor();
      await other.getByText('gate open').first().waitFor();
      expect(await accessibilityFaults(other)).toEqual([]);
      expect(await other.evaluate('document.documentElement.scrollWidth')).toBe(width);
      expect(faults).toEqual([]);
      if (look.dark && width === 360 && path === '#/')
        await takePicture(other, 'console-small-dark');
      await other.context().close();
    }
  });
});

describe('the page', () => {
  it('asked nothing of anybody else, and broke no policy', () => {
    expect(watched.foreign).toEqual([]);
    expect(watched.faults).toEqual([]);
  });

  it('holds no credential and no key', async () => {
    const text = await page.content();
    const keys = Object.values(running.desk.configuration.accounts).flatMap(({ keys: of }) => of);
    for (const { apiKey, apiSecret } of keys as { apiKey: string; apiSecret: string }[]) {
      expect(text).not.toContain(apiKey);
      expect(text).not.toContain(apiSecret);
    }
  });
});
