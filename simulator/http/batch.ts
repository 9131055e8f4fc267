import * as z from 'zod/mini';
import { type CreateVersion, readOrderRequest } from '../exchange/read-order-request.ts';
import { illegalParameter, isRefusal, missingField, REFUSED } from '../exchange/refusals.ts';
import { type Course, courseOf } from '../faults/course.ts';
import type { Fault } from '../faults/fault.ts';
import { jsonAnswer, refusalAnswer } from './answer.ts';
import type { Services, SignedCall, SignedHandler } from './call.ts';
import { createdOrder } from './order-wire.ts';
import { asUtf8 } from './request.ts';

/** Documented for one batch. */
export const BATCH_ORDERS_MAX = 20;

const ITEMS = z.array(
  z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
);
type Item = z.infer<typeof ITEMS>[number];

/** Reads the orders of a batch body; `undefined` when it is no JSON array of orders. */
export function batchItems(body: string): readonly Item[] | undefined {
  try {
    const parsed = z.safeParse(ITEMS, JSON.parse(asUtf8(body)));
    return parsed.success ? parsed.data : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Creates up to 20 orders of one symbol, each for itself: some may fail within HTTP 200. */
export function createBatch(version: CreateVersion): SignedHandler {
  return (services, call) => {
    const items = batchItems(call.request.body);
    if (!items || items.length === 0) return refusalAnswer(missingField('orders'));
    if (items.length > BATCH_ORDERS_MAX) return refusalAnswer(REFUSED.batchSize);
    if (new Set(items.map((item) => item.symbol)).size > 1) {
      return refusalAnswer(illegalParameter('symbol'));
    }
    const result = items.flatMap((item) => createItem(services, call, item, version));
    return jsonAnswer({ code: 0, concentration: '', result });
  };
}

function createItem(services: Services, call: SignedCall, item: Item, version: CreateVersion) {
  const fields = (name: string): string | undefined => {
    const value = item[name];
    return value === undefined || value === null ? undefined : String(value);
  };
  const fault = services.faults.pick({
    endpoint: 'batchItem',
    apiKey: call.key.apiKey,
    keyLabel: call.key.label,
    clientOrderId: fields('newClientOrderId'),
    symbol: fields('symbol'),
  });
  const course = courseOf(fault);
  const outcome = course.acts ? placeItem(services, call, fields, version, course) : undefined;
  return itemAnswer(fault, outcome);
}

type ItemAnswer = { readonly code: string; readonly msg?: string; readonly order?: object };

function placeItem(
  services: Services,
  call: SignedCall,
  fields: (name: string) => string | undefined,
  version: CreateVersion,
  course: Course,
): ItemAnswer {
  const { exchange } = services;
  const { site } = exchange.state;
  const request = readOrderRequest(fields, version, site);
  if (isRefusal(request)) return request;
  const { accountId } = call.key.account;
  const twist = { ...call.twist, ...course.twist };
  const placed = exchange.place({ accountId, request, now: call.now, twist });
  if (isRefusal(placed)) return placed;
  services.onAccepted(call.key);
  return { code: '0000', order: createdOrder(placed.answered, site) };
}

/** Faults which only make sense for a whole request make an item missing. */
function itemAnswer(fault: Fault | undefined, outcome: ItemAnswer | undefined): ItemAnswer[] {
  if (fault?.kind === 'code') return [{ code: String(fault.code), msg: fault.msg }];
  return outcome && fault?.kind !== 'missing' && fault?.kind !== 'late' ? [outcome] : [];
}
