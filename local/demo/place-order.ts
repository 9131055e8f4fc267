import { GetQueueUrlCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod/mini';
import { signWebhook } from '../../lib/adapters/webhook/standard-webhooks.ts';
import { Secret } from '../../lib/application/secret.ts';
import type { DemoOrder } from './plan.ts';

/** Where the demonstration sends its orders. */
export interface DemoTarget {
  readonly apiUrl: string;
  readonly awsUrl: string;
  readonly producerId: string;
  readonly producerSecret: string;
}

const acceptedSchema = z.object({ clientOrderId: z.string() });

/**
 * Sends one order on its way, like any other producer would.
 *
 * @returns its client order id
 * @throws Error with the answer when it is not accepted
 */
export async function placeOrder(
  target: DemoTarget,
  order: DemoOrder,
  named: { readonly clientOrderId: string; readonly now: number },
): Promise<string> {
  const { clientOrderId, now } = named;
  const body = {
    accountId: order.accountId,
    clientOrderId,
    ...order.request,
    ...(order.validForMs === undefined ? {} : { validUntil: now + order.validForMs }),
  };
  switch (order.way) {
    case 'webhook':
      return postWebhook(target, JSON.stringify(body), { id: `msg-${clientOrderId}`, now });
    case 'api':
      return post(`${target.apiUrl}/v1/orders`, JSON.stringify(body), {});
    case 'queue':
      await sendMessage(target, order, { clientOrderId, body: JSON.stringify(body) });
      return clientOrderId;
  }
}

function postWebhook(
  { apiUrl, producerId, producerSecret }: DemoTarget,
  body: string,
  { id, now }: { readonly id: string; readonly now: number },
): Promise<string> {
  const timestamp = Math.floor(now / 1_000);
  const signature = signWebhook({ secret: new Secret(producerSecret), id, timestamp, body });
  return post(`${apiUrl}/v1/webhooks/${producerId}`, body, {
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': signature,
  });
}

async function post(
  url: string,
  body: string,
  headers: Readonly<Record<string, string>>,
): Promise<string> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
  const text = await answer.text();
  if (answer.status !== 202) throw new Error(`${url} answered ${answer.status}: ${text}`);
  return acceptedSchema.parse(JSON.parse(text)).clientOrderId;
}

async function sendMessage(
  { awsUrl }: DemoTarget,
  order: DemoOrder,
  message: { readonly clientOrderId: string; readonly body: string },
): Promise<void> {
  const sqs = new SQSClient({
    endpoint: awsUrl,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  try {
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: 'orders.fifo' }));
    await sqs.send(
      new SendMessageCommand({
        QueueUrl,
        MessageBody: message.body,
        // Any group will do; this one keeps the order of the account.
        MessageGroupId: `${order.accountId}#0`,
        MessageDeduplicationId: message.clientOrderId,
      }),
    );
  } finally {
    sqs.destroy();
  }
}
