import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Configuration } from '../../local/stack/configuration.ts';
import { startExchanges } from '../../local/stack/exchange.ts';
import type { Simulator } from '../../simulator/start.ts';
import { type Aws, awsOf } from './aws.ts';
import { type Deployed, deploy, STAGE } from './deploy.ts';
import { deskFacts } from './desk.ts';
import type { Emulator } from './emulator.ts';
import {
  comparedFacts,
  edgeFacts,
  eventFacts,
  type Fact,
  orderFacts,
  safetyFacts,
} from './facts.ts';
import { type Placed, place, settled } from './place-orders.ts';
import { ACCOUNTS, planned } from './plan.ts';
import { signatureFacts } from './signature-facts.ts';
import { type Api, apiAt } from './signed-call.ts';

/** What a run is made of. */
export interface Run {
  readonly emulator: Emulator;
  readonly deployed: Deployed;
  readonly configuration: Configuration;
  readonly simulator: Simulator;
  readonly api: Api;
  readonly aws: Aws;
}

/** Deploys, sends the orders through what was deployed, and says what held. */
export async function proveDeployment(
  emulator: Emulator,
  {
    orders,
    say,
    options,
  }: {
    readonly orders: number;
    readonly say: (line: string) => void;
    readonly options: readonly string[];
  },
): Promise<readonly Fact[]> {
  const configuration = madeUp();
  const dataDirectory = mkdtempSync(join(tmpdir(), 'order-service-exchange-'));
  const exchanges = await startExchanges(configuration, { port: 0, dataDirectory });
  const aws = awsOf(emulator);
  try {
    const [simulator] = exchanges.simulators.values();
    if (simulator === undefined) throw new Error('There is no simulated exchange.');
    const deployed = await deploy(emulator, say, options);
    if (deployed.simplified.length > 0) {
      say(`made simpler for the emulator: ${deployed.simplified.length} alarms of several metrics`);
    }
    const api = apiAt(emulator, deployed.outputs.ApiUrl ?? '');
    const run: Run = { emulator, deployed, configuration, simulator, api, aws };
    await aws.subscribe();
    for (const [name, value] of Object.entries(configuration.accounts)) {
      const account = { ...value, baseUrl: simulator.url };
      await aws.putSecret(`hashkey-orders/${STAGE}/accounts/${name}`, account);
    }
    for (const [name, value] of Object.entries(configuration.producers)) {
      await aws.putSecret(`hashkey-orders/${STAGE}/producers/${name}`, value);
    }
    const edges = await edgeFacts(run);
    const placed = await placeAll(run, orders, say);
    const statuses = await settled(run, placed, say);
    const desk = await deskFacts(run);
    return [
      ...edges,
      ...orderFacts(run, placed, statuses),
      ...desk,
      ...(await eventFacts(run, placed)),
      ...(await safetyFacts(run, readFileSync(emulator.logFile, 'utf8') + (await aws.logs()))),
      ...(await signatureFacts()),
      ...(await comparedFacts(emulator, say)),
    ];
  } finally {
    aws.close();
    await exchanges.stop();
  }
}

async function placeAll(
  run: Run,
  orders: number,
  say: (line: string) => void,
): Promise<readonly Placed[]> {
  const startedAt = Date.now();
  const placed = await place(run, planned(orders, startedAt));
  const faults = placed.filter(({ order }) => order.fault !== undefined).length;
  say(`placed ${placed.length} orders, ${faults} with a fault, in ${Date.now() - startedAt} ms`);
  return placed;
}

function madeUp(): Configuration {
  const hex = () => randomBytes(32).toString('hex');
  return {
    accounts: Object.fromEntries(
      ACCOUNTS.map((name) => [
        name,
        { site: 'HK', environment: 'sandbox', keys: [{ apiKey: hex(), apiSecret: hex() }] },
      ]),
    ),
    producers: {
      demo: { secrets: [`whsec_${randomBytes(32).toString('base64')}`], accounts: [...ACCOUNTS] },
    },
  };
}
