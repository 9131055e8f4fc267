import { METRICS } from './metrics.ts';
import { clientOrderIdOf } from './order-request.ts';
import type { Clock, Metrics, Producers, WebhookVerifier } from './ports.ts';
import type { Received } from './receive-order.ts';

/** What opening a webhook needs. */
export interface WebhookDependencies {
  readonly producers: Producers;
  readonly verifier: WebhookVerifier;
  readonly clock: Clock;
  readonly metrics: Metrics;
}

/** A webhook as it arrived. Header names are in lower case. */
export interface Webhook {
  readonly producerId: string;
  /** The raw text: what was signed. */
  readonly body: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
}

/** A webhook that its producer signed, or why it is not taken for one. */
export type OpenedWebhook =
  | { readonly kind: 'refused'; readonly reason: string }
  | {
      readonly kind: 'authentic';
      /** Makes the order request of the parsed body, with an id when it names none. */
      receive(json: unknown): Received;
    };

/**
 * Verifies a signed webhook over its raw body.
 *
 * An unknown producer gets the same answer as a wrong signature, so that nobody can list them.
 */
export async function openWebhook(
  { producers, verifier, clock, metrics }: WebhookDependencies,
  { producerId, body, headers }: Webhook,
): Promise<OpenedWebhook> {
  const id = headers['webhook-id'] ?? '';
  const producer = await producers.get(producerId);
  const verified = verifier.verify({
    producer: producer ?? { producerId, secrets: [], accounts: [] },
    body,
    id,
    timestamp: headers['webhook-timestamp'] ?? '',
    signature: headers['webhook-signature'] ?? '',
    now: clock.now(),
  });
  if (verified.kind === 'refused' || producer === undefined) {
    metrics.count(METRICS.webhookRefused);
    const reason = verified.kind === 'refused' ? verified.reason : 'no producer of this name';
    return { kind: 'refused', reason };
  }
  return {
    kind: 'authentic',
    receive: (json) => ({
      body: withClientOrderId(json, id),
      origin: 'webhook',
      allowedAccounts: producer.accounts,
      producerId: producer.producerId,
    }),
  };
}

/** The same delivery gives the same id, so that a repeat is the same order. */
function withClientOrderId(json: unknown, webhookId: string): unknown {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return json;
  if ('clientOrderId' in json || !('accountId' in json)) return json;
  const { accountId } = json;
  if (typeof accountId !== 'string') return json;
  return { ...json, clientOrderId: clientOrderIdOf(accountId, webhookId) };
}
