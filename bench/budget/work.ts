import type { KeyPair } from './sender.ts';

/** The way to the exchange. */
export interface Profile {
  readonly name: string;
  /** There and back together. */
  readonly latencyMs: number;
  /** Peak to peak on the way there, and as much on the way back. */
  readonly jitterMs: number;
  readonly tail?: { readonly oneIn: number; readonly lateByMs: number };
}

/** What one contender has to do in one run. */
export interface Work {
  readonly profile: Profile;
  readonly orders: number;
  /** Keys of the one account, each with a limit of its own. */
  readonly keys: number;
  readonly processes: number;
  /** Message groups of ours. */
  readonly lanes: number;
  /** Poisson arrivals at this rate; without it everything waits from the start. */
  readonly perSecond?: number;
  /** Ours keeps budget and orders in memory: what it does beside storing, as libraries do. */
  readonly inMemory?: boolean;
  /** How long the exchange suspends a key after a 429; 0 only refuses the one request. */
  readonly suspensionMs: number;
  /** After this the run ends with what it has. */
  readonly withinMs: number;
  readonly seed: number;
}

/** Where the work takes place. */
export interface Place {
  readonly exchangeUrl: string;
  readonly adminUrl: string;
  readonly accountId: string;
  readonly keys: readonly KeyPair[];
}

/** One order of a run. */
export interface PlannedOrder {
  readonly clientOrderId: string;
  readonly orderingKey: string;
  readonly lane: number;
  /** Handed over so long after the start. */
  readonly afterMs: number;
}

/** One request as its sender saw it; several of one order when it was refused before. */
export interface Send {
  readonly clientOrderId: string;
  /** Inside a lane the order of sending is the order that has to be kept. */
  readonly lane: string;
  readonly handedAt: number;
  readonly sentAt: number;
  /** When its answer was there, if the contender tells. */
  readonly answeredAt?: number | undefined;
}

/** What a contender tells after a run. */
export interface RunReport {
  readonly sends: readonly Send[];
  /** Processor time, user and system, of the processes that send. */
  readonly cpuMs: number;
  /** Calls of the store by `operation table`, where there is one. */
  readonly storeCalls: Readonly<Record<string, number>>;
  /** Unix ms at which a closing of a gate was stored. */
  readonly gateClosedAt: readonly number[];
  /** Numbers that only this contender has. */
  readonly notes: Readonly<Record<string, number>>;
}

/** One side of the comparison. */
export interface Contender {
  readonly name: string;
  readonly run: (work: Work, place: Place, beside?: Beside) => Promise<RunReport>;
}

/** What else happens during a run of ours. */
export type Beside = (run: RunningOurs) => Promise<void>;

/** Our side while it runs. */
export interface RunningOurs {
  readonly place: Place;
  readonly orders: readonly PlannedOrder[];
  /** Unix ms at which the first batch was handed out. */
  readonly startedAt: number;
  /** Resolves when every order is done with. */
  readonly finished: Promise<void>;
  readonly note: (name: string, value: number) => void;
  readonly store: { cut(): Promise<void>; restore(): Promise<void> };
  /** Starts a further process of ours, for what goes on beside the submitting. */
  readonly companion: () => Promise<Companion>;
}

/** A process of ours that does something else on the same account. */
export interface Companion {
  /** Cancels an order with a slot of the budget. */
  readonly cancel: (clientOrderId: string) => Promise<void>;
  /** Runs one pass of reconciliation, for so long. */
  readonly reconcile: (forMs: number) => Promise<void>;
  /** Puts so many orders in doubt, as a submitter without an answer leaves them. */
  readonly doubt: (orders: number) => Promise<void>;
  readonly stop: () => Promise<void>;
}
