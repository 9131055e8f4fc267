import { laneOf } from '../../lib/application/message.ts';
import { seededRandom } from './seeded-random.ts';
import type { PlannedOrder, Work } from './work.ts';

/** Ordering keys of each lane: so many orders of a lane may be under way at once. */
const ORDERING_KEYS_PER_LANE = 10;

/** Plans the orders of a run; the seed alone decides. Lanes and their ordering keys take turns. */
export function planOrders(
  work: Pick<Work, 'orders' | 'lanes' | 'perSecond' | 'seed'>,
): readonly PlannedOrder[] {
  const { orders, lanes, perSecond, seed } = work;
  const random = seededRandom(seed);
  const keys = orderingKeys(lanes);
  let afterMs = 0;
  return Array.from({ length: orders }, (_, index) => {
    if (perSecond !== undefined) afterMs += (-Math.log(1 - random()) * 1_000) / perSecond;
    const lane = index % lanes;
    const ofLane = keys[lane] ?? [];
    const orderingKey = ofLane[Math.floor(index / lanes) % ofLane.length] ?? '';
    return { clientOrderId: `o-${String(index).padStart(6, '0')}`, orderingKey, lane, afterMs };
  });
}

/** Finds so many ordering keys for each lane. */
function orderingKeys(lanes: number): readonly (readonly string[])[] {
  const found: string[][] = Array.from({ length: lanes }, () => []);
  for (let tried = 0; found.some((keys) => keys.length < ORDERING_KEYS_PER_LANE); tried += 1) {
    const name = `key-${tried}`;
    const keys = found[laneOf(name, lanes)];
    if (keys !== undefined && keys.length < ORDERING_KEYS_PER_LANE) keys.push(name);
  }
  return found;
}
