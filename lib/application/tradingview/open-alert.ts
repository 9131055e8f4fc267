import { createHash, timingSafeEqual } from 'node:crypto';
import type { TradingView } from '../account.ts';
import { METRICS } from '../metrics.ts';
import type { Metrics, Producers } from '../ports.ts';
import type { Secret } from '../secret.ts';

/** What opening an alert needs. */
export interface AlertDependencies {
  readonly producers: Producers;
  readonly metrics: Metrics;
}

/** An alert as it arrived. */
export interface Alert {
  readonly producerId: string;
  /** From the path: what a sender that cannot sign has instead. */
  readonly token: string;
  /** Whose connection it was, by the gateway's own word; a header can say anything. */
  readonly sourceAddress: string;
  readonly body: string;
}

/** Whether an alert is from whom it says. */
export type OpenedAlert =
  | {
      readonly kind: 'authentic';
      readonly accounts: readonly string[];
      readonly tradingView: TradingView;
    }
  | { readonly kind: 'refused' }
  /** The token is right, but TradingView does not send from there. */
  | { readonly kind: 'foreign-address' };

/** Characters of a token that are worth hashing. */
const TOKEN_CHARACTERS_MAX = 200;

/**
 * Verifies the token and the source address of an alert.
 *
 * Unknown producers, producers without TradingView and wrong tokens are refused alike, so that
 * nobody can list them.
 */
export async function openAlert(
  { producers, metrics }: AlertDependencies,
  { producerId, token, sourceAddress }: Alert,
): Promise<OpenedAlert> {
  const producer = await producers.get(producerId);
  const tradingView = producer?.tradingView;
  const isKnown = isOneOf(token, tradingView?.tokens ?? []);
  if (producer === undefined || tradingView === undefined || !isKnown) {
    metrics.count(METRICS.webhookRefused);
    return { kind: 'refused' };
  }
  if (!tradingView.sourceAddresses.includes(sourceAddress)) {
    metrics.count(METRICS.webhookRefused);
    return { kind: 'foreign-address' };
  }
  return { kind: 'authentic', accounts: producer.accounts, tradingView };
}

/** Hashes have one length, and every one is compared: time tells nothing of which was near. */
function isOneOf(token: string, known: readonly Secret[]): boolean {
  const given = hashOf(token.slice(0, TOKEN_CHARACTERS_MAX));
  return known
    .map((secret) => timingSafeEqual(given, hashOf(secret.reveal())))
    .some((isSame) => isSame);
}

function hashOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
