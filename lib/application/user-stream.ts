import type { TradeReport } from '../domain/execution-report.ts';
import type { Statement } from '../domain/reconcile.ts';
import type { StreamLease } from '../domain/stream-lease.ts';
import type { ExchangeSite } from './account.ts';
import type { QueryContext, QueryFailure } from './exchange.ts';
import type { Secret } from './secret.ts';

/** What one message of the stream states of one order. */
export interface StreamReport {
  readonly statement: Statement;
  /** The fill that caused the message, if one did. */
  readonly trade?: TradeReport;
}

/** What a connection tells. After `closed` it tells nothing more. */
export type StreamSign =
  | { readonly kind: 'opened' }
  /** It is alive and has nothing to report. */
  | { readonly kind: 'heartbeat' }
  | { readonly kind: 'reports'; readonly reports: readonly StreamReport[] }
  /** A message that could not be read: something happened, nobody knows what. */
  | { readonly kind: 'unreadable' }
  | { readonly kind: 'closed'; readonly code: string };

/** One open or opening connection. */
export interface StreamConnection {
  /** Tells nothing after this. */
  close(): void;
}

/** A listen key stands for the account's stream: whoever has it hears everything. */
export type ListenKeyAnswer =
  | { readonly kind: 'listen-key'; readonly listenKey: Secret }
  | { readonly kind: 'renewed' }
  | QueryFailure;

/**
 * The exchange's user data stream. No method throws for anything the exchange or the network does.
 * There is no replay: what happens while no connection stands is never told.
 */
export interface UserStreams {
  /** Asks for a listen key; it lives for an hour from its last renewal. */
  createListenKey(context: QueryContext): Promise<ListenKeyAnswer>;
  renewListenKey(context: QueryContext, listenKey: Secret): Promise<ListenKeyAnswer>;
  /** Connects and answers heartbeats by itself. */
  connect(
    site: ExchangeSite,
    listenKey: Secret,
    hear: (sign: StreamSign) => void,
  ): StreamConnection;
}

/** Who follows which account's stream; durable and shared by all processes. */
export interface StreamLeases {
  get(accountId: string): Promise<StreamLease | undefined>;
  /**
   * Changes a lease as `decide` says, which is asked again when somebody else was faster.
   *
   * @returns the stored lease; undefined when `decide` left it
   */
  change(
    accountId: string,
    decide: (lease: StreamLease | undefined) => StreamLease | undefined,
  ): Promise<StreamLease | undefined>;
}

/** A configured account, without what its secret holds. */
export interface AccountName {
  readonly accountId: string;
  /** Another one whenever the secret has changed; absent where that is not told. */
  readonly changedAt?: number;
}

/** The configured accounts by name. */
export interface AccountNames {
  list(): Promise<readonly AccountName[]>;
}
