import { UNUSED_EGRESS } from '../../lib/domain/egress-budget.ts';
import { type KeyBudget, planReservation, UNUSED_KEY } from '../../lib/domain/key-budget.ts';
import type { CallFate } from '../../lib/domain/live-calls.ts';
import { type LiveCalls, NO_CALLS, noteFate, noteReserved } from '../../lib/domain/live-calls.ts';
import type { WindowSettings } from '../../lib/domain/request-window.ts';

/** What happens to one request, in milliseconds. */
export interface Way {
  /** From waking for its slot to the bytes leaving. */
  readonly lateMs: number;
  /** On the way there, beyond the smallest delay. */
  readonly jitterMs: number;
  /** On the way back. */
  readonly backMs: number;
}

/** One run: a backlog, sent by processes that share a key, ten orders at a time. */
export interface Run {
  readonly orders: number;
  readonly processes: number;
  readonly settings: WindowSettings;
  /** Whether answers are fed back. */
  readonly learns: boolean;
  /** Slots of even spacing instead of the window's. */
  readonly spacingMs?: number;
  readonly way: (now: number) => Way;
  /** Between two batches of one process. */
  readonly pauseMs: () => number;
  /** Until when the process stands still, if it does at this time. */
  readonly stalledUntil?: (process: number, now: number) => number;
  /** The exchange's clock less ours. */
  readonly offsetMs: number;
}

/** What the exchange saw. */
export interface Metered {
  /** 1,000 ms by the mean time between an arrival and the limit-th after it. */
  readonly utilisation: number;
  /** Arrivals with a full second before them. */
  readonly refused: number;
  /** Requests that arrived before one that left earlier. */
  readonly overtaken: number;
  readonly writesPerOrder: number;
  /** The longest that a batch waited for its first slot. */
  readonly waitMaxMs: number;
}

const LIMIT = 10;
const START = 1_800_000_000_000;
const WAY_MS = 20.3;
const REACH_MS = 1_100;
const LEAD_MS = 12;
const TOLERANCE_MS = 15;

/** Sends a backlog past a strict sliding second that counts arrivals, on virtual time. */
export function meter(run: Run): Metered {
  const timeline = createTimeline();
  const world = {
    budget: UNUSED_KEY as KeyBudget,
    nextSlot: 0,
    writes: 0,
    left: run.orders,
    waitMaxMs: 0,
  };
  const arrivals: { readonly sentAt: number; readonly at: number }[] = [];
  for (let process = 0; process < run.processes; process += 1) startProcess(process);
  timeline.run();
  return {
    ...figuresOf(arrivals),
    writesPerOrder: world.writes / run.orders,
    waitMaxMs: world.waitMaxMs,
  };

  function startProcess(process: number): void {
    let live = NO_CALLS;
    let open = 0;
    let asked = 0;
    const note = (slotAt: number, fate: CallFate) => {
      if (run.learns) live = noteFate(live, slotAt, fate);
    };
    const at = (time: number, task: (now: number) => void) => {
      timeline.at(time, (now) => {
        const until = run.stalledUntil?.(process, now) ?? now;
        if (until > now) timeline.at(until, task);
        else task(now);
      });
    };
    const batch = (now: number) => {
      open = Math.min(LIMIT, world.left);
      world.left -= open;
      asked = now;
      if (open > 0) ask(open, now);
    };
    const ask = (count: number, time: number) => {
      const answer = reserve(world, run, { live, count, now: Math.floor(time) + LEAD_MS });
      if (answer.kind === 'later') {
        at(Math.max(time + 1, answer.at), (now) => ask(count, now));
        return;
      }
      world.waitMaxMs = Math.max(world.waitMaxMs, (answer.slots[0] ?? asked) - asked);
      if (run.learns) live = noteReserved(live, answer.slots);
      for (const slotAt of answer.slots) {
        at(Math.max(time, slotAt), (now) => {
          if (now - slotAt > TOLERANCE_MS) ask(1, now);
          else send(slotAt, now);
        });
      }
      if (answer.slots.length < count) ask(count - answer.slots.length, time);
    };
    const send = (slotAt: number, now: number) => {
      const { lateMs, jitterMs, backMs } = run.way(now);
      note(slotAt, { kind: 'leaving', sentAt: Math.floor(now) });
      const sent = now + lateMs;
      const arrived = sent + WAY_MS + jitterMs;
      arrivals.push({ sentAt: sent, at: arrived });
      const sentAt = Math.floor(sent);
      const exchangeAt = Math.floor(arrived + run.offsetMs);
      at(arrived + WAY_MS + backMs, (answered) => {
        note(slotAt, { kind: 'answered', sentAt, exchangeAt, answeredAt: Math.floor(answered) });
        open -= 1;
        if (open === 0) at(answered + run.pauseMs(), batch);
      });
    };
    at(START + process * 37, batch);
  }
}

function reserve(
  world: { budget: KeyBudget; nextSlot: number; writes: number },
  run: Run,
  ask: { readonly live: LiveCalls; readonly count: number; readonly now: number },
) {
  const { live, count, now } = ask;
  if (run.spacingMs !== undefined) {
    const slots: number[] = [];
    for (let slot = Math.max(now, world.nextSlot); slots.length < count; slot += run.spacingMs) {
      slots.push(slot);
      world.nextSlot = slot + run.spacingMs;
    }
    world.writes += 1;
    return { kind: 'reserved', slots } as const;
  }
  const { answer, budget } = planReservation(
    { budget: world.budget, egress: UNUSED_EGRESS, live },
    {
      keyId: 'key-1',
      class: 'order',
      weight: 1,
      limitPerSecond: LIMIT,
      reachMs: REACH_MS,
      count,
      now,
    },
    run.settings,
  );
  if (budget !== undefined) world.writes += 1;
  world.budget = budget ?? world.budget;
  if (answer.kind === 'closed') throw new Error('No gate is ever closed here.');
  return answer;
}

function figuresOf(
  requests: readonly { readonly sentAt: number; readonly at: number }[],
): Omit<Metered, 'writesPerOrder' | 'waitMaxMs'> {
  const inOrder = requests.toSorted((left, right) => left.sentAt - right.sentAt);
  const arrivals = requests.map(({ at }) => at).sort((left, right) => left - right);
  const spans = arrivals.slice(LIMIT).map((at, index) => at - (arrivals[index] ?? at));
  const mean = spans.reduce((sum, span) => sum + span, 0) / spans.length;
  let newest = 0;
  let overtaken = 0;
  for (const { at } of inOrder) {
    if (at < newest) overtaken += 1;
    newest = Math.max(newest, at);
  }
  return {
    utilisation: 1_000 / mean,
    refused: spans.filter((span) => span < 1_000).length,
    overtaken,
  };
}

/** Runs tasks in the order of their times. */
function createTimeline() {
  const tasks: { readonly time: number; readonly task: (now: number) => void }[] = [];
  return {
    at(time: number, task: (now: number) => void) {
      const after = tasks.findIndex((one) => one.time > time);
      tasks.splice(after < 0 ? tasks.length : after, 0, { time, task });
    },
    run() {
      for (let next = tasks.shift(); next !== undefined; next = tasks.shift()) next.task(next.time);
    },
  };
}
