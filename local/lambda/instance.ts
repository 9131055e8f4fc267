import type { ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import type { Timers } from '../schedule/timers.ts';
import { forkInstance } from './fork-instance.ts';
import type { HostedFunction } from './instance-environment.ts';
import {
  type InstanceMessage,
  type InvocationMessage,
  instanceMessageSchema,
} from './instance-protocol.ts';
import type { FunctionError, InvokeOutcome } from './invoke-outcome.ts';
import type { LineSink } from './log-files.ts';

export type InstanceOptions = {
  readonly hosted: HostedFunction;
  readonly environment: Readonly<Record<string, string>>;
  readonly lineSink: LineSink;
  readonly timers: Timers;
};

/** Lambda allows 10 s; a laptop that starts everything at once may need longer. */
const START_TIMEOUT_MS = 30_000;

/** An idle process ends in milliseconds; a handler that has its own idea of signals may not. */
const STOP_GRACE_MS = 1_000;

/** One child process that runs one invocation at a time. */
export class Instance {
  readonly #options: InstanceOptions;
  readonly #child: ChildProcess;
  readonly #ready = Promise.withResolvers<FunctionError | undefined>();
  readonly #ended = Promise.withResolvers<void>();
  #current: { requestId: string; settle: (outcome: InvokeOutcome) => void } | undefined;
  #isUsable = true;

  constructor(options: InstanceOptions) {
    this.#options = options;
    this.#child = forkInstance(options);
    this.#child.on('message', (message) => {
      // A handler may use the channel for itself: what is not ours is passed over.
      const parsed = instanceMessageSchema.safeParse(message);
      if (parsed.success) this.#receive(parsed.data);
    });
    this.#child.on('error', (error) => {
      this.#fail({ errorType: 'Runtime.ExitError', errorMessage: error.message });
    });
    // 'close' and not 'exit': an answer sent just before the end is read first.
    this.#child.on('close', (code, signal) => this.#end(code, signal));

    const cancel = options.timers.after(START_TIMEOUT_MS, () => this.#timeOut(START_TIMEOUT_MS));
    void this.#ready.promise.then(cancel);
  }

  /** Settles when the handler is imported, or with the error that prevents it. */
  get ready(): Promise<FunctionError | undefined> {
    return this.#ready.promise;
  }

  /** Settles when the process is gone and its last line was handed on. */
  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  /** False once the process is dying or dead. */
  get isUsable(): boolean {
    return this.#isUsable;
  }

  /** Runs one invocation; the caller never starts a second one meanwhile. */
  async invoke(event: unknown): Promise<InvokeOutcome> {
    const { hosted, timers } = this.#options;
    const requestId = randomUUID();
    if (!this.#isUsable) return { kind: 'failed', functionError: exited(requestId, null, null) };

    const outcome = Promise.withResolvers<InvokeOutcome>();
    this.#current = { requestId, settle: outcome.resolve };
    const cancelTimeout = timers.after(hosted.timeoutMs, () => this.#timeOut(hosted.timeoutMs));
    const deadlineMs = timers.now() + hosted.timeoutMs;
    const message: InvocationMessage = { requestId, deadlineMs, event };
    // A send that fails means that the process is going: its end settles the invocation.
    this.#child.send(message, () => {});
    return outcome.promise.finally(() => {
      cancelTimeout();
      this.#current = undefined;
    });
  }

  /** Ends the process, and kills it when it does not end. */
  async stop(): Promise<void> {
    this.#isUsable = false;
    this.#child.kill('SIGTERM');
    const cancel = this.#options.timers.after(STOP_GRACE_MS, () => this.kill());
    await this.ended;
    cancel();
  }

  kill(): void {
    this.#isUsable = false;
    this.#child.kill('SIGKILL');
  }

  #receive(message: InstanceMessage): void {
    switch (message.kind) {
      case 'ready':
        this.#ready.resolve(undefined);
        return;
      case 'broken':
        this.#fail(message.error);
        this.kill();
        return;
      case 'succeeded':
        this.#settle(message.requestId, { kind: 'succeeded', payload: message.payload ?? null });
        return;
      case 'failed':
        this.#settle(message.requestId, { kind: 'failed', functionError: message.error });
    }
  }

  #settle(requestId: string, outcome: InvokeOutcome): void {
    if (requestId === this.#current?.requestId) this.#current.settle(outcome);
  }

  #fail(functionError: FunctionError): void {
    const { hosted, lineSink } = this.#options;
    this.#isUsable = false;
    const line = `${functionError.errorType}: ${functionError.errorMessage}`;
    lineSink({ functionName: hosted.name, stream: 'host', line });
    this.#ready.resolve(functionError);
    this.#current?.settle({ kind: 'failed', functionError });
  }

  #timeOut(timeoutMs: number): void {
    const seconds = (timeoutMs / 1000).toFixed(2);
    const requestId = this.#current?.requestId ?? 'init';
    const errorMessage = `RequestId: ${requestId} Error: Task timed out after ${seconds} seconds`;
    this.#fail({ errorType: 'Sandbox.Timedout', errorMessage });
    this.kill();
  }

  #end(code: number | null, signal: string | null): void {
    const error = exited(this.#current?.requestId ?? 'init', code, signal);
    if (this.#current !== undefined) this.#fail(error);
    this.#isUsable = false;
    this.#ready.resolve(error);
    this.#ended.resolve();
  }
}

function exited(requestId: string, code: number | null, signal: string | null): FunctionError {
  const how = signal === null ? `exit status ${code ?? 'unknown'}` : `signal: ${signal}`;
  return {
    errorType: 'Runtime.ExitError',
    errorMessage: `RequestId: ${requestId} Error: Runtime exited with error: ${how}`,
  };
}
