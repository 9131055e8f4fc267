const TONES: Readonly<Record<string, string>> = {
  IN_DOUBT: 'doubt',
  HELD: 'bad',
  SENDING: 'plain',
  RECEIVED: 'plain',
  NEW: 'live',
  PARTIALLY_FILLED: 'live',
  FILLED: 'good',
  REJECTED: 'bad',
  DENIED: 'bad',
  NEVER_PLACED: 'bad',
};

/** A status by its public name; the colour only repeats what the word says. */
export function StatusTag({ status }: { status: string }) {
  return <span class={`tag ${TONES[status] ?? 'quiet'}`}>{status.replaceAll('_', ' ')}</span>;
}
