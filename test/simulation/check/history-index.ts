import type { Entry, History } from '../core/history.ts';

/** Entries of one kind, each with its place in the history. */
export type Placed<Kind extends Entry['kind']> = Extract<Entry, { kind: Kind }> & {
  readonly index: number;
};

/** A history, arranged for questions. */
export interface HistoryIndex {
  readonly history: History;
  readonly writes: ReadonlyMap<string, readonly Placed<'write'>[]>;
  readonly creates: readonly Placed<'departure'>[];
  readonly departures: ReadonlyMap<number, Placed<'departure'>>;
  readonly heard: ReadonlyMap<number, Placed<'heard'>>;
  readonly placed: readonly Placed<'placed'>[];
  readonly forgotten: ReadonlyMap<string, number>;
  /** How orders ended at the exchange, by exchange order id. */
  readonly ended: ReadonlyMap<string, Placed<'ended'>>;
  of<Kind extends Entry['kind']>(kind: Kind): readonly Placed<Kind>[];
  /** The attempt that a create call was made for, by what its own process had stored. */
  attemptOf(departure: Placed<'departure'>): string | undefined;
}

/** Arranges a history. */
export function indexHistory(history: History): HistoryIndex {
  const byKind = new Map<string, (Entry & { index: number })[]>();
  for (const [index, entry] of history.entries.entries()) {
    const same = byKind.get(entry.kind) ?? [];
    same.push({ ...entry, index });
    byKind.set(entry.kind, same);
  }
  const isOf =
    <Kind extends Entry['kind']>(kind: Kind) =>
    (entry: Entry & { index: number }): entry is Placed<Kind> =>
      entry.kind === kind;
  const of = <Kind extends Entry['kind']>(kind: Kind) =>
    (byKind.get(kind) ?? []).filter(isOf(kind));

  const writes = Map.groupBy(of('write'), ({ order }) => order.clientOrderId);
  const departures = of('departure');
  return {
    history,
    writes,
    creates: departures.filter(({ call }) => call === 'create'),
    departures: new Map(departures.map((one) => [one.number, one])),
    heard: new Map(of('heard').map((one) => [one.number, one])),
    placed: of('placed'),
    forgotten: new Map(of('forgotten').map((one) => [one.exchangeOrderId, one.index])),
    ended: new Map(of('ended').map((one) => [one.exchangeOrderId, one])),
    of,
    attemptOf({ by, clientOrderId, index }) {
      const intent = (writes.get(clientOrderId) ?? []).findLast(
        (write) => write.index < index && write.by === by && startsAttempt(write),
      );
      return intent?.order.attempts.at(-1)?.attemptId;
    },
  };
}

function startsAttempt({ events }: Placed<'write'>): boolean {
  return events.some(({ type }) => type === 'AttemptStarted');
}
