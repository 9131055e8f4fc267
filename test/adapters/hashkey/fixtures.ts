import { readFileSync } from 'node:fs';
import * as z from 'zod/mini';
import type { SubmitCommand } from '../../../lib/application/exchange.ts';
import { Secret } from '../../../lib/application/secret.ts';

const DIRECTORY = new URL('../../fixtures/hashkey/', import.meta.url);

const answerFixture = z.object({
  name: z.string(),
  httpStatus: z.int(),
  headers: z.record(z.string(), z.string()),
  body: z.string(),
  create: z.string(),
  query: z.string(),
  cancel: z.string(),
});

/** An answer of the exchange and what it proves about each kind of call. */
export type AnswerFixture = z.infer<typeof answerFixture>;

export function fixtureText(file: string): string {
  return readFileSync(new URL(file, DIRECTORY), 'utf8');
}

export function answerFixtures(file: string): readonly AnswerFixture[] {
  return z.array(answerFixture).parse(JSON.parse(fixtureText(file)));
}

/** The key of every test here. */
export const KEY = {
  keyId: '0123456789abcdef',
  apiKey: new Secret('tAQfOrPIZAhym0qHISRt8EFvxPemdBm5j5WMlkm3Ke9aFp0EGWC2CGM8GHV4kCYW'),
  apiSecret: new Secret('lH3ELTNiFxCQTmi9pPcWWikhsjO04Yoqw3euoHUuOLC3GYBW64ZqzQsiOEHXQS76'),
};

/** What a read of the exchange at `baseUrl` needs. */
export function contextAt(baseUrl: string) {
  const site = { site: 'HK', environment: 'sandbox', baseUrl } as const;
  return { site, key: KEY, recvWindowMs: 5_000, timeoutMs: 2_000 };
}

/** A limit order to the exchange at `baseUrl`, to be sent within a few seconds. */
export function commandAt(baseUrl: string, changes: Partial<SubmitCommand> = {}): SubmitCommand {
  return {
    ...contextAt(baseUrl),
    clientOrderId: 'svc-1',
    sendBy: Date.now() + 5_000,
    terms: {
      symbol: 'BTCUSD',
      side: 'BUY',
      type: 'LIMIT',
      quantity: '0.01',
      price: '98001',
      timeInForce: 'GTC',
      validUntil: Date.now() + 60_000,
      orderingKey: 'BTCUSD',
      onNeverPlaced: 'fail',
    },
    ...changes,
  };
}

/** The exchange's answer to that order. */
export const ACCEPTED_BODY = JSON.stringify({
  symbol: 'BTCUSD',
  clientOrderId: 'svc-1',
  orderId: '2128389008024406016',
  transactTime: '1767225600015',
  price: '98001',
  origQty: '0.01',
  executedQty: '0',
  status: 'PENDING_NEW',
  type: 'LIMIT',
  side: 'BUY',
});
