/**
 * Does work for each item, at most so many at a time, begun in their order.
 *
 * @throws the first fault; what has begun by then goes on, nothing more begins
 */
export async function inParallel<Item>(
  items: readonly Item[],
  atOnceMax: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const waiting = [...items];
  let isOver = false;
  const worker = async () => {
    for (let item = waiting.shift(); item !== undefined && !isOver; item = waiting.shift()) {
      try {
        await work(item);
      } catch (error) {
        isOver = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnceMax, items.length) }, worker));
}
