import { checkHistory, digestOf } from '../check/check-history.ts';
import { VIOLATIONS, type Violation, type ViolationKind } from '../check/violation.ts';
import type { WorldChange } from '../core/commons.ts';
import type { Entry, History } from '../core/history.ts';
import { type Rules, runWorld } from '../core/world.ts';

/** One promise that a seed broke. */
export interface Failure {
  readonly seed: number;
  readonly mood: string;
  readonly violation: Violation;
}

/** What many worlds came to. */
export interface Tally {
  worlds: number;
  orders: number;
  /** Messages of the exchange's side: signed requests, and those that placed something. */
  requests: number;
  placed: number;
  /** Orders that were wanted canceled, calls that cancel, and orders that took a place or tried to. */
  cancels: number;
  cancelCalls: number;
  replacements: number;
  /** Frames of user data streams to each who follows one. */
  frames: number;
  virtualMs: number;
  killed: number;
  timeouts: number;
  /** Worlds whose second run was not the first run again. */
  unrepeatable: number;
  faults: Record<string, number>;
  statuses: Record<string, number>;
  /** How often each promise was broken. */
  violations: Record<string, number>;
  /** The first few, for a person. */
  failures: Failure[];
}

const FAILURES_MAX = 20;

/** Nothing yet. */
export function emptyTally(): Tally {
  const violations = Object.keys(VIOLATIONS).map((kind) => [kind, 0] as const);
  return {
    worlds: 0,
    orders: 0,
    requests: 0,
    placed: 0,
    cancels: 0,
    cancelCalls: 0,
    replacements: 0,
    frames: 0,
    virtualMs: 0,
    killed: 0,
    timeouts: 0,
    unrepeatable: 0,
    faults: {},
    statuses: {},
    violations: Object.fromEntries(violations),
    failures: [],
  };
}

/** What one seed is run with. */
export interface SeedOptions {
  /** Whether the world runs a second time, to see that its history is the same. */
  readonly isRepeated: boolean;
  readonly change?: WorldChange;
  readonly rules?: Rules;
}

/** Runs the world of a seed, checks its history and counts what happened. */
export async function runSeed(tally: Tally, seed: number, options: SeedOptions): Promise<History> {
  const history = await runWorld(seed, options.change, options.rules);
  count(tally, history);
  for (const violation of checkHistory(history)) {
    add(tally.violations, violation.kind);
    if (tally.failures.length < FAILURES_MAX) {
      tally.failures.push({ seed, mood: history.mood, violation });
    }
  }
  if (options.isRepeated) {
    const again = await runWorld(seed, options.change, options.rules);
    if (digestOf(again) !== digestOf(history)) tally.unrepeatable += 1;
  }
  return history;
}

/** Adds one tally to another. */
export function addTally(sum: Tally, part: Tally): void {
  for (const name of ['faults', 'statuses', 'violations'] as const) {
    for (const [key, value] of Object.entries(part[name])) add(sum[name], key, value);
  }
  sum.worlds += part.worlds;
  sum.orders += part.orders;
  sum.requests += part.requests;
  sum.placed += part.placed;
  sum.cancels += part.cancels;
  sum.cancelCalls += part.cancelCalls;
  sum.replacements += part.replacements;
  sum.frames += part.frames;
  sum.virtualMs += part.virtualMs;
  sum.killed += part.killed;
  sum.timeouts += part.timeouts;
  sum.unrepeatable += part.unrepeatable;
  sum.failures = [...sum.failures, ...part.failures]
    .sort((one, other) => one.seed - other.seed)
    .slice(0, FAILURES_MAX);
}

/** How many violations there are in all, worlds that cannot be repeated among them. */
export function brokenCount({ unrepeatable, violations }: Tally): number {
  return Object.values(violations).reduce((sum, one) => sum + one, unrepeatable);
}

/** How often one kind of promise was broken. */
export function brokenOf({ violations }: Tally, kind: ViolationKind): number {
  return violations[kind] ?? 0;
}

function count(tally: Tally, history: History): void {
  tally.worlds += 1;
  tally.orders += history.orders.length;
  tally.cancels += history.orders.filter(({ cancel }) => cancel !== undefined).length;
  tally.replacements += history.orders.filter(({ terms }) => terms.replaces !== undefined).length;
  tally.virtualMs += history.facts.endedAtMs;
  for (const { status } of history.orders) add(tally.statuses, status);
  for (const entry of history.entries) countEntry(tally, entry);
}

function countEntry(tally: Tally, entry: Entry): void {
  if (entry.kind === 'departure') {
    tally.requests += 1;
    if (entry.call === 'cancel') tally.cancelCalls += 1;
  } else if (entry.kind === 'placed') tally.placed += 1;
  else if (entry.kind === 'frame') {
    tally.frames += 1;
    if (entry.fate !== 'told') add(tally.faults, `frame ${entry.fate}`);
  } else if (entry.kind === 'death') {
    if (entry.cause === 'killed') tally.killed += 1;
    else tally.timeouts += 1;
  } else if (entry.kind === 'fault') {
    add(tally.faults, entry.fault);
  } else if (entry.kind === 'arrival' && entry.admission !== 'admitted') {
    add(tally.faults, `exchange: ${entry.admission}`);
  }
}

function add(counts: Record<string, number>, name: string, by = 1): void {
  counts[name] = (counts[name] ?? 0) + by;
}
