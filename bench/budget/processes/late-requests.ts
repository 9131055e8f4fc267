/**
 * Chooses the requests that are late: one in every `oneIn`, at a place drawn anew for each stretch.
 *
 * Exactly so many and not by chance alone, so that every contender meets as many.
 */
export function lateRequests(oneIn: number, random: () => number): () => boolean {
  let place = 0;
  let chosen = 0;
  return () => {
    if (place % oneIn === 0) chosen = place + Math.floor(random() * oneIn);
    place += 1;
    return place - 1 === chosen;
  };
}
