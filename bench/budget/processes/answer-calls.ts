import * as z from 'zod/mini';

/** What one process does when it is asked. */
export type Calls = Readonly<Record<string, (input: unknown) => unknown>>;

const callSchema = z.object({ id: z.number(), call: z.string(), input: z.optional(z.unknown()) });

/** Answers what the parent process asks; `ready` is answered by every process. Ends with it. */
export function answerCalls(calls: Calls): void {
  process.on('message', (message) => {
    const { id, call, input } = z.parse(callSchema, message);
    void answer(call, input).then((reply) => process.send?.({ id, ...reply }));
  });
  process.on('disconnect', () => process.exit(0));

  async function answer(call: string, input: unknown) {
    if (call === 'ready') return { result: true };
    try {
      const asked = calls[call];
      if (asked === undefined) throw new Error(`There is no call "${call}".`);
      return { result: await asked(input) };
    } catch (error) {
      return { error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
    }
  }
}
