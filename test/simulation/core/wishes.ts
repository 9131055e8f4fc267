import {
  type CancelReceipt,
  requestCancel,
} from '../../../lib/application/cancel/request-cancel.ts';
import { request } from '../../support/order-desk.ts';
import type { Chance } from './chance.ts';
import type { Commons } from './commons.ts';
import type { Crew } from './crew.ts';

/** Tries of a caller that wants its order canceled; an order may take minutes to be known. */
const TRIES_MAX = 80;
const AGAIN_MS = 5_000;

/** Sends an order request as its caller does. */
type Place = (chance: Chance, body: ReturnType<typeof request>) => Promise<void>;

/** Does what the caller of an order wants done with it later: a cancel, orders in its place, both. */
export async function followPlan(
  commons: Commons,
  crew: Crew,
  clientOrderId: string,
  { place, terms }: { readonly place: Place; readonly terms: Record<string, unknown> },
): Promise<void> {
  const { plans, timeline } = commons;
  const { cancelAfterMs, replacedAfterMs } = plans(clientOrderId);
  const chance = commons.chance.fork(`wishes ${clientOrderId}`);
  const replace = async (afterMs: number, suffix: string) => {
    await timeline.sleep(afterMs);
    const id = `${clientOrderId}-${suffix}`;
    const body = request(id, { ...terms, price: '64000.10', replaces: clientOrderId });
    await Promise.all([
      place(chance.fork(suffix), body),
      followPlan(commons, crew, id, { place, terms }),
    ]);
  };
  await Promise.all([
    ...(cancelAfterMs === undefined
      ? []
      : [wantCanceled(commons, crew, { chance, clientOrderId, afterMs: cancelAfterMs })]),
    ...replacedAfterMs.map((afterMs, index) => replace(afterMs, index === 0 ? 'b' : 'c')),
  ]);
}

/** Goes on until the wish is recorded or the order is over, and then perhaps once more. */
async function wantCanceled(
  commons: Commons,
  crew: Crew,
  wish: { readonly chance: Chance; readonly clientOrderId: string; readonly afterMs: number },
): Promise<void> {
  const { timeline, weather } = commons;
  const { chance, clientOrderId, afterMs } = wish;
  await timeline.sleep(afterMs);
  let repeats = chance.happens(weather.repeats) ? chance.between(1, 2) : 0;
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    const receipt = await askForCancel(commons, crew, clientOrderId);
    const isHeard = receipt?.kind === 'recorded' || receipt?.kind === 'over';
    if (isHeard && repeats === 0) return;
    if (isHeard) repeats -= 1;
    await timeline.sleep(chance.oneOf([0, 50, chance.below(AGAIN_MS), AGAIN_MS]));
  }
}

async function askForCancel(
  { recorder }: Commons,
  crew: Crew,
  clientOrderId: string,
): Promise<CancelReceipt | undefined> {
  const key = { accountId: 'desk-1', clientOrderId };
  const receipt = await crew.invoke('receive-order', 10_000, ({ dependencies }) =>
    requestCancel(dependencies, key),
  );
  if (receipt === undefined) return undefined;
  recorder.note('caller', { kind: 'cancel-receipt', receipt: receipt.kind, clientOrderId });
  return receipt;
}
