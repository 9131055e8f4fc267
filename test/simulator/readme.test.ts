import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Simulator, startSimulator } from '../../simulator/start.ts';
import { NOT_RUN } from '../support/commands-not-run.ts';
import { type Documented, documented } from '../support/documented.ts';

const PAGE = 'simulator/README.md';

let simulator: Simulator;
let readme: Documented;
beforeAll(async () => {
  simulator = await startSimulator({ port: 0 });
  const at = { apiUrl: '', awsUrl: '', exchangeUrl: simulator.url };
  readme = documented(PAGE, NOT_RUN[PAGE] ?? {}, () => at);
});
afterAll(() => simulator.stop());

describe('the commands of simulator/README.md', () => {
  it('sign and place an order by hand', async () => {
    const { stdout } = await readme.run('The HashKey simulator (2)');
    expect(JSON.parse(stdout)).toMatchObject({ clientOrderId: 'try-1' });
  });

  it('make it misbehave, and are right but for an id', async () => {
    const { stdout } = await readme.run('Admin interface');
    // The reader has to put the id of a trade in its place.
    expect(stdout.match(/"error":"[^"]*"/g)).toEqual(['"error":"There is no trade …."']);
    expect(stdout).toContain('"duplicates"');
  });

  it('are all run, or listed with a reason', () => {
    expect(readme.left()).toEqual([]);
  });
});
