import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { standardWebhooks } from '../lib/adapters/webhook/standard-webhooks.ts';
import {
  isActionRequest,
  receiveCancel,
  requestCancel,
} from '../lib/application/cancel/request-cancel.ts';
import { openWebhook } from '../lib/application/open-webhook.ts';
import { type Received, receiveOrder } from '../lib/application/receive-order.ts';
import { receiveAlert } from '../lib/application/tradingview/receive-alert.ts';
import { SWEEPS } from '../lib/domain/review-schedule.ts';
import { alertAnswer } from './edge/alert-answer.ts';
import { cancelAnswer } from './edge/cancel-answer.ts';
import {
  composeCancels,
  composeOrders,
  composeQueue,
  composeSecrets,
  composeSettings,
  composeTelemetry,
} from './edge/compose.ts';
import { httpHandler } from './edge/http-handler.ts';
import { parseJson, rawBody } from './edge/json-body.ts';
import { problemAnswer } from './edge/problem.ts';
import { receiptAnswer } from './edge/receipt-answer.ts';

const telemetry = composeTelemetry();
const dependencies = {
  ...telemetry,
  ...composeSecrets(),
  orders: composeOrders(),
  queue: composeQueue({ putsAside: false }),
  cancels: composeCancels({ putsAside: false }),
  rules: { ...composeSettings().reconcile, ...SWEEPS },
  verifier: standardWebhooks,
};

/**
 * POST /v1/webhooks/{producerId}, POST /v1/orders, DELETE /v1/orders/{accountId}/{clientOrderId},
 * POST /v1/tradingview/{producerId}/{token}.
 */
export const handler = httpHandler(telemetry, async (event) => {
  if (event.requestContext.http.method === 'DELETE') {
    const { accountId = '', clientOrderId = '' } = event.pathParameters ?? {};
    return cancelAnswer(await requestCancel(dependencies, { accountId, clientOrderId }));
  }
  if (event.pathParameters?.token !== undefined) return receiveFromTradingView(event);
  const body = rawBody(event);
  if (body.kind === 'refused') return body.answer;
  const producerId = event.pathParameters?.producerId;
  return producerId === undefined
    ? receive(body.text, (json) => ({ body: json, origin: 'api' }))
    : receiveWebhook(event, producerId, body.text);
});

async function receiveWebhook(event: APIGatewayProxyEventV2, producerId: string, text: string) {
  const webhook = { producerId, body: text, headers: event.headers };
  const opened = await openWebhook(dependencies, webhook);
  if (opened.kind === 'refused') {
    const { reason: detail } = opened;
    return problemAnswer({ status: 401, title: 'The webhook is not authentic', detail });
  }
  return receive(text, (json) => opened.receive(json));
}

/** TradingView sends valid JSON as JSON and all else as plain text; the template says what it is. */
async function receiveFromTradingView(event: APIGatewayProxyEventV2) {
  const body = rawBody(event, ['application/json', 'text/plain']);
  if (body.kind === 'refused') return body.answer;
  const { producerId = '', token = '' } = event.pathParameters ?? {};
  const { sourceIp: sourceAddress } = event.requestContext.http;
  const alert = { producerId, token, sourceAddress, body: body.text };
  return alertAnswer(await receiveAlert(dependencies, alert));
}

/** A body that names an action is about an order that there is, any other one a new order. */
async function receive(text: string, received: (json: unknown) => Received) {
  const json = parseJson(text);
  if (json.kind === 'refused') return json.answer;
  if (isActionRequest(json.value)) {
    const { allowedAccounts } = received(json.value);
    const request = { body: json.value, ...(allowedAccounts && { allowedAccounts }) };
    return cancelAnswer(await receiveCancel(dependencies, request));
  }
  return receiptAnswer(await receiveOrder(dependencies, received(json.value)));
}
