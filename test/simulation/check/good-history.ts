import type { Entry, History } from '../core/history.ts';
import type { Weather } from '../core/weather.ts';
import { runWorld } from '../core/world.ts';

/** A calm world of a few orders whose history breaks nothing. */
export function goodHistory(change: Partial<Weather> = {}): Promise<History> {
  const weather = {
    ...{ orders: 3, consumers: 1, keys: 1, direct: 0, poison: 0, repeats: 0 },
    ...{ death: 0, storeFault: 0, queueFault: 0, budgetFault: 0, secretsFault: 0 },
    ...{ createFault: 0, queryFault: 0, deliveredTwice: 0, lostAcknowledgement: 0, slowness: 0 },
    ...{ cancels: 0, replaces: 0, rests: 1, cancelFault: 0, lostMessage: 0 },
    ...{ isStreamed: false, streamFault: 0, streamCuts: 0 },
    clockErrorMs: 0,
    lagMaxMs: 60_000,
    faultsUntilMs: 60_000,
  };
  return runWorld(1, { weather: { ...weather, ...change } });
}

type Of<Kind extends Entry['kind']> = Extract<Entry, { kind: Kind }>;

/** The history with entries of one kind changed, dropped (`[]`) or multiplied. */
export function withEntries<Kind extends Entry['kind']>(
  history: History,
  kind: Kind,
  change: (entry: Of<Kind>, number: number) => readonly Entry[],
): History {
  let number = 0;
  const isOf = (entry: Entry): entry is Of<Kind> => entry.kind === kind;
  const entries = history.entries.flatMap((entry) => {
    if (!isOf(entry)) return [entry];
    number += 1;
    return change(entry, number);
  });
  return { ...history, entries };
}
