import type { Twist } from '../exchange/accept-order.ts';
import type { ApiKey } from '../exchange/accounts.ts';
import type { Exchange } from '../exchange/exchange.ts';
import type { MatchTwist } from '../exchange/match-order.ts';
import type { FaultBox } from '../faults/fault-box.ts';
import type { Answer } from './answer.ts';
import type { ListenKeys } from './listen-keys.ts';
import type { RawRequest } from './request.ts';

/** What handlers work with. */
export type Services = {
  readonly exchange: Exchange;
  readonly faults: FaultBox;
  readonly listenKeys: ListenKeys;
  /** Told of every accepted order, with the key that placed it. */
  readonly onAccepted: (key: ApiKey) => void;
};

/** One admitted request. */
export type Call = {
  readonly request: RawRequest;
  readonly parameters: ReadonlyMap<string, string>;
  /** Server time at arrival. */
  readonly now: number;
  readonly twist: Twist & MatchTwist;
};

/** One admitted request of a known key. */
export type SignedCall = Call & { readonly key: ApiKey };

export type Handler = (services: Services, call: Call) => Answer;
export type SignedHandler = (services: Services, call: SignedCall) => Answer;
