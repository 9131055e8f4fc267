import type { StreamRecord, StreamSource } from '../../../local/mappings/stream-source.ts';

export type MemoryStream = StreamSource & {
  add(...records: StreamRecord[]): void;
  readonly saved: readonly string[];
};

/** The stream of one table; sequence numbers have one width, so that text order is their order. */
export function memoryStream(stored?: string): MemoryStream {
  const records: StreamRecord[] = [];
  const saved: string[] = stored === undefined ? [] : [stored];
  let wake = () => {};
  return {
    saved,
    add(...added) {
      records.push(...added);
      wake();
    },
    read(_table, after, limit) {
      return records.filter(({ dynamodb }) => dynamodb.SequenceNumber > after).slice(0, limit);
    },
    latestSequence: () => records.at(-1)?.dynamodb.SequenceNumber ?? '0',
    checkpoint: () => saved.at(-1),
    saveCheckpoint(_consumer, _table, sequence) {
      saved.push(sequence);
    },
    async waitForRecords(_table, _after, signal) {
      await new Promise<void>((resolve) => {
        wake = resolve;
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
    },
  };
}

export function record(number: number, createdAt = 1_700_000_000_000): StreamRecord {
  return {
    eventID: `e${number}`,
    dynamodb: {
      SequenceNumber: String(number).padStart(21, '0'),
      ApproximateCreationDateTime: createdAt / 1000,
    },
  };
}
