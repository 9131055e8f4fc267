import { Agent, type IncomingMessage, request } from 'node:http';
import { Worker } from 'node:worker_threads';
import * as z from 'zod/mini';
import type { AwsIdentity } from '../aws-endpoint/aws-service.ts';

/** Concurrent calls to the database; more wait. It is one thread, so more would only queue there. */
const CONNECTIONS_MAX = 64;
/** How long one call may take; a local read or write takes about a millisecond. */
const CALL_TIMEOUT_MS = 20_000;
/** How long the database may take to open its files. */
const START_TIMEOUT_MS = 20_000;
/** How long the database may take to close before its thread is ended. */
const CLOSE_TIMEOUT_MS = 5_000;

/** What the database answered, untouched. */
export interface DatabaseAnswer {
  readonly status: number;
  readonly body: string;
}

/** The database behind the front: it stores items, indexes and tags, and knows no streams. */
export interface Database {
  /** Sends one call; rejects when it is not known whether the call took effect. */
  call(operation: string, body: string): Promise<DatabaseAnswer>;
  /** Waits for the calls in progress; every later call rejects. */
  close(): Promise<void>;
}

/** Starts dynalite in a thread, on a loopback port that only this process knows. */
export async function startDynalite(options: {
  readonly directory: string;
  readonly identity: AwsIdentity;
  /** Tables whose creation or deletion a kill interrupted; they are erased first. */
  readonly halfDoneTables: readonly string[];
}): Promise<Database> {
  const worker = new Worker(new URL('./dynalite-worker.ts', import.meta.url), {
    workerData: { directory: options.directory, halfDoneTables: options.halfDoneTables },
    env: { AWS_REGION: options.identity.region, AWS_ACCOUNT_ID: options.identity.accountId },
    execArgv: ['--disable-warning=ExperimentalWarning'],
  });

  const started = await nextMessage(worker, START_TIMEOUT_MS);
  const { port } = z.parse(z.object({ port: z.number() }), started);
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS_MAX });

  const inProgress = new Set<Promise<DatabaseAnswer>>();
  let isClosed = false;

  return {
    async call(operation, body) {
      if (isClosed) throw new Error('the local DynamoDB is closed');
      const answer = send({ agent, port, operation, body });
      inProgress.add(answer);
      return answer.finally(() => inProgress.delete(answer));
    },
    async close() {
      isClosed = true;
      await Promise.allSettled(inProgress);
      agent.destroy();
      try {
        const closed = nextMessage(worker, CLOSE_TIMEOUT_MS);
        worker.postMessage('close');
        await closed;
      } finally {
        await worker.terminate();
      }
    },
  };
}

function nextMessage(worker: Worker, timeoutMs: number): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => fail(`gave no sign for ${timeoutMs} ms`), timeoutMs);
    const fail = (reason: string) => {
      clearTimeout(timer);
      reject(new Error(`The local DynamoDB's database thread ${reason}.`));
    };
    const onExit = (code: number) => fail(`ended with code ${code}`);
    const onError = (error: Error) => fail(`failed: ${error.message}`);

    worker.once('error', onError);
    worker.once('exit', onExit);
    worker.once('message', (message) => {
      worker.off('error', onError);
      worker.off('exit', onExit);
      clearTimeout(timer);
      resolve(message);
    });
  });
}

function send(call: {
  readonly agent: Agent;
  readonly port: number;
  readonly operation: string;
  readonly body: string;
}): Promise<DatabaseAnswer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        agent: call.agent,
        host: '127.0.0.1',
        port: call.port,
        method: 'POST',
        path: '/',
        timeout: CALL_TIMEOUT_MS,
        headers: {
          'content-type': 'application/x-amz-json-1.0',
          'content-length': Buffer.byteLength(call.body),
          'x-amz-target': `DynamoDB_20120810.${call.operation}`,
          'x-amz-date': '20200101T000000Z',
          authorization: 'AWS4-HMAC-SHA256 Credential=local, SignedHeaders=host, Signature=local',
        },
      },
      (answer) => {
        collect(answer).then(resolve, reject);
      },
    );
    outgoing.on('timeout', () => {
      outgoing.destroy(new Error(`${call.operation} had no answer in ${CALL_TIMEOUT_MS} ms`));
    });
    outgoing.on('error', reject);
    outgoing.end(call.body);
  });
}

function collect(answer: IncomingMessage): Promise<DatabaseAnswer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    answer.on('data', (chunk: Buffer) => chunks.push(chunk));
    answer.on('error', reject);
    answer.on('end', () => {
      resolve({ status: answer.statusCode ?? 500, body: Buffer.concat(chunks).toString('utf8') });
    });
  });
}
