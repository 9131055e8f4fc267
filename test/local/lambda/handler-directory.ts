import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HostedFunction } from '../../../local/lambda/instance-environment.ts';

/** Writes a handler file as a bundle would be, in a directory of its own. */
export function handlerDirectory(code: string): string {
  const directory = mkdtempSync(join(tmpdir(), 'handler-'));
  writeFileSync(join(directory, 'index.mjs'), code);
  return directory;
}

export function hostedFunction(
  code: string,
  changes: Partial<HostedFunction> = {},
): HostedFunction {
  return {
    name: 'submit-order',
    arn: 'arn:aws:lambda:eu-west-1:000000000000:function:submit-order',
    handler: 'index.handler',
    codeDirectory: handlerDirectory(code),
    timeoutMs: 10_000,
    memoryMb: 256,
    environment: {},
    logGroupName: '/aws/lambda/submit-order',
    ...changes,
  };
}

/** Waits for something of another process; the bound only ends a test that has failed. */
export async function eventually(condition: () => boolean, boundMs = 10_000): Promise<void> {
  const until = Date.now() + boundMs;
  while (!condition()) {
    if (Date.now() > until) throw new Error(`Not so within ${boundMs} ms: ${condition.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
