import type { QueryContext, TradesAnswer, TradesQuestion } from '../../application/exchange.ts';
import type { TradeReport } from '../../domain/execution-report.ts';
import { invariant } from '../../domain/invariant.ts';
import type { UnixMs } from '../../domain/time.ts';
import { readQuery, type ToldQuery, UNREADABLE, unavailable } from './classify.ts';
import { answerEvidence } from './evidence.ts';
import { plainText } from './plain-text.ts';
import type { Parameter } from './signing.ts';
import { siteFacts } from './sites.ts';
import { tradeListSchema, type WireTrade } from './wire.ts';
import { decimalFrom, positiveFrom } from './wire-decimal.ts';
import { withoutAbsent } from './without-absent.ts';

/** Trades asked for in one page: the exchange's own default. At most 1000 are allowed. */
export const TRADES_LIMIT = 500;

const TRADES_PATH = '/api/v1/account/trades';
const TRADES_OF_ORDER_PATH = '/api/v1/account/tradesByClOrderId';
const ASSET_LENGTH_MAX = 20;

/** Gives where to ask for trades and with what. */
export function tradesCall(
  { site }: Pick<QueryContext, 'site'>,
  { since, clientOrderId, toTradeId }: TradesQuestion,
): { readonly path: string; readonly parameters: readonly Parameter[] } {
  invariant(
    toTradeId === undefined || /^\d{1,20}$/.test(toTradeId),
    'pages go on from the trade id of a page',
  );
  const limited: readonly Parameter[] = [
    ...(clientOrderId === undefined ? [] : [['clientOrderId', clientOrderId] as const]),
    ...(toTradeId === undefined ? [] : [['toId', toTradeId] as const]),
    ['limit', String(TRADES_LIMIT)],
  ];
  const isCheap = clientOrderId !== undefined && siteFacts(site.site).listsTradesOfOrder;
  if (isCheap) return { path: TRADES_OF_ORDER_PATH, parameters: limited };
  const startTime = String(Math.max(0, Math.floor(since)));
  return { path: TRADES_PATH, parameters: [...limited, ['startTime', startTime]] };
}

/**
 * Says what the answer to a question for trades proves.
 *
 * A list shorter than its limit is complete. Whether the id asked with is included is not
 * documented; larger ones show that the exchange did not heed the question.
 */
export function classifyTrades(
  told: ToldQuery,
  question: TradesQuestion,
  now: UnixMs,
): TradesAnswer {
  const read = readQuery(told, 'trades', now);
  if (read.kind !== 'answer') return read;
  const { answer } = read;
  const failed = (finding: string) => unavailable('trades', answer, told.redact, finding);
  const list = tradeListSchema.safeParse(answer.body);
  if (!list.success) return failed(UNREADABLE);

  const from = question.toTradeId === undefined ? undefined : BigInt(question.toTradeId);
  if (from !== undefined && list.data.some(({ id }) => BigInt(id) > from)) {
    return failed('NO_PROGRESS');
  }
  const page = list.data.filter(({ id }) => from === undefined || BigInt(id) < from);
  const isFull = list.data.length >= TRADES_LIMIT;
  const nextToTradeId = isFull ? smallestId(page) : undefined;
  if (isFull && nextToTradeId === undefined) return failed('NO_PROGRESS');

  const trades = page.map((trade) => tradeReport(trade, told.redact));
  if (!trades.every((trade) => trade !== undefined)) return failed(UNREADABLE);
  const evidence = answerEvidence('trades', answer, told.redact);
  return {
    ...{ kind: 'trades', trades, evidence },
    ...(nextToTradeId === undefined ? {} : { nextToTradeId }),
  };
}

function smallestId(page: readonly WireTrade[]): string | undefined {
  return page.reduce<string | undefined>(
    (least, { id }) => (least === undefined || BigInt(id) < BigInt(least) ? id : least),
    undefined,
  );
}

function tradeReport(trade: WireTrade, redact: ToldQuery['redact']): TradeReport | undefined {
  const price = positiveFrom(trade.price);
  const quantity = positiveFrom(trade.qty);
  if (price === undefined || quantity === undefined) return undefined;
  const asset = trade.commissionAsset ?? trade.feeCoinId ?? trade.fee?.feeCoinId ?? '';
  const fee = decimalFrom(trade.commission ?? trade.feeAmount ?? trade.fee?.fee);
  return {
    clientOrderId: trade.clientOrderId,
    exchangeOrderId: trade.orderId,
    symbol: trade.symbol,
    side: trade.isBuyer ? 'BUY' : 'SELL',
    fill: {
      tradeId: trade.id,
      price,
      quantity,
      at: Number(trade.time),
      ...withoutAbsent({
        ticketId: trade.ticketId,
        fee,
        feeAsset:
          fee === undefined ? undefined : plainText(asset, ASSET_LENGTH_MAX, redact) || undefined,
        isMaker: trade.isMaker,
      }),
    },
  };
}
