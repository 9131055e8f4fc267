/** What is wrong with a history, and the promise of ARCHITECTURE that it breaks. */
export const VIOLATIONS = {
  duplicate: { promise: 'I1', title: 'orders placed twice' },
  'sent-twice': { promise: 'I1', title: 'attempts sent twice' },
  'no-intent': { promise: 'I2', title: 'requests without a stored intent' },
  'wrong-verdict': { promise: 'I3', title: 'wrong or unproven verdicts' },
  lost: { promise: 'I4', title: 'orders lost' },
  'cancel-lost': { promise: 'I4', title: 'cancels lost or late' },
  unresolved: { promise: 'I4', title: 'orders unresolved or ended wrongly' },
  legs: { promise: 'I1', title: 'orders live beside their replacement' },
  bug: { promise: 'I4', title: 'faults of our own code' },
  'closed-gate': { promise: 'I5', title: 'requests through closed gates' },
  limited: { promise: 'I5', title: 'times 429 caused by us' },
  banned: { promise: 'I5', title: 'bans caused by us' },
  halted: { promise: 'halt', title: 'orders sent while halted' },
  state: { promise: 'I6', title: 'steps back, wrong quantities' },
  event: { promise: 'I7', title: 'events missing or out of order' },
  shape: { promise: 'I7', title: 'orders or events of another shape' },
  secret: { promise: 'I8', title: 'secrets shown' },
  order: { promise: 'ordering', title: 'orders of one key out of order' },
} as const;

export type ViolationKind = keyof typeof VIOLATIONS;

/** One promise that a history breaks. */
export interface Violation {
  readonly kind: ViolationKind;
  /** What was seen, for a person. */
  readonly text: string;
  /** Entry of the history at which it shows. */
  readonly at: number;
  readonly clientOrderId?: string;
}

/** Names the promise and what was seen. */
export function describeViolation({ kind, text }: Violation): string {
  return `${VIOLATIONS[kind].promise} (${kind}): ${text}`;
}
