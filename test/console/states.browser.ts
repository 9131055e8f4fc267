import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { type RunningConsole, startConsole } from '../../console/server/start-console.ts';
import { accessibilityFaults, launchBrowser, openPage } from './browser.ts';

let browser: Browser;
const consoles: RunningConsole[] = [];
const servers: Server[] = [];

beforeAll(async () => {
  browser = await launchBrowser();
}, 60_000);

afterEach(async () => {
  for (const served of consoles.splice(0)) await served.close();
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

afterAll(() => browser?.close());

/** A program in the API's place that answers everything alike. */
async function apiWith(status: number, body: unknown, delayMs = 0): Promise<string> {
  const server = createServer((_request, response) => {
    setTimeout(() => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(body));
    }, delayMs);
  });
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
}

async function consoleOf(apiUrl: string, accounts: readonly string[] = ['desk-1']) {
  const served = await startConsole({
    apiUrl,
    accounts,
    awsEndpoint: apiUrl,
    region: undefined,
    port: 0,
    stage: 'local',
    horizonMs: 60_000,
  });
  consoles.push(served);
  return served;
}

const PORT_OF_NOBODY = 'http://127.0.0.1:9';
/** As API Gateway says it. */
const FORBIDDEN = { message: 'Forbidden' };
const UNKNOWN = { title: 'No such order', detail: 'There is no order nope of account desk-1.' };

describe('a page whose API', () => {
  it('is away says so, with what to do, and breaks no rule', async () => {
    const { url } = await consoleOf(PORT_OF_NOBODY);
    const { page, faults } = await openPage(browser, url);
    await page.getByText('ECONNREFUSED').first().waitFor();
    await page.getByText('not to be seen now').waitFor();
    expect(await page.getByRole('button', { name: 'Try again' }).count()).toBeGreaterThan(0);
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(faults).toEqual([]);
  });

  it('refuses the credentials says that they may not', async () => {
    const { url } = await consoleOf(await apiWith(403, FORBIDDEN));
    const { page } = await openPage(browser, url);
    await page.getByText('your credentials may not read its orders (403)').waitFor();
    await page.getByText('The API refuses your credentials').first().waitFor();
  });

  it('does not know an order says which', async () => {
    const { url } = await consoleOf(await apiWith(404, UNKNOWN));
    const { page } = await openPage(browser, `${url}#/orders/desk-1/nope`);
    await page.locator('.order').getByText('There is no order nope of account desk-1.').waitFor();
    expect(await page.getByRole('button', { name: 'Cancel order…' }).count()).toBe(0);
  });

  it('takes its time says what is loading', async () => {
    const { url } = await consoleOf(await apiWith(200, { orders: [] }, 3_000));
    const { page } = await openPage(browser, url);
    await page.getByText('Loading orders …').waitFor();
    await page.getByText('Loading what is in doubt …').waitFor();
    await page.getByText('There are no such orders.').waitFor();
  });
});

describe('a page that knows no account', () => {
  it('takes one, remembers it, and forgets it again', async () => {
    const { url } = await consoleOf(await apiWith(200, { orders: [] }), []);
    const { page } = await openPage(browser, url);
    await page.getByText('No account is known here. Name one').waitFor();
    await page.getByLabel('show').fill('desk-7');
    await page.getByRole('button', { name: 'Show' }).click();
    await page.getByRole('heading', { name: 'desk-7' }).waitFor();
    await page.reload();
    await page.getByRole('button', { name: 'Do not show desk-7' }).click();
    await page.getByRole('heading', { name: 'desk-7' }).waitFor({ state: 'detached' });
  });
});

describe('another page in the same browser', () => {
  it('can neither read nor change anything, nor frame the console', async () => {
    const { url } = await consoleOf(await apiWith(200, { orders: [] }));
    const foreign = await apiWith(200, {});
    const { page } = await openPage(browser, foreign);
    const tried: readonly string[] = await page.evaluate(`Promise.all([
      fetch('${url}api/orders?accountId=desk-1'),
      fetch('${url}api/accounts/desk-1/halt', { method: 'PUT', body: '{"halted":true}' }),
      fetch('${url}'),
    ].map((call) => call.then((answer) => 'read ' + answer.status, () => 'blocked')))`);
    expect(tried).toEqual(['blocked', 'blocked', 'blocked']);

    await page.evaluate(`new Promise((resolve) => {
      const frame = document.createElement('iframe');
      frame.onload = resolve;
      frame.src = '${url}';
      document.body.append(frame);
    })`);
    const framed = page.frames().find((frame) => frame !== page.mainFrame());
    expect(await framed?.locator('#console').count()).toBe(0);
  });

  it('without the secret of a console that signs is told to open the printed address', async () => {
    const served = await startConsole({
      apiUrl: PORT_OF_NOBODY,
      accounts: ['desk-1'],
      awsEndpoint: PORT_OF_NOBODY,
      region: 'eu-central-1',
      port: 0,
      stage: 'sandbox',
      horizonMs: 60_000,
    });
    consoles.push(served);
    const [bare = '', secret = ''] = served.url.split('#');
    expect(secret).toMatch(/^[\w-]{43}$/);
    const { page } = await openPage(browser, bare);
    await page.getByText('Open the address that the console printed').first().waitFor();
    await page.goto('about:blank');
    await page.goto(served.url);
    await page.getByText('sandbox', { exact: true }).waitFor();
    expect(page.url()).not.toContain(secret);
    expect(await page.content()).not.toContain(secret);
  });
});
