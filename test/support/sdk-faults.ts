/** What happens to one call, each retry of the SDK counted as a call of its own. */
export type SdkFault =
  | 'none'
  /** Refused for load; nothing is done. */
  | 'throttled'
  /** Never arrives. */
  | 'unreachable'
  /** Done, but the connection breaks before the answer. */
  | 'answer-lost';

type Handler = (args: never) => Promise<unknown>;

/** The little of an SDK client that faults need. */
interface FaultyClient {
  readonly middlewareStack: {
    add(
      middleware: (next: Handler, context: { commandName?: string }) => Handler,
      options: { step: 'deserialize'; priority: 'high' },
    ): void;
  };
}

/**
 * Lets calls of a client fail, below the SDK's own retries.
 *
 * @param choose - gets the command, such as `UpdateItemCommand`, and counts its calls from 1
 */
export function injectFaults(
  client: FaultyClient,
  choose: (command: string, call: number) => SdkFault,
): void {
  const calls = new Map<string, number>();
  client.middlewareStack.add(
    (next, { commandName = '' }) =>
      async (args) => {
        const call = (calls.get(commandName) ?? 0) + 1;
        calls.set(commandName, call);
        const fault = choose(commandName, call);
        if (fault === 'throttled') {
          throw Object.assign(new Error('Rate of requests exceeds the allowed throughput.'), {
            name: 'ProvisionedThroughputExceededException',
          });
        }
        if (fault === 'unreachable') throw broken('ECONNREFUSED');
        if (fault === 'none') return next(args);
        await Promise.allSettled([next(args)]);
        throw broken('ECONNRESET');
      },
    { step: 'deserialize', priority: 'high' },
  );
}

function broken(code: string): Error {
  return Object.assign(new Error(`socket: ${code}`), { code });
}
