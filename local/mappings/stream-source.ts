/** One change, in the shape a function receives; only what the mapping itself reads is named. */
export type StreamRecord = {
  readonly eventID: string;
  readonly dynamodb: {
    readonly SequenceNumber: string;
    /** Unix seconds. */
    readonly ApproximateCreationDateTime: number;
  };
};

/** What an event source mapping needs of the streams of the tables. */
export type StreamSource = {
  /** The records after a sequence number, oldest first; `'0'` reads from the oldest kept. */
  read(tableName: string, afterSequence: string, limit: number): readonly StreamRecord[];
  latestSequence(tableName: string): string;
  /** How far a consumer is done; undefined before its first save. */
  checkpoint(consumerId: string, tableName: string): string | undefined;
  saveCheckpoint(consumerId: string, tableName: string, sequence: string): void;
  /** Settles when `read` would give something, or when the signal aborts. */
  waitForRecords(tableName: string, afterSequence: string, signal: AbortSignal): Promise<void>;
};
