import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { NOT_RUN } from '../support/commands-not-run.ts';
import { type Documented, documented } from '../support/documented.ts';
import { type StartedService, startService } from '../support/started-service.ts';

jest.setTimeout(90_000);

let service: StartedService;
let readme: Documented;
let cli: Documented;
beforeAll(async () => {
  // As a newcomer has it: `npm start` and nothing else, on other ports.
  service = await startService();
  readme = documented('README.md', NOT_RUN['README.md'] ?? {}, () => service);
  cli = documented('docs/cli.md', NOT_RUN['docs/cli.md'] ?? {}, () => service);
}, 120_000);
afterAll(() => service?.stop());

async function orderOf(clientOrderId: string): Promise<{ readonly status: string }> {
  return JSON.parse(
    await (await fetch(`${service.apiUrl}/v1/orders/desk-1/${clientOrderId}`)).text(),
  );
}

async function until(clientOrderId: string, status: string): Promise<void> {
  for (let look = 0; look < 300; look += 1) {
    if ((await orderOf(clientOrderId)).status === status) return;
    await sleep(100);
  }
  expect(await orderOf(clientOrderId)).toMatchObject({ status });
}

describe('the commands of README', () => {
  it('show what there is to type', async () => {
    // The service runs already: this test started it in this very way.
    const { stdout } = await readme.run('Try it', { 'npm start  ': 'npm start -- --help  ' });
    expect(stdout).toContain('Usage: npm start -- [options]');
    expect(stdout).toContain('Usage: hashkey-orders');
  });

  it('place an order and show it', async () => {
    const { stdout } = await readme.run('Try it (2)');
    expect(stdout).toMatch(/^HTTP\/1\.1 202 /);
    await until('my-first', 'FILLED');
  });

  it('show every wrong field of a mistake', async () => {
    const { stdout } = await readme.run('Try it (3)');
    expect(
      JSON.parse(stdout)
        .errors.map(({ field }: { field: string }) => field)
        .toSorted(),
    ).toEqual(['leverage', 'quantity']);
  });

  it('sign a webhook', async () => {
    const { stdout } = await readme.run('Try it (4)', { '.data': service.dataDirectory });
    expect(stdout).toMatch(/^HTTP\/1\.1 202 /);
    expect(stdout).toContain('"symbol":"ETHUSD"');
  });

  it('make a doubt that ends', async () => {
    const { stdout } = await readme.run('Try it (5)');
    expect(stdout).toContain('"status":502');
    await until('doubtful', 'FILLED');
    const { history } = Object(await orderOf('doubtful'));
    expect(history.map(({ type }: { type: string }) => type)).toContain('OrderDoubted');
  });

  it('are all run, or listed with a reason', () => {
    expect(readme.left()).toEqual([]);
  });
});

describe('the commands of docs/cli.md', () => {
  it('tell what there is, and that the stage is well', async () => {
    const { stdout } = await cli.run('Command line');
    expect(stdout.match(/Usage: hashkey-orders/g)).toHaveLength(2);
    expect(stdout).toContain('Nothing is wrong.');
    expect(cli.left()).toEqual([]);
  });
});
