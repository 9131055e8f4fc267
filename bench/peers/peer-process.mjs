// One process of a contender that is a library: sends its orders, and a refused one again, through
// the library until all are accepted or the time is over.

import { setTimeout as pause } from 'node:timers/promises';
import ccxt from 'ccxt';
import { answerCalls } from '../budget/processes/answer-calls.ts';
import { ORDER_TERMS, sendOrder } from '../budget/sender.ts';
import { createStoredSend } from '../budget/stored-send.ts';
import { LIMITERS } from './limiters.mjs';

/** @type {{exchangeUrl: string, lanes: {name: string, send: (id: string) => Promise<number>}[]}} */
let ready;

answerCalls({
  async start({ library, exchangeUrl, storeUrl, keys }) {
    const lanes = await Promise.all(
      keys.map((key, index) => makeLane({ library, exchangeUrl, storeUrl, key, index })),
    );
    ready = { lanes };
  },
  run,
});

/** Gives one key's way to the exchange; `send` tells the status of the answer. */
async function makeLane({ library, exchangeUrl, storeUrl, key, index }) {
  const name = `key-${index}`;
  if (library === 'ccxt') return { name, send: await ccxtSender(exchangeUrl, key) };
  const [limiter, stored] = library.split(' and ');
  const limited = await LIMITERS[limiter]({ storeUrl, key: name });
  const sendOne = stored === undefined ? sendOrder : createStoredSend(storeUrl);
  return {
    name,
    send: (id, note) =>
      limited(async () => {
        const { sentAt, status } = await sendOne(exchangeUrl, key, id);
        note(sentAt);
        return status;
      }),
  };
}

/** The unmodified client with its own throttle, which is on by default. */
async function ccxtSender(exchangeUrl, { apiKey, apiSecret }) {
  const exchange = new ccxt.hashkey({
    apiKey,
    secret: apiSecret,
    urls: { api: { public: exchangeUrl, private: exchangeUrl } },
  });
  await exchange.loadMarkets();
  const { quantity, price } = ORDER_TERMS;
  const send = exchange.fetch.bind(exchange);
  /** The moment of a request is when ccxt calls its own HTTP layer, after its throttle. */
  const leaving = new Map();
  exchange.fetch = (url, ...rest) => {
    const id = /newClientOrderId=([^&]*)|clientOrderId=([^&]*)/.exec(url + JSON.stringify(rest));
    leaving.get(id?.[1]?.replace(/".*/, ''))?.(Date.now());
    return send(url, ...rest);
  };
  return async (clientOrderId, note) => {
    leaving.set(clientOrderId, note);
    try {
      await exchange.createOrder('BTC/USDT', 'limit', 'buy', Number(quantity), Number(price), {
        clientOrderId,
      });
      return 200;
    } catch (error) {
      if (error instanceof ccxt.RateLimitExceeded || error instanceof ccxt.DDoSProtection)
        return 429;
      if (error instanceof ccxt.NetworkError) return 0;
      throw error;
    } finally {
      leaving.delete(clientOrderId);
    }
  };
}

async function run({ orders, withinMs }) {
  const { lanes } = ready;
  const sends = [];
  const cpuBefore = process.cpuUsage();
  const endsMs = performance.now() + withinMs;
  const work = orders.map(async ({ clientOrderId, afterMs, key }) => {
    if (afterMs > 0) await pause(afterMs);
    const handedAt = Date.now();
    const { name, send } = lanes[key];
    const note = (sentAt) => sends.push({ clientOrderId, lane: name, handedAt, sentAt });
    while (performance.now() < endsMs) {
      if ((await send(clientOrderId, note)) === 200) return;
    }
  });
  await Promise.race([Promise.all(work), pause(withinMs)]);
  const { user, system } = process.cpuUsage(cpuBefore);
  return { sends, cpuMs: (user + system) / 1_000 };
}
