import { type Receipt, receiveOrder } from '../../../lib/application/receive-order.ts';
import { request } from '../../support/order-desk.ts';
import type { Chance } from './chance.ts';
import type { Commons } from './commons.ts';
import type { Crew } from './crew.ts';
import { followPlan } from './wishes.ts';

/** Tries of a caller that wants its order taken. */
const TRIES_MAX = 8;
const POISON = ['{"accountId":"desk-1"', '{"hello":"world"}', 'not even JSON'] as const;

/** Sends every order request of a world, as callers do: impatient, repetitive, and now and then wrong. */
export async function placeOrders(commons: Commons, crew: Crew): Promise<void> {
  const { recorder, timeline, weather } = commons;
  const chance = commons.chance.fork('callers');
  const work: Promise<void>[] = [];
  for (let number = 1; number <= weather.orders; number += 1) {
    await timeline.sleep(chance.oneOf([0, 0, 0, chance.below(2_000), chance.below(20_000)]));
    const terms = drawTerms(chance, commons);
    const body = request(`order-${number}`, terms);
    const place = (own: Chance, one: typeof body) => insist(commons, crew, own, one);
    work.push(followPlan(commons, crew, body.clientOrderId, { place, terms }));
    if (chance.happens(weather.direct)) await putOnQueue(commons, chance, body);
    else work.push(insist(commons, crew, chance.fork(body.clientOrderId), body));
    if (chance.happens(weather.poison)) {
      const poison = chance.oneOf(POISON);
      await enqueue(commons, chance, poison, `poison-${number}`);
      recorder.note('producer', { kind: 'message', clientOrderId: '', isPoison: true });
    }
  }
  await Promise.all(work);
}

/** Goes on until the request is taken, and then perhaps once more. */
async function insist(
  commons: Commons,
  crew: Crew,
  chance: Chance,
  body: ReturnType<typeof request>,
): Promise<void> {
  const { timeline, weather } = commons;
  let repeats = chance.happens(weather.repeats) ? chance.between(1, 2) : 0;
  let wasTaken = false;
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    const isOther = wasTaken && chance.happens(0.2);
    const sent = isOther ? { ...body, quantity: '0.777' } : body;
    const receipt = await receive(commons, crew, sent, isOther);
    const isTaken = receipt?.kind === 'accepted' || receipt?.kind === 'repeated';
    if (receipt?.kind === 'taken' && !isOther) throw new Error('an order is taken by itself');
    wasTaken ||= isTaken;
    if (isTaken && repeats === 0) return;
    if (isTaken) repeats -= 1;
    await timeline.sleep(chance.oneOf([0, 50, chance.below(5_000), 5_000]));
  }
}

async function receive(
  { recorder }: Commons,
  crew: Crew,
  body: ReturnType<typeof request>,
  isOther: boolean,
): Promise<Receipt | undefined> {
  const receipt = await crew.invoke('receive-order', 10_000, ({ dependencies }) =>
    receiveOrder(dependencies, { body, origin: 'webhook' }),
  );
  if (receipt === undefined) return undefined;
  const order = 'order' in receipt ? { status: receipt.order.status } : {};
  const { clientOrderId } = body;
  recorder.note('caller', {
    kind: 'receipt',
    receipt: receipt.kind,
    clientOrderId,
    isOther,
    ...order,
  });
  return receipt;
}

function drawTerms(chance: Chance, { timeline, startAt }: Commons): Record<string, unknown> {
  const shape = chance.oneOf([
    { type: 'LIMIT' },
    { type: 'LIMIT' },
    { type: 'LIMIT_MAKER', timeInForce: undefined },
    { type: 'MARKET', price: undefined },
    { type: 'MARKET', price: undefined, quantity: undefined, amount: '500' },
  ]);
  const given = {
    orderingKey: chance.oneOf(['A', 'B', 'BTCUSD']),
    onNeverPlaced: chance.oneOf(['fail', 'resubmit']),
    ...shape,
    ...(chance.happens(0.15) && {
      validUntil: startAt + timeline.nowMs() + chance.oneOf([3_000, 20_000, 90_000]),
    }),
    // A tick size that the instrument does not have: denied.
    ...(shape.type === 'LIMIT' && chance.happens(0.05) && { price: '65000.001' }),
  };
  return given;
}

/** A producer of its own puts a good order on the queue. */
async function putOnQueue(
  commons: Commons,
  chance: Chance,
  body: ReturnType<typeof request>,
): Promise<void> {
  const { clientOrderId } = body;
  await enqueue(commons, chance, body, `${body.accountId}.${clientOrderId}`);
  commons.recorder.note('producer', { kind: 'message', clientOrderId, isPoison: false });
}

async function enqueue(
  commons: Commons,
  chance: Chance,
  body: string | Record<string, unknown>,
  deduplicationId: string,
): Promise<void> {
  const messageGroupId = chance.oneOf(['desk-1#0', 'desk-1#1', 'other']);
  const message = typeof body === 'string' ? { poison: body } : body;
  await commons.queue.enqueue({ body: message, messageGroupId, deduplicationId });
  commons.onQueue.notify();
}
