import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from '@jest/globals';
import {
  createFunctionHost,
  type FunctionHost,
  type FunctionHostOptions,
} from '../../../local/lambda/function-host.ts';
import type { HostedFunction } from '../../../local/lambda/instance-environment.ts';
import type { FunctionLine } from '../../../local/lambda/log-files.ts';
import { eventually, handlerDirectory, hostedFunction, isAlive } from './handler-directory.ts';

const hosts: FunctionHost[] = [];

afterEach(async () => {
  await Promise.all(hosts.splice(0).map((host) => host.close({ graceMs: 0 })));
});

function start(
  code: string,
  changes: Partial<HostedFunction> = {},
  options: Partial<FunctionHostOptions> = {},
) {
  const lines: FunctionLine[] = [];
  const host = createFunctionHost({
    functions: [hostedFunction(code, changes)],
    region: 'eu-west-1',
    endpointUrl: 'http://127.0.0.1:4566',
    logDirectory: '',
    lineSink: (line) => lines.push(line),
    ...options,
  });
  hosts.push(host);
  return { host, lines, invoke: (event: unknown = {}) => host.invoke('submit-order', event) };
}

const pidHandler = 'export const handler = async () => process.pid;';

/** Answers its process id once another invocation or the test sets it free. */
const gateHandler = `import { existsSync } from 'node:fs';
export const handler = async ({ gate }) => {
  while (!existsSync(gate)) await new Promise((resolve) => setTimeout(resolve, 2));
  return process.pid;
};`;

describe('an invocation', () => {
  it('gives the event to the handler and its answer back', async () => {
    const { invoke } = start('export const handler = async ({ a }) => ({ sum: a + 1 });');
    expect(await invoke({ a: 41 })).toEqual({ kind: 'succeeded', payload: { sum: 42 } });
  });

  it('answers null for a handler that returns nothing', async () => {
    const { invoke } = start('export const handler = async () => {};');
    expect(await invoke()).toEqual({ kind: 'succeeded', payload: null });
  });

  it('gives the handler a context like the real one', async () => {
    const code = `export const handler = async (event, context) => ({
      ...context, remaining: context.getRemainingTimeInMillis() });`;
    const outcome = await start(code).invoke();
    expect(outcome).toMatchObject({
      kind: 'succeeded',
      payload: {
        awsRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        functionName: 'submit-order',
        functionVersion: '$LATEST',
        memoryLimitInMB: '256',
        invokedFunctionArn: 'arn:aws:lambda:eu-west-1:000000000000:function:submit-order',
        logGroupName: '/aws/lambda/submit-order',
      },
    });
    const { remaining } = Object(outcome.kind === 'succeeded' ? outcome.payload : {});
    expect(remaining).toBeGreaterThan(9_000);
    expect(remaining).toBeLessThanOrEqual(10_000);
  });

  it('sees the environment of the function and nothing of the host', async () => {
    const code = 'export const handler = async () => process.env;';
    process.env.HOST_SECRET = 'not for functions';
    const outcome = await start(code, { environment: { QUEUE_URL: 'http://q' } }).invoke();
    delete process.env.HOST_SECRET;
    const environment = Object(outcome.kind === 'succeeded' ? outcome.payload : {});
    expect(environment).toMatchObject({
      QUEUE_URL: 'http://q',
      AWS_REGION: 'eu-west-1',
      AWS_ENDPOINT_URL: 'http://127.0.0.1:4566',
      AWS_LAMBDA_FUNCTION_NAME: 'submit-order',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256',
    });
    expect(environment).not.toHaveProperty('HOST_SECRET');
    expect(environment).not.toHaveProperty('NODE_OPTIONS');
  });

  it('of a function that does not exist is rejected with the names that do', async () => {
    const { host } = start(pidHandler);
    await expect(host.invoke('other', {})).rejects.toThrow('submit-order');
  });
});

describe('instances', () => {
  it('are reused while they are warm', async () => {
    const { invoke, host } = start(pidHandler);
    expect(await invoke()).toEqual(await invoke());
    expect(host.instances('submit-order')).toBe(1);
  });

  it('run one invocation at a time, and more of them start on demand', async () => {
    const code = `let running = 0; export const handler = async () => {
      running += 1; await new Promise((r) => setTimeout(r, 20)); running -= 1;
      return running; };`;
    const { invoke, host } = start(code, {}, { instancesMax: { 'submit-order': 2 } });
    const outcomes = await Promise.all(Array.from({ length: 6 }, () => invoke()));
    expect(outcomes).toEqual(Array.from({ length: 6 }, () => ({ kind: 'succeeded', payload: 0 })));
    expect(host.instances('submit-order')).toBe(2);
  });

  it('are started ahead when a minimum of warm ones is asked for', async () => {
    const { host, invoke } = start(pidHandler, {}, { minimumWarm: { 'submit-order': 2 } });
    await host.warm();
    expect(host.instances('submit-order')).toBe(2);
    await invoke();
    expect(host.instances('submit-order')).toBe(2);
  });

  it('are stopped once they were idle for long', async () => {
    const { host, invoke } = start(pidHandler, {}, { idleStopMs: 30 });
    const outcome = await invoke();
    const pid = Number(outcome.kind === 'succeeded' && outcome.payload);
    await eventually(() => host.instances('submit-order') === 0 && !isAlive(pid));
  });

  it('end with the host', async () => {
    const { host, invoke } = start(pidHandler);
    const outcome = await invoke();
    const pid = Number(outcome.kind === 'succeeded' && outcome.payload);
    expect(isAlive(pid)).toBe(true);
    await host.close();
    expect(isAlive(pid)).toBe(false);
    expect(await invoke()).toMatchObject({ kind: 'throttled' });
  });

  it('end by themselves when the host is killed', async () => {
    const program = fileURLToPath(new URL('./host-program.ts', import.meta.url));
    const child = spawn(process.execPath, [program], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [chunk] = await once(child.stdout, 'data');
    const pid = Number(String(chunk));
    expect(isAlive(pid)).toBe(true);
    child.kill('SIGKILL');
    await eventually(() => !isAlive(pid));
  });
});

describe('concurrency', () => {
  it('above the reserved one is throttled at once', async () => {
    const { invoke } = start(gateHandler, { reservedConcurrency: 1 });
    const first = invoke({ gate: process.execPath });
    expect(await invoke({ gate: process.execPath })).toMatchObject({ kind: 'throttled' });
    expect(await first).toMatchObject({ kind: 'succeeded' });
  });

  it('above what the machine bears waits as long as the caller allows', async () => {
    const { host, invoke } = start(gateHandler, {}, { instancesMax: { 'submit-order': 1 } });
    const gate = join(handlerDirectory(''), 'gate');
    const first = invoke({ gate });
    const impatient = await host.invoke('submit-order', { gate }, { waitMs: 0 });
    const patient = invoke({ gate });
    writeFileSync(gate, '');
    expect(impatient).toMatchObject({ kind: 'throttled' });
    expect(await patient).toEqual(await first);
  });

  it('is cut off when the host closes and its grace is over', async () => {
    const code = `console.log('up');
      export const handler = () => new Promise(() => setInterval(() => {}, 1_000));`;
    const { host, invoke, lines } = start(code);
    const running = invoke();
    await eventually(() => lines.length === 1);
    await host.close({ graceMs: 0 });
    expect((await running).kind).not.toBe('succeeded');
    expect(host.instances('submit-order')).toBe(0);
  });
});

describe('a function that goes wrong', () => {
  it('by throwing fails with the type and text of its error; its instance lives on', async () => {
    const code = `export const handler = async ({ fail }) => {
      if (fail) throw new TypeError('bad order'); return process.pid; };`;
    const { invoke } = start(code);
    const before = await invoke({});
    expect(await invoke({ fail: true })).toMatchObject({
      kind: 'failed',
      functionError: { errorType: 'TypeError', errorMessage: 'bad order' },
    });
    expect(await invoke({})).toEqual(before);
  });

  it('by answering what is no JSON fails', async () => {
    const { invoke } = start('export const handler = async () => ({ n: 1n });');
    expect(await invoke()).toMatchObject({ kind: 'failed' });
  });

  it('by taking too long is killed', async () => {
    const code =
      'export const handler = async ({ hang }) => { while (hang); return process.pid; };';
    const { invoke, host } = start(code, { timeoutMs: 300 });
    const first = await invoke({});
    const outcome = await invoke({ hang: true });
    expect(outcome).toMatchObject({
      kind: 'failed',
      functionError: {
        errorType: 'Sandbox.Timedout',
        errorMessage: expect.stringContaining('Task timed out after 0.30 seconds'),
      },
    });
    const pid = Number(first.kind === 'succeeded' && first.payload);
    await eventually(() => !isAlive(pid) && host.instances('submit-order') === 0);
    expect(await invoke({})).toMatchObject({ kind: 'succeeded' });
  });

  it('by ending its process fails, and the next invocation has a new one', async () => {
    const code = `export const handler = async ({ exit }) => {
      if (exit) process.exit(3); return 'fine'; };`;
    const { invoke } = start(code);
    expect(await invoke({ exit: true })).toMatchObject({
      kind: 'failed',
      functionError: {
        errorType: 'Runtime.ExitError',
        errorMessage: expect.stringContaining('exit status 3'),
      },
    });
    expect(await invoke({})).toEqual({ kind: 'succeeded', payload: 'fine' });
  });

  it.each([
    ['without the export', 'export const other = 1;', 'Runtime.HandlerNotFound'],
    ['that imports what is not there', `import 'no-such-package';`, 'Runtime.ImportModuleError'],
    ['that throws while it is imported', `throw new RangeError('early');`, 'RangeError'],
  ])('%s fails with its reason', async (_name, code, errorType) => {
    const { invoke } = start(code);
    expect(await invoke()).toMatchObject({ kind: 'failed', functionError: { errorType } });
  });
});

describe('what a function prints', () => {
  it('reaches the sink line by line', async () => {
    const code = `export const handler = async () => {
      process.stdout.write('one\\ntw'); console.error('oops'); process.stdout.write('o\\n'); };`;
    const { invoke, lines } = start(code);
    await invoke();
    await eventually(() => lines.length === 3);
    expect(lines).toEqual(
      expect.arrayContaining([
        { functionName: 'submit-order', stream: 'stdout', line: 'one' },
        { functionName: 'submit-order', stream: 'stdout', line: 'two' },
        { functionName: 'submit-order', stream: 'stderr', line: 'oops' },
      ]),
    );
  });
});
