/** One message of the model; `invisibleUntil` is null while it is not in flight. */
export type ModelMessage = {
  body: string;
  group: string;
  sentAt: number;
  receiveCount: number;
  invisibleUntil: number | null;
};

export type ModelSettings = { maxReceiveCount: number; delayMs: number; retentionMs: number };

const DEDUPLICATION_WINDOW_MS = 300_000;

/**
 * Says what a FIFO queue does in the plainest way there is: one list, scanned whole each time.
 * A message is identified by its body, a handle by body and receive count.
 */
export class QueueModel {
  messages: ModelMessage[] = [];
  deadLetters: string[] = [];
  readonly #remembered = new Map<string, { body: string; at: number }>();
  readonly #settings: ModelSettings;

  constructor(settings: ModelSettings) {
    this.#settings = settings;
  }

  /** Answers the body of the message that stands for this send. */
  send(send: { body: string; group: string; id: string }, now: number): string {
    const first = this.#remembered.get(send.id);
    if (first !== undefined && now - first.at < DEDUPLICATION_WINDOW_MS) return first.body;
    this.#remembered.set(send.id, { body: send.body, at: now });
    const { body, group } = send;
    this.messages.push({ body, group, sentAt: now, receiveCount: 0, invisibleUntil: null });
    return body;
  }

  receive(take: { messagesMax: number; timeoutMs: number }, now: number): string[] {
    this.#expire(now);
    const locked = new Set(this.messages.filter(inFlight).map(({ group }) => group));
    const groups = new Set(this.messages.map(({ group }) => group));
    const taken: ModelMessage[] = [];
    for (const group of groups) {
      if (locked.has(group)) continue;
      for (const message of this.messages.filter((each) => each.group === group)) {
        if (taken.length === take.messagesMax || this.#isDelayed(message, now)) break;
        if (message.receiveCount >= this.#settings.maxReceiveCount) this.#bury(message);
        else taken.push(message);
      }
    }
    for (const message of taken) {
      message.receiveCount += 1;
      message.invisibleUntil = take.timeoutMs === 0 ? null : now + take.timeoutMs;
    }
    return taken.map(({ body }) => body);
  }

  /** Answers what the handle of one receive does; undefined `timeoutMs` deletes. */
  settle(
    handle: { body: string; receiveCount: number },
    timeoutMs: number | undefined,
    now: number,
  ): string {
    this.#expire(now);
    const message = this.messages.find(({ body }) => body === handle.body);
    if (message === undefined) return 'gone';
    if (message.receiveCount !== handle.receiveCount) return 'superseded';
    if (message.invisibleUntil === null) return 'expired';
    if (timeoutMs === undefined) this.#drop(message);
    else message.invisibleUntil = timeoutMs === 0 ? null : now + timeoutMs;
    return 'done';
  }

  counts(now: number): { visible: number; inFlight: number; delayed: number } {
    this.#expire(now);
    const flying = this.messages.filter(inFlight).length;
    const delayed = this.messages.filter((message) => this.#isDelayed(message, now)).length;
    return { visible: this.messages.length - flying - delayed, inFlight: flying, delayed };
  }

  #expire(now: number): void {
    const { retentionMs } = this.#settings;
    this.messages = this.messages.filter(({ sentAt }) => sentAt + retentionMs > now);
    for (const message of this.messages) {
      if (message.invisibleUntil !== null && message.invisibleUntil <= now) {
        message.invisibleUntil = null;
      }
    }
  }

  #isDelayed({ receiveCount, sentAt }: ModelMessage, now: number): boolean {
    return receiveCount === 0 && sentAt + this.#settings.delayMs > now;
  }

  #bury(message: ModelMessage): void {
    this.#drop(message);
    this.deadLetters.push(message.body);
  }

  #drop(message: ModelMessage): void {
    this.messages = this.messages.filter((each) => each !== message);
  }
}

function inFlight({ invisibleUntil }: ModelMessage): boolean {
  return invisibleUntil !== null;
}
