/** One event as `PutEvents` takes it. */
export interface EventEntry {
  readonly EventBusName: string;
  readonly Source: string;
  readonly DetailType: string;
  /** JSON text of an object. */
  readonly Detail: string;
}

/** Entries of one call; EventBridge takes no more. */
const CALL_ENTRIES_MAX = 10;
/** Bytes of all entries of one call; EventBridge takes no more. */
const CALL_BYTES_MAX = 256 * 1_024;

/** Splits entries into calls, in their order. An entry too large for any call goes alone. */
export function chunksOf(entries: readonly EventEntry[]): readonly (readonly EventEntry[])[] {
  const chunks: EventEntry[][] = [];
  let bytes = Number.POSITIVE_INFINITY;

  for (const entry of entries) {
    const size = entryBytes(entry);
    const chunk = chunks.at(-1);
    if (chunk === undefined || chunk.length === CALL_ENTRIES_MAX || bytes + size > CALL_BYTES_MAX) {
      chunks.push([entry]);
      bytes = size;
    } else {
      chunk.push(entry);
      bytes += size;
    }
  }
  return chunks;
}

/** The size of an entry as EventBridge counts it. */
function entryBytes({ Source, DetailType, Detail }: EventEntry): number {
  return [Source, DetailType, Detail].reduce(
    (sum, text) => sum + Buffer.byteLength(text, 'utf8'),
    0,
  );
}
