import * as z from 'zod/mini';

/** What the host sends to an instance: one invocation. The bootstrap reads the same names. */
export type InvocationMessage = {
  readonly requestId: string;
  readonly deadlineMs: number;
  readonly event: unknown;
};

const functionErrorSchema = z.object({
  errorType: z.string(),
  errorMessage: z.string(),
  trace: z.array(z.string()),
});

/** What an instance sends back; `payload` is absent when the handler returned nothing. */
export const instanceMessageSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ready') }),
  z.object({ kind: z.literal('broken'), error: functionErrorSchema }),
  z.object({
    kind: z.literal('succeeded'),
    requestId: z.string(),
    payload: z.optional(z.unknown()),
  }),
  z.object({ kind: z.literal('failed'), requestId: z.string(), error: functionErrorSchema }),
]);

export type InstanceMessage = z.infer<typeof instanceMessageSchema>;
