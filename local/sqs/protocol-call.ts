import * as z from 'zod/mini';
import type { BatchOutcome } from './batch.ts';
import type { SqsEngine } from './engine.ts';
import type { Queue } from './queues.ts';
import { invalidParameter, missingParameter, SqsError, wireError } from './sqs-error.ts';

/** What a call needs besides its body. */
export type CallContext = {
  engine: SqsEngine;
  /**
   * The address the client used, without a path: queue URLs carry it, and the SDK sends to the
   * host in them.
   */
  baseUrl: string;
  signal?: AbortSignal | undefined;
};

/** One operation of the JSON protocol: from a parsed body to the body of the answer. */
export type Call = (context: CallContext, body: unknown) => object | Promise<object>;

/** Joins the shape of a request with what is done for it. */
export function call<S extends z.ZodMiniType>(
  shape: S,
  run: (context: CallContext, input: z.output<S>) => object | Promise<object>,
): Call {
  return (context, body) => {
    const parsed = z.safeParse(shape, body);
    if (parsed.success) return run(context, parsed.data);
    const issue = parsed.error.issues[0];
    throw new SqsError(
      'SerializationException',
      `The field ${issue?.path.join('.') ?? ''} has the wrong type: ${issue?.message ?? ''}`,
    );
  };
}

/** Optional in every shape: a missing field gets the service's own error, not one about types. */
export const optionalText = z.optional(z.string());
export const optionalNumber = z.optional(z.number());
export const optionalTexts = z.optional(z.array(z.string()));
export const optionalMap = z.optional(z.record(z.string(), z.string()));

export function required<T>(name: string, value: T | undefined): T {
  if (value === undefined || value === '') throw missingParameter(name);
  return value;
}

/** Passes a whole number in the range on, in the words of the service when it is not. */
export function inRange(
  name: string,
  value: number | undefined,
  [min, max]: readonly [number, number],
): number | undefined {
  if (value === undefined || (Number.isInteger(value) && value >= min && value <= max)) {
    return value;
  }
  throw invalidParameter(name, value, `Must be between ${min} and ${max}, if provided.`);
}

export function milliseconds(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : seconds * 1000;
}

/** Writes the URL of a queue: the account is the fifth part of its ARN. */
export function queueUrl({ baseUrl }: CallContext, queue: Queue): string {
  return `${baseUrl}/${queue.arn.split(':')[4] ?? ''}/${queue.name}`;
}

/** Reads the queue's name from its URL; whose host it carries does not matter. */
export function queueName(url: string | undefined): string {
  const given = required('QueueUrl', url);
  const name = /^(?:https?:\/\/[^/]+)?\/?\d+\/([^/?#]+)$/.exec(given)?.[1];
  if (name === undefined) {
    throw new SqsError('InvalidAddress', `The address ${given} is not valid for this endpoint.`);
  }
  return name;
}

/** Writes the answer of a batch, whose entries fail one by one. */
export function batchAnswer<T>(
  { successful, failed }: BatchOutcome<T>,
  entryAnswer: (entry: { id: string } & T) => object,
): object {
  return {
    Successful: successful.map((entry) => ({ Id: entry.id, ...entryAnswer(entry) })),
    Failed: failed.map(({ id, code, message }) => ({
      Id: id,
      Code: wireError(code).queryCode,
      Message: message,
      SenderFault: true,
    })),
  };
}
