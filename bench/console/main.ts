import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type CDPSession, chromium, type Page } from 'playwright-core';
import { startConsole } from '../../console/server/start-console.ts';
import { serveOrders } from './serve-orders.ts';

const HELP = `Measures the console in a real browser, by the browser's own metrics.

  npm run bench:console -- [options]

  --orders N     orders in the list               (default 50000)
  --seconds N    how long to scroll               (default 10)
  --help         this text

Needs chromium at /usr/bin/chromium, or where CHROMIUM says.`;

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
/** Lines of one frame while scrolling: about forty pages a second. */
const SCROLL_PX = 480;
const LOAD_MS = 300_000;

/** The page's main thread by its own clock, which stands still while other programs run. */
const THREAD_TIMES = [
  ['TaskDuration', 'all work of the page'],
  ['ScriptDuration', 'script alone'],
] as const;

interface Figures {
  readonly frames: readonly number[];
  readonly longTasks: readonly number[];
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      orders: { type: 'string', default: '50000' },
      seconds: { type: 'string', default: '10' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return void process.stdout.write(`${HELP}\n`);
  if (!existsSync(CHROMIUM))
    throw new Error(`No chromium at ${CHROMIUM}: apt-get install chromium.`);
  const api = await serveOrders(Number(values.orders), Date.now());
  const served = await startConsole({
    apiUrl: api.url,
    awsEndpoint: undefined,
    region: undefined,
    port: 0,
    stage: 'local',
    horizonMs: 60_000,
    accounts: ['desk-1'],
  });
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: ['--no-sandbox', '--enable-precise-memory-info'],
  });
  try {
    await measure(await browser.newPage(), served.url, values);
  } finally {
    await browser.close();
    await served.close();
    api.close();
  }
}

async function measure(
  page: Page,
  url: string,
  { orders, seconds }: { readonly orders: string; readonly seconds: string },
): Promise<void> {
  const say = (what: string, figure: string) =>
    process.stdout.write(`${what.padEnd(44)} ${figure}\n`);
  await page.addInitScript(`
    window.seen = {};
    const look = () => {
      if (!seen.row && document.querySelector('tbody .line')) seen.row = performance.now();
      if (!seen.doubt && document.querySelector('.group.in-doubt')) seen.doubt = performance.now();
      if (!seen.row || !seen.doubt) requestAnimationFrame(look);
    };
    requestAnimationFrame(look);`);
  await page.goto(url);
  await page.locator('tbody .line').first().waitFor();
  await page.locator('.group.in-doubt').waitFor();
  const [painted, row, doubt] = await numbers(
    page,
    `[performance.getEntriesByName('first-contentful-paint')[0].startTime, seen.row, seen.doubt]`,
  );
  say('first content', `${painted?.toFixed(0)} ms`);
  say('first orders in the list', `${row?.toFixed(0)} ms`);
  say('what is in doubt', `${doubt?.toFixed(0)} ms`);

  const began = Date.now();
  await page.evaluate(`{
    const list = document.querySelector('.scroller');
    window.toEnd = setInterval(() => { list.scrollTop = list.scrollHeight; }, 30);
  }`);
  const loaded = page.getByText(`${orders} loaded`, { exact: true });
  await loaded.waitFor({ timeout: LOAD_MS });
  await page.evaluate('clearInterval(toEnd)');
  say(`all ${orders} orders, a hundred a page`, `${((Date.now() - began) / 1_000).toFixed(1)} s`);

  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const before = await threadTimes(session);
  const figures = await scroll(page, Number(seconds));
  const after = await threadTimes(session);
  const sorted = figures.frames.toSorted((one, two) => one - two);
  const at = (part: number) => sorted[Math.floor(part * (sorted.length - 1))]?.toFixed(1);
  say('frames while scrolling', String(sorted.length));
  say('time between frames, p50 / p95 / p99', `${at(0.5)} / ${at(0.95)} / ${at(0.99)} ms`);
  say('longest', `${at(1)} ms`);
  for (const [name, what] of THREAD_TIMES) {
    const ms = (1_000 * ((after.get(name) ?? 0) - (before.get(name) ?? 0))) / sorted.length;
    say(`${what}, a frame`, `${ms.toFixed(1)} ms of processor time`);
  }
  const longest = Math.max(0, ...figures.longTasks);
  say('tasks longer than 50 ms', `${figures.longTasks.length}, longest ${longest.toFixed(0)} ms`);
  const [rows, nodes, heap] = await numbers(
    page,
    `[document.querySelectorAll('tbody .line').length, document.querySelectorAll('*').length, performance.memory.usedJSHeapSize]`,
  );
  say('lines and elements in the page', `${rows} and ${nodes}`);
  say('memory of its script', `${((heap ?? 0) / 2 ** 20).toFixed(0)} MiB`);
}

/** From end to beginning and back, a good part of a page in every frame. */
function scroll(page: Page, seconds: number): Promise<Figures> {
  return page.evaluate(`new Promise((resolve) => {
    const list = document.querySelector('.scroller');
    const frames = [], longTasks = [];
    const tasks = new PerformanceObserver((entries) => {
      for (const { duration } of entries.getEntries()) longTasks.push(duration);
    });
    tasks.observe({ type: 'longtask' });
    let last = performance.now(), step = -${SCROLL_PX};
    const until = last + ${seconds * 1_000};
    const frame = (now) => {
      frames.push(now - last);
      last = now;
      if (list.scrollTop <= 0) step = ${SCROLL_PX};
      list.scrollTop += step;
      if (now < until) requestAnimationFrame(frame);
      else { tasks.disconnect(); resolve({ frames: frames.slice(1), longTasks }); }
    };
    requestAnimationFrame(frame);
  })`);
}

async function threadTimes(session: CDPSession): Promise<ReadonlyMap<string, number>> {
  const { metrics } = await session.send('Performance.getMetrics');
  return new Map(metrics.map(({ name, value }) => [name, value]));
}

async function numbers(page: Page, expression: string): Promise<readonly number[]> {
  return page.evaluate(expression);
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
