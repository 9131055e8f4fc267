import Big from 'big.js';
import type * as z from 'zod/mini';
import type { ServerClock } from '../clock.ts';
import { plain } from '../exchange/decimal.ts';
import type { Exchange } from '../exchange/exchange.ts';
import { fillResting } from '../exchange/liquidity.ts';
import { cancelOrder } from '../exchange/match-order.ts';
import { isOpen, type Order, type Trade } from '../exchange/order.ts';
import { changeTrade, fillLate } from '../exchange/second-thoughts.ts';
import { saveOrder } from '../exchange/state.ts';
import type { Probabilities } from '../faults/fault.ts';
import type { FaultBox, NumberedRule } from '../faults/fault-box.ts';
import type { KeyRing } from '../http/authenticate.ts';
import type { UserStreams } from '../http/user-stream.ts';
import type { Gatekeeper } from '../limits/gatekeeper.ts';
import { AdminError, COMMAND, type CommandInput, readCommand } from './commands.ts';
import type { Statistics, StatisticsReport } from './statistics.ts';

/** What a test or a person may do to the exchange, over HTTP or in the process. */
export type Admin = {
  readonly addRule: (rule: CommandInput['rule']) => NumberedRule;
  readonly listRules: () => readonly NumberedRule[];
  readonly removeRule: (id: number) => void;
  /** Removes all rules and probabilities. */
  readonly clearRules: () => void;
  /** Replaces the table of faults by chance, per endpoint. */
  readonly setProbabilities: (table: CommandInput['probabilities']) => Probabilities;
  readonly setClock: (command: CommandInput['clock']) => void;
  readonly setMaintenance: (command: CommandInput['maintenance']) => void;
  readonly ban: (command: CommandInput['ban']) => void;
  /** Ends suspensions and bans and empties the rate windows. */
  readonly resetLimits: () => void;
  readonly fillOrder: (command: CommandInput['fill']) => Order;
  /** Executes more of an order that is over, as a fill that comes to light late. */
  readonly fillLate: (command: CommandInput['fillLate']) => Order;
  /** Changes a trade's fee, or voids it; the stream does not tell. */
  readonly changeTrade: (command: CommandInput['trade']) => Trade;
  readonly cancelOrder: (command: CommandInput['cancel']) => Order;
  /** Loses an order, as a restore from a backup does. */
  readonly forgetOrder: (command: CommandInput['forget']) => Order;
  readonly setKey: (command: CommandInput['key']) => void;
  readonly moveReference: (command: CommandInput['reference']) => void;
  readonly setStreamFaults: (command: CommandInput['streamFaults']) => void;
  /** Gives how many connections it met. */
  readonly cutStreams: (command: CommandInput['streamCut']) => number;
  readonly streamConnections: () => number;
  /** Orders as the exchange keeps them, forgotten and late ones too. */
  readonly orders: (filter?: OrderFilter) => readonly Order[];
  readonly balances: (account: string) => { readonly [asset: string]: object };
  readonly statistics: () => StatisticsReport;
  readonly resetStatistics: () => void;
};

export type OrderFilter = {
  readonly clientOrderId?: string | undefined;
  readonly orderId?: string | undefined;
  readonly account?: string | undefined;
};

export type AdminParts = {
  readonly exchange: Exchange;
  readonly keys: KeyRing;
  readonly faults: FaultBox;
  readonly gate: Gatekeeper;
  readonly statistics: Statistics;
  readonly serverClock: ServerClock;
  readonly clock: { readonly now: () => number };
  readonly maintenance: { until: number };
  readonly commit: () => void;
  readonly streams: UserStreams;
};

export function adminFunctions(parts: AdminParts): Admin {
  const { exchange, faults, gate } = parts;
  const now = (): number => parts.serverClock.now();
  return {
    addRule: (rule) => faults.add(readCommand(COMMAND.rule, rule)),
    listRules: () => faults.list(),
    removeRule: (id) => {
      if (!faults.remove(id)) throw new AdminError(`There is no rule ${id}.`);
    },
    clearRules: () => faults.clear(),
    setProbabilities: (table) => {
      faults.setProbabilities(readCommand(COMMAND.probabilities, table));
      return faults.probabilities();
    },
    setClock: (command) => {
      parts.serverClock.offsetMs = readCommand(COMMAND.clock, command).offsetMs;
    },
    setMaintenance: (command) => {
      parts.maintenance.until = parts.clock.now() + readCommand(COMMAND.maintenance, command).ms;
    },
    ban: (command) => gate.ban(parts.clock.now(), readCommand(COMMAND.ban, command).ms),
    resetLimits: () => gate.reset(),
    ...orderCommands(parts, now),
    setKey: (command) => changeKey(parts.keys, readCommand(COMMAND.key, command)),
    moveReference: (command) => {
      const { symbol, price } = readCommand(COMMAND.reference, command);
      if (!exchange.state.instruments.has(symbol)) throw new AdminError(`No symbol ${symbol}.`);
      exchange.moveReference(symbol, price, now());
      parts.commit();
    },
    setStreamFaults: (command) =>
      parts.streams.setFaults(readCommand(COMMAND.streamFaults, command)),
    cutStreams: (command) => parts.streams.cut(readCommand(COMMAND.streamCut, command).how),
    streamConnections: () => parts.streams.connections(),
    orders: (filter = {}) => findOrders(parts, filter),
    balances: (account) => balancesOf(parts, account),
    statistics: () => {
      exchange.advance(now());
      parts.commit();
      return parts.statistics.report(exchange.state, (id) => accountName(parts.keys, id));
    },
    resetStatistics: () => parts.statistics.reset(),
  };
}

function orderCommands(parts: AdminParts, now: () => number) {
  const { state } = parts.exchange;
  const committed = (order: Order): Order => {
    parts.commit();
    return order;
  };
  const openOrder = (filter: OrderFilter): Order => {
    const order = oneOrder(parts, filter);
    if (!isOpen(order)) throw new AdminError(`Order ${order.orderId} is ${order.status}.`);
    return order;
  };
  return {
    fillOrder: (command: CommandInput['fill']): Order => {
      const { quantity, ...filter } = readCommand(COMMAND.fill, command);
      const size = quantity === undefined ? undefined : new Big(quantity);
      const { orderId } = openOrder(filter);
      const filled = fillResting(state, orderId, size, now());
      if (!filled) throw new AdminError(`Order ${orderId} is not on the book yet.`);
      return committed(filled);
    },
    fillLate: (command: CommandInput['fillLate']): Order => {
      const { quantity, ...filter } = readCommand(COMMAND.fillLate, command);
      return committed(fillLate(state, oneOrder(parts, filter), new Big(quantity), now()));
    },
    changeTrade: (command: CommandInput['trade']): Trade => {
      const { tradeId, ...change } = readCommand(COMMAND.trade, command);
      const trade = changeTrade(state, tradeId, change);
      if (!trade) throw new AdminError(`There is no trade ${tradeId}.`);
      parts.commit();
      return trade;
    },
    cancelOrder: (command: CommandInput['cancel']): Order => {
      const { reason, ...filter } = readCommand(COMMAND.cancel, command);
      return committed(cancelOrder(state, openOrder(filter), reason, now()));
    },
    forgetOrder: (command: CommandInput['forget']): Order => {
      const order = oneOrder(parts, readCommand(COMMAND.forget, command));
      const gone = isOpen(order) ? cancelOrder(state, order, 'SYSTEM_CANCEL', now()) : order;
      return committed(saveOrder(state, { ...gone, forgotten: true }));
    },
  };
}

function findOrders(parts: AdminParts, filter: OrderFilter): Order[] {
  parts.exchange.advance(parts.serverClock.now());
  parts.commit();
  return [...parts.exchange.state.orders.values()].filter(
    (order) =>
      (filter.clientOrderId === undefined || order.clientOrderId === filter.clientOrderId) &&
      (filter.orderId === undefined || order.orderId === filter.orderId) &&
      (filter.account === undefined || accountName(parts.keys, order.accountId) === filter.account),
  );
}

function oneOrder(parts: AdminParts, filter: OrderFilter): Order {
  if (!filter.orderId && !filter.clientOrderId) {
    throw new AdminError('Name the order by orderId or clientOrderId.');
  }
  const order = findOrders(parts, filter).at(-1);
  if (!order) throw new AdminError(`There is no order ${filter.orderId ?? filter.clientOrderId}.`);
  return order;
}

function balancesOf(parts: AdminParts, account: string) {
  const key = [...parts.keys.values()].find((candidate) => candidate.account.name === account);
  if (!key) throw new AdminError(`There is no account ${account}.`);
  const held = parts.exchange.state.balances.assetsOf(key.account.accountId);
  return Object.fromEntries(
    held.map(([asset, { free, locked }]) => [asset, { free: plain(free), locked: plain(locked) }]),
  );
}

function changeKey(keys: KeyRing, command: z.infer<(typeof COMMAND)['key']>): void {
  const key = [...keys.values()].find(
    ({ apiKey, label }) => apiKey === command.key || label === command.key,
  );
  // The message must not repeat what may be a key.
  if (!key) throw new AdminError('There is no such key: use its label, e.g. desk-1#1.');
  key.revoked = command.revoked ?? key.revoked;
  key.ipRefused = command.ipRefused ?? key.ipRefused;
  key.readOnly = command.readOnly ?? key.readOnly;
}

function accountName(keys: KeyRing, accountId: string): string {
  const key = [...keys.values()].find(({ account }) => account.accountId === accountId);
  return key?.account.name ?? accountId;
}
