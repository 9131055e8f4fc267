const REDACTED = '[redacted]';

/**
 * Holds a text that must never be printed. Every way of turning it into text gives `[redacted]`;
 * only `reveal` gives the text itself.
 */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** Gives the text. Call it only where it is used up at once: signing, verifying, a header. */
  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return REDACTED;
  }

  toJSON(): string {
    return REDACTED;
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return REDACTED;
  }
}
