/** One message of a stream of server-sent events. */
export interface SentMessage {
  readonly event: string;
  readonly data: string;
}

/**
 * Takes whole messages from the front of what has arrived.
 *
 * @returns the messages, and the rest that is not whole yet
 */
export function takeMessages(text: string): {
  readonly messages: readonly SentMessage[];
  readonly rest: string;
} {
  const blocks = text.split('\n\n');
  const rest = blocks.pop() ?? '';
  const messages = blocks.map((block) => {
    const lines = block.split('\n');
    const fieldOf = (name: string) =>
      lines
        .filter((line) => line.startsWith(`${name}: `))
        .map((line) => line.slice(name.length + 2))
        .join('\n');
    return { event: fieldOf('event'), data: fieldOf('data') };
  });
  return { messages, rest };
}
