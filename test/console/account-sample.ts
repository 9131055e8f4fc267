/**
 * An account with one open key as the API gives it, or so much of it as the console shows.
 *
 * @param taken - of the key's orders in the second that is counted; undefined when nobody tells
 */
export function accountWith(taken: number | undefined, slowedTo?: number) {
  const gate = { kind: 'open' };
  return {
    accountId: 'desk-1',
    halted: false,
    site: 'HK',
    environment: 'sandbox',
    lanes: 1,
    limits: { ordersPerSecond: 10, queriesPerSecond: 2 },
    egress: { gate, closings: 0 },
    keys: [
      {
        keyId: 'key-1',
        gate,
        closings: 0,
        budgets: [
          { class: 'order', taken, slowedTo },
          { class: 'query', taken: 0 },
        ],
      },
    ],
    externalOrders: [],
  };
}
