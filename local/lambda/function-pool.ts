import type { Timers } from '../schedule/timers.ts';
import type { Instance } from './instance.ts';
import type { FunctionError, InvokeOptions, InvokeOutcome } from './invoke-outcome.ts';
import { createWaitingLine, type WaitingLine } from './waiting-line.ts';

export type PoolOptions = {
  readonly functionName: string;
  /** As in the cloud: an invocation above it is throttled at once. */
  readonly reservedConcurrency: number;
  /** What this machine bears: an invocation above it waits for an instance. */
  readonly instancesMax: number;
  /** So many instances are started ahead and never stopped for idleness. */
  readonly minimumWarm: number;
  readonly idleStopMs: number;
  readonly timers: Timers;
  readonly start: () => Instance;
};

/** A gateway gives up after 30 s; whoever has waited this long is better told so. */
const WAIT_DEFAULT_MS = 10_000;

/** Each waiting invocation holds its event in memory. */
const WAITING_MAX = 1_000;

/** The instances of one function: reuses the warm ones, starts more on demand, stops idle ones. */
export class FunctionPool {
  readonly #options: PoolOptions;
  readonly #instancesMax: number;
  readonly #all = new Set<Instance>();
  readonly #idle: { instance: Instance; cancelStop: () => void }[] = [];
  readonly #waiting: WaitingLine<Instance | FunctionError | 'throttled'>;
  #starting = 0;
  #active = 0;
  #isClosed = false;
  #whenQuiet = () => {};

  constructor(options: PoolOptions) {
    this.#options = options;
    this.#instancesMax = Math.min(options.instancesMax, options.reservedConcurrency);
    this.#waiting = createWaitingLine(options.timers);
  }

  /** How many processes there are now. */
  get instances(): number {
    return this.#all.size;
  }

  async invoke(event: unknown, options: InvokeOptions = {}): Promise<InvokeOutcome> {
    const refusal = this.#refusal();
    if (refusal !== undefined) return this.#throttled(refusal);
    this.#active += 1;
    try {
      return await this.#run(event, options.waitMs ?? WAIT_DEFAULT_MS);
    } finally {
      this.#active -= 1;
      if (!this.#isClosed && this.#all.size < this.#options.minimumWarm) void this.#start();
      if (this.#active === 0) this.#whenQuiet();
    }
  }

  /** Starts the minimum of warm instances; settles when each is ready or has failed. */
  async warm(): Promise<void> {
    const wanted = Math.min(this.#options.minimumWarm, this.#instancesMax);
    const missing = Math.max(0, wanted - this.#all.size);
    await Promise.all(Array.from({ length: missing }, () => this.#start()));
  }

  /** Takes nothing more, gives what runs so much time, then kills it. */
  async close(graceMs: number): Promise<void> {
    this.#isClosed = true;
    this.#waiting.serveAll('throttled');
    if (this.#active > 0) await this.#quiet(graceMs);
    const isRunning = this.#active > 0;
    await Promise.all(
      Array.from(this.#all, (instance) => {
        if (isRunning) instance.kill();
        return instance.stop();
      }),
    );
  }

  #refusal(): string | undefined {
    if (this.#isClosed) return 'is being stopped';
    if (this.#active >= this.#options.reservedConcurrency) {
      return 'has its reserved concurrency in use';
    }
    return this.#waiting.length < WAITING_MAX
      ? undefined
      : `has ${WAITING_MAX} invocations waiting`;
  }

  #throttled(why: string): InvokeOutcome {
    return { kind: 'throttled', reason: `${this.#options.functionName} ${why}` };
  }

  async #run(event: unknown, waitMs: number): Promise<InvokeOutcome> {
    const got = this.#takeIdle() ?? (await this.#waitForInstance(waitMs));
    if (got === 'throttled') {
      return this.#throttled(`has all its ${this.#instancesMax} instances busy`);
    }
    if (!('invoke' in got)) return { kind: 'failed', functionError: got };
    const outcome = await got.invoke(event);
    this.#offer(got);
    return outcome;
  }

  /** The last one used is taken first, so that the others grow old and are stopped. */
  #takeIdle(): Instance | undefined {
    const entry = this.#idle.pop();
    entry?.cancelStop();
    return entry?.instance;
  }

  #waitForInstance(waitMs: number): Promise<Instance | FunctionError | 'throttled'> {
    const place = this.#waiting.join();
    this.#startForWaiters();
    // An invocation with a start of its own waits for that start, however long it takes.
    if (this.#waiting.length > this.#starting) place.giveUpAfter(waitMs, 'throttled');
    return place.served;
  }

  #startForWaiters(): void {
    while (
      this.#starting < this.#waiting.length &&
      this.#all.size < this.#instancesMax &&
      !this.#isClosed
    ) {
      void this.#start();
    }
  }

  async #start(): Promise<void> {
    const instance = this.#tryStart();
    if (!('invoke' in instance)) {
      this.#waiting.serve(instance);
      return;
    }
    this.#all.add(instance);
    void instance.ended.then(() => this.#forget(instance));
    this.#starting += 1;
    const error = await instance.ready;
    this.#starting -= 1;
    if (error === undefined) {
      this.#offer(instance);
      return;
    }
    // One broken start answers one invocation, as each of them would have had its own.
    this.#waiting.serve(error);
    this.#forget(instance);
  }

  #tryStart(): Instance | FunctionError {
    try {
      return this.#options.start();
    } catch (error) {
      const errorMessage = `The machine starts no further process: ${String(error)}`;
      return { errorType: 'Runtime.ExitError', errorMessage };
    }
  }

  #offer(instance: Instance): void {
    if (!instance.isUsable || !this.#all.has(instance)) {
      this.#forget(instance);
    } else if (!this.#waiting.serve(instance)) {
      this.#idle.push({ instance, cancelStop: this.#stopWhenIdle(instance) });
    }
  }

  #forget(instance: Instance): void {
    this.#all.delete(instance);
    const position = this.#idle.findIndex((entry) => entry.instance === instance);
    const entries = position < 0 ? [] : this.#idle.splice(position, 1);
    for (const { cancelStop } of entries) cancelStop();
    this.#startForWaiters();
  }

  #stopWhenIdle(instance: Instance): () => void {
    const { timers, idleStopMs, minimumWarm } = this.#options;
    let cancel = () => {};
    const arm = () => {
      cancel = timers.after(idleStopMs, () => {
        if (this.#all.size <= minimumWarm) {
          arm();
          return;
        }
        this.#forget(instance);
        void instance.stop();
      });
    };
    arm();
    return () => cancel();
  }

  #quiet(graceMs: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#options.timers.after(graceMs, resolve);
      this.#whenQuiet = () => {
        cancel();
        resolve();
      };
    });
  }
}
