const I1 = { name: 'placedOnce', text: 'I1 no order is placed twice' };
const I3 = {
  name: 'evidenceOnly',
  text: 'I3 no negative verdict for an order that is or can still be placed',
};

/** What is checked in every world. */
export const INVARIANTS = [I1, I3];

/** What the worlds that keep their promises have to reach, or they would keep them for nothing. */
export const WITNESSES = [
  { name: 'isNeverPlaced', text: 'a verdict of never placed' },
  { name: 'isFoundInDoubt', text: 'an order in doubt that is found' },
];

const SENT_AGAIN = { name: 'isSentAgain', text: 'an order sent again after a proof, and placed' };

/**
 * The worlds of worlds.qnt, what each assumes, and which invariants it has to break. A world that
 * breaks nothing is explored whole; one that does, until the shortest trace to each is found.
 */
export const WORLDS = [
  {
    name: 'assumed',
    text: 'Every order is visible at the horizon, the fence is respected, not-founds are true',
    breaks: [],
    reaches: WITNESSES,
  },
  {
    name: 'assumedResubmit',
    text: 'The same, with orders that are sent again after a proof of absence',
    breaks: [],
    reaches: [...WITNESSES, SENT_AGAIN],
  },
  {
    name: 'lateButQuick',
    text: 'Accepted one tick after the fence, but visible one tick sooner: the sum is what counts',
    breaks: [],
    reaches: WITNESSES,
  },
  {
    name: 'lagPastHorizon',
    text: 'An accepted order stays invisible for one tick longer than the horizon',
    breaks: [I3],
  },
  {
    name: 'lagPastHorizonResubmit',
    text: 'The same, with orders that are sent again after a proof of absence',
    breaks: [I3, I1],
  },
  {
    name: 'fenceBroken',
    text: 'The exchange accepts a request one tick after the receive window',
    breaks: [I3],
  },
  {
    name: 'notAuthoritative',
    text: 'A not-found is counted that was none: an error, or an old copy',
    breaks: [I3],
  },
  {
    name: 'listsLag',
    text: 'The lists never show an order, the query does at the horizon: both have to say so',
    breaks: [],
    reaches: WITNESSES,
  },
  {
    name: 'queryLags',
    text: 'The query never shows an order, the lists do at the horizon',
    breaks: [],
    reaches: WITNESSES,
  },
  {
    name: 'oneDecides',
    text: 'A wrong rule of ours: the other source need not speak past the horizon; the lists lag',
    breaks: [I3],
  },
  {
    name: 'sendsAgain',
    text: 'A wrong rule of ours: what is found in SENDING is sent again',
    breaks: [I1],
  },
];
