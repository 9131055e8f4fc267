import type { HistoryIndex, Placed } from './history-index.ts';
import type { Violation } from './violation.ts';

/** Of an order and those that were to take its place at most one is ever live at the exchange. */
export function checkReplacements(index: HistoryIndex): readonly Violation[] {
  return index.history.orders.flatMap((order): readonly Violation[] => {
    const { clientOrderId, terms } = order;
    if (terms.replaces === undefined) return [];
    const replaced = terms.replaces;
    const rivals = index.history.orders
      .filter((one) => one.terms.replaces === replaced && one.clientOrderId !== clientOrderId)
      .map((one) => one.clientOrderId);
    const legs = index.placed.filter((one) => one.clientOrderId === clientOrderId);
    return legs.flatMap((leg) => {
      const others = index.placed.filter((one) => one.clientOrderId === replaced);
      const text =
        others.map((old) => wrongStart(index, leg, old)).find((one) => one !== undefined) ??
        (index.placed.some((one) => rivals.includes(one.clientOrderId))
          ? 'is placed beside another that takes the same place'
          : undefined);
      if (text === undefined) return [];
      return [{ kind: 'legs', text: `${clientOrderId} ${text}`, at: leg.index, clientOrderId }];
    });
  });
}

/** What is wrong with a leg that is placed while the old one stands as it does. */
function wrongStart(
  index: HistoryIndex,
  leg: Placed<'placed'>,
  old: Placed<'placed'>,
): string | undefined {
  if (old.index > leg.index) return `is placed before ${old.clientOrderId}, whose place it takes`;
  // What the exchange forgot is over, whatever it was.
  const forgottenAt = index.forgotten.get(old.exchangeOrderId) ?? Number.POSITIVE_INFINITY;
  if (forgottenAt < leg.index) return undefined;
  const ended = index.ended.get(old.exchangeOrderId);
  if (ended === undefined || ended.index > leg.index) {
    return `is placed while ${old.clientOrderId} is live`;
  }
  if (Number(ended.executedQuantity) === 0) return undefined;
  return `takes the place of ${old.clientOrderId}, which has traded`;
}
