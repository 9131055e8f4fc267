/** A message as the queue hands it to a consumer in this process. */
export type QueueMessage = {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, QueueMessageAttribute>>;
  readonly groupId: string;
  readonly deduplicationId: string;
  readonly sequenceNumber: string;
  /** Unix milliseconds. */
  readonly sentAt: number;
  readonly receiveCount: number;
  readonly firstReceivedAt: number;
  readonly traceHeader?: string;
  readonly deadLetterSourceArn?: string;
};

/** Binary values are base64 texts. */
export type QueueMessageAttribute = {
  readonly DataType: string;
  readonly StringValue?: string;
  readonly BinaryValue?: string;
};

/** What an event source mapping needs of a queue. */
export type QueueSource = {
  /** Waits for messages up to `waitMs`; `[]` when time is up and when the signal aborts. */
  receive(
    queueName: string,
    request: { readonly messagesMax: number; readonly waitMs: number },
    signal: AbortSignal,
  ): Promise<readonly QueueMessage[]>;
  /** What the handle no longer holds is left alone; the answer is not looked at. */
  deleteMessage(queueName: string, receiptHandle: string): unknown;
};
