/**
 * Chooses the requests that are late: one in every `oneIn`, at a place drawn anew for each stretch.
 *
 * Exactly so many and not by chance alone, so that every contender meets as many.
 *
 * @param firstWithin - the first one comes within so many requests, so that a short run has it too
 */
export function lateRequests(
  oneIn: number,
  random: () => number,
  firstWithin = oneIn,
): () => boolean {
  let place = 0;
  let chosen = 0;
  return () => {
    const within = place === 0 ? Math.min(oneIn, firstWithin) : oneIn;
    if (place % oneIn === 0) chosen = place + Math.floor(random() * within);
    place += 1;
    return place - 1 === chosen;
  };
}
