const DIGITS = 20; // as long as the service's own, so that texts compare like numbers

/** Writes a sequence as the service does: a text of fixed length that grows with every message. */
export function sequenceNumber(sequence: number): string {
  return `1${String(sequence).padStart(DIGITS - 1, '0')}`;
}
