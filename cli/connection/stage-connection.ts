import { type Auth, OrdersClient } from '../../client/index.ts';
import { STAGES, type Stage, type StageName } from '../../infra/stages.ts';
import { CommandFailure, EXIT } from '../command-line/exit-codes.ts';
import { type Caller, findCaller } from './caller.ts';
import type { StageState } from './stage-state.ts';

/** Where the local stack has its API when nobody says otherwise. */
export const LOCAL_API_URL = 'http://127.0.0.1:8080';

/** Which stage a command works on. */
export interface StageChoice {
  readonly stage: StageName;
  /** Address of the API in place of the stage's own. */
  readonly url: string | undefined;
  /** Address of the AWS services in place of the region's own. */
  readonly awsEndpoint: string | undefined;
}

/** The ways to one stage. Each is opened when it is first needed. */
export interface StageConnection {
  readonly stage: Stage;
  caller(): Promise<Caller>;
  apiUrl(): Promise<string>;
  /** The API, called as the stage wants it: open on loopback, signed for IAM elsewhere. */
  api(): Promise<OrdersClient>;
  /** Tables, queues and secrets. */
  state(): Promise<StageState>;
}

/** Opens nothing yet. */
export function connectStage(
  choice: StageChoice,
  environment: Readonly<Record<string, string | undefined>>,
): StageConnection {
  const stage = STAGES[choice.stage];
  const { awsEndpoint } = choice;
  const caller = once(() => findCaller({ stage, awsEndpoint, environment }));
  const apiUrl = once(async () => {
    if (choice.url !== undefined) return choice.url;
    return stage.name === 'local' ? LOCAL_API_URL : addressOf(stage, await caller());
  });
  return {
    stage,
    caller,
    apiUrl,
    api: once(
      async () => new OrdersClient({ baseUrl: await apiUrl(), auth: await auth(stage, caller) }),
    ),
    state: once(async () => {
      const { openState } = await import('./stage-state.ts');
      return openState(stage, await caller());
    }),
  };
}

async function auth(stage: Stage, caller: () => Promise<Caller>): Promise<Auth> {
  if (stage.name === 'local') return { kind: 'none' };
  const { region, credentials } = await caller();
  return { kind: 'iam', region, credentials };
}

/** The address is an output of the stage's stack. */
async function addressOf(stage: Stage, caller: Caller): Promise<string> {
  const { CloudFormationClient, DescribeStacksCommand } = await import(
    '@aws-sdk/client-cloudformation'
  );
  const endpoint = caller.endpointOf();
  const client = new CloudFormationClient({
    region: caller.region,
    credentials: caller.credentials,
    ...(endpoint !== undefined && { endpoint }),
  });
  const StackName = `hashkey-orders-${stage.name}-service`;
  try {
    const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName }));
    const outputs = Stacks.flatMap(({ Outputs = [] }) => Outputs);
    const url = outputs.find(({ OutputKey }) => OutputKey === 'ApiUrl')?.OutputValue;
    if (url !== undefined) return url.replace(/\/+$/, '');
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'ValidationError') throw error;
  }
  throw new CommandFailure(
    EXIT.notFound,
    `The stack ${StackName} is not in ${caller.region}, or puts out no ApiUrl: check --stage and AWS_REGION, or give --url.`,
  );
}

function once<Value>(open: () => Promise<Value>): () => Promise<Value> {
  let opened: Promise<Value> | undefined;
  return () => {
    opened ??= open();
    return opened;
  };
}
