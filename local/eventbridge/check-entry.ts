import * as z from 'zod/mini';

/** One entry of PutEvents as the wire carries it. */
export const eventEntry = z.object({
  Source: z.optional(z.string()),
  DetailType: z.optional(z.string()),
  Detail: z.optional(z.string()),
  EventBusName: z.optional(z.string()),
  Resources: z.optional(z.array(z.string())),
  /** Unix seconds. */
  Time: z.optional(z.number()),
});
export type EventEntry = z.infer<typeof eventEntry>;

/** What is left of an entry once it is known to be good. */
export interface CheckedEntry {
  readonly kind: 'good';
  readonly source: string;
  readonly detailType: string;
  readonly detail: unknown;
}

/** Why an entry is refused, in EventBridge's codes. */
export interface RefusedEntry {
  readonly kind: 'refused';
  readonly code: string;
  readonly message: string;
}

/** Bytes that EventBridge counts for a time that is given. */
const TIME_BYTES = 14;

/** The size of an entry as EventBridge counts it against the limit of a request. */
export function entryBytes(entry: EventEntry): number {
  const texts = [entry.Source, entry.DetailType, entry.Detail, ...(entry.Resources ?? [])];
  const time = entry.Time === undefined ? 0 : TIME_BYTES;
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text ?? ''), time);
}

/** Decides whether EventBridge would take an entry. */
export function checkEntry(entry: EventEntry): CheckedEntry | RefusedEntry {
  const { Source: source, DetailType: detailType, Detail: detail } = entry;
  if (source === undefined || source === '') return missing('Source');
  if (detailType === undefined || detailType === '') return missing('DetailType');
  if (detail === undefined || detail === '') return missing('Detail');
  if (source.startsWith('aws.')) {
    const code = 'NotAuthorizedForSourceException';
    return { kind: 'refused', code, message: `Not authorized for the source ${source}.` };
  }
  const parsed = parseObject(detail);
  if (parsed === undefined) {
    return { kind: 'refused', code: 'MalformedDetail', message: 'Detail is malformed.' };
  }
  return { kind: 'good', source, detailType, detail: parsed };
}

function missing(name: string): RefusedEntry {
  const message = `Parameter ${name} is not valid. Reason: ${name} is a required argument.`;
  return { kind: 'refused', code: 'InvalidArgument', message };
}

function parseObject(text: string): unknown {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && !Array.isArray(parsed) ? (parsed ?? undefined) : undefined;
  } catch (cause) {
    if (cause instanceof SyntaxError) return undefined;
    throw cause;
  }
}
