import type { Admin } from '../../simulator/admin/functions.ts';

/** What the simulated exchange is asked to do to the first create of an order. */
type Fault = Parameters<Admin['addRule']>[0] extends infer Rule
  ? Rule extends { fault: infer One }
    ? One
    : never
  : never;

/** One order of the test. */
export interface PlannedOrder {
  readonly way: 'api' | 'webhook' | 'queue';
  readonly accountId: string;
  readonly clientOrderId: string;
  readonly request: Readonly<Record<string, unknown>>;
  readonly fault?: Fault;
  readonly expected: string;
}

export const ACCOUNTS = ['desk-1', 'desk-2', 'desk-3', 'desk-4'] as const;
/** How long an order may wait: longer than the minute of a suspension. */
const VALID_FOR_MS = 600_000;
/** One order in so many meets a fault. */
const FAULT_EVERY = 8;

const FAULTS: readonly (readonly [Fault, string])[] = [
  [{ kind: 'status', status: 502, when: 'after' }, 'FILLED'],
  [{ kind: 'status', status: 503, when: 'before' }, 'NEVER_PLACED'],
  [{ kind: 'reset', when: 'before' }, 'NEVER_PLACED'],
  [{ kind: 'reset', when: 'after' }, 'FILLED'],
  [{ kind: 'code', code: '-1006', msg: 'Unexpected response', placed: true }, 'FILLED'],
  [{ kind: 'late', ms: 2_000 }, 'FILLED'],
  [{ kind: 'code', code: '0401', msg: 'Insufficient asset' }, 'REJECTED'],
];
/** One suspension of one key: its orders wait a minute, everybody else's go on. */
const SUSPENDED_AT = 101;

/** Makes the orders: three ways in, four accounts, three symbols, each eighth with a fault. */
export function planned(count: number, now: number): readonly PlannedOrder[] {
  const run = now.toString(36);
  return Array.from({ length: count }, (_, index): PlannedOrder => {
    const [fault, expected] = faultOf(index);
    return {
      way: (['api', 'webhook', 'queue'] as const)[index % 3] ?? 'api',
      accountId: ACCOUNTS[index % ACCOUNTS.length] ?? ACCOUNTS[0],
      clientOrderId: `deploy-${run}-${index}`,
      request: {
        symbol: ['BTCUSD', 'ETHUSD', 'SOLUSD'][Math.floor(index / 4) % 3],
        side: index % 2 === 0 ? 'BUY' : 'SELL',
        type: 'MARKET',
        quantity: '0.01',
        validUntil: now + VALID_FOR_MS,
      },
      expected,
      ...(fault === undefined ? {} : { fault }),
    };
  });
}

function faultOf(index: number): readonly [Fault | undefined, string] {
  if (index === SUSPENDED_AT) return [{ kind: 'throttle' }, 'FILLED'];
  if (index % FAULT_EVERY !== FAULT_EVERY - 1) return [undefined, 'FILLED'];
  return FAULTS[Math.floor(index / FAULT_EVERY) % FAULTS.length] ?? [undefined, 'FILLED'];
}
