import type { Exchange, QueryContext } from '../../application/exchange.ts';
import { invariant } from '../../domain/invariant.ts';
import { cancelManyOrders, cancelOrder } from './cancel-order.ts';
import { classifyPage, classifyQuery, type PageQuestion } from './classify.ts';
import { classifySubmit } from './classify-submit.ts';
import { type Connection, createConnection } from './connection.ts';
import { createInstrumentCache } from './instrument-cache.ts';
import { HASHKEY_DEFAULTS, type HashkeyOptions } from './options.ts';
import { orderParameters } from './order-parameters.ts';
import { createServerClock, type ServerClock } from './server-clock.ts';
import { createSignedCalls, type SignedCalls } from './signed-calls.ts';
import type { Parameter } from './signing.ts';
import { baseUrlOf, siteFacts } from './sites.ts';
import { classifyTrades, tradesCall } from './trades.ts';

/**
 * Orders asked for in one page: the exchange's own default. At most 1000 are allowed, but such a
 * page of long client order ids would pass the size limit of an answer.
 */
export const PAGE_LIMIT = 500;

const CREATE_PATH = '/api/v1.1/spot/order';
const QUERY_PATH = '/api/v1/spot/order';
const OPEN_ORDERS_PATH = '/api/v1/spot/openOrders';
const HISTORY_PATH = '/api/v1/spot/tradeOrders';

/** The parts that calls to the exchange share: connections, its clock, the signer. */
export interface HashkeyParts {
  readonly connection: Connection;
  readonly serverClock: ServerClock;
  readonly signedCalls: SignedCalls;
}

/** Makes the shared parts, for those who need more of the exchange than the port offers. */
export function createHashkeyParts(options: HashkeyOptions): HashkeyParts {
  const { clock } = options;
  const settings = { ...HASHKEY_DEFAULTS, ...options };
  const connection = createConnection(settings);
  const serverClock = createServerClock({ ...settings, connection });
  const signedCalls = createSignedCalls({ clock, connection, serverClock });
  return { connection, serverClock, signedCalls };
}

/**
 * Makes the exchange as the use cases see it.
 *
 * A method throws InvariantError for a broken rule of ours (a character that cannot be signed
 * safely, terms that do not fit, a wrong base URL), and only before anything is sent.
 *
 * @see docs/hashkey.md
 */
export function createHashkeyExchange(
  options: HashkeyOptions,
  parts: HashkeyParts = createHashkeyParts(options),
): Exchange {
  const { clock } = options;
  const { connection, serverClock, signedCalls } = parts;
  const settings = { ...HASHKEY_DEFAULTS, ...options, connection };
  const instruments = createInstrumentCache(settings);

  const readPage = async (
    context: QueryContext,
    path: string,
    question: PageQuestion,
    parameters: readonly Parameter[],
  ) => {
    const asked = [...parameters, ...pageParameters(context, question)];
    const told = await signedCalls.query({ ...context, path, parameters: asked });
    return classifyPage(told, question, clock.now());
  };

  return {
    async submit(command) {
      const { clientOrderId, terms, ...context } = command;
      const parameters = orderParameters(clientOrderId, terms);
      const call = { ...context, method: 'POST', path: CREATE_PATH, parameters } as const;
      const told = await signedCalls.command(call);
      return classifySubmit(told, clientOrderId, clock.now());
    },
    cancel: (command) => cancelOrder({ clock, signedCalls }, command),
    cancelMany: (command) => cancelManyOrders({ clock, signedCalls }, command),
    async queryOrder(context, clientOrderId) {
      const parameters: readonly Parameter[] = [['origClientOrderId', clientOrderId]];
      const told = await signedCalls.query({ ...context, path: QUERY_PATH, parameters });
      return classifyQuery(told, clientOrderId, clock.now());
    },
    openOrders(context, fromOrderId) {
      const question = { source: 'open-orders', limit: PAGE_LIMIT, fromOrderId } as const;
      return readPage(context, OPEN_ORDERS_PATH, question, []);
    },
    orderHistory(context, since, fromOrderId) {
      const question = { source: 'history', limit: PAGE_LIMIT, fromOrderId } as const;
      const startTime = String(Math.max(0, Math.floor(since)));
      return readPage(context, HISTORY_PATH, question, [['startTime', startTime]]);
    },
    async trades(context, question) {
      const told = await signedCalls.query({ ...context, ...tradesCall(context, question) });
      return classifyTrades(told, question, clock.now());
    },
    async instruments(site) {
      // Asked for before every order: the clock is known by then, too, and no slot waits for it.
      const [rules] = await Promise.all([
        instruments.get(site),
        serverClock.prepare(baseUrlOf(site)),
      ]);
      return rules;
    },
    async prepare(site) {
      await serverClock.prepare(baseUrlOf(site));
    },
    resynchronise: (site) => serverClock.resynchronise(baseUrlOf(site)),
  };
}

function pageParameters({ site }: QueryContext, question: PageQuestion): readonly Parameter[] {
  const { limit, fromOrderId } = question;
  const limited: Parameter = ['limit', String(limit)];
  if (fromOrderId === undefined) return [limited];
  invariant(/^\d{1,20}$/.test(fromOrderId), 'pages go on from the exchange order id of a page');
  const { pagingIdNames } = siteFacts(site.site);
  return [limited, ...pagingIdNames.map((name): Parameter => [name, fromOrderId])];
}
