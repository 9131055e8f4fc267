import { describeApi } from '../lib/application/api/describe-api.ts';
import { findOrder, listOrders } from '../lib/application/read-orders.ts';
import { composeOrders, composeTelemetry } from './edge/compose.ts';
import { httpHandler } from './edge/http-handler.ts';
import { jsonAnswer, problemAnswer } from './edge/problem.ts';

const telemetry = composeTelemetry();
const dependencies = { orders: composeOrders() };

/** GET /v1/orders, GET /v1/orders/{accountId}/{clientOrderId}, GET /v1/openapi.json, GET /health. */
export const handler = httpHandler(telemetry, async (event) => {
  if (event.routeKey === 'GET /health') return jsonAnswer(200, { status: 'ok' });
  if (event.routeKey === 'GET /v1/openapi.json') return jsonAnswer(200, describeApi());
  const { accountId, clientOrderId } = event.pathParameters ?? {};
  if (accountId !== undefined && clientOrderId !== undefined) {
    const order = await findOrder(dependencies, { accountId, clientOrderId });
    const detail = `There is no order ${clientOrderId} of account ${accountId}.`;
    return order === undefined
      ? problemAnswer({ status: 404, title: 'No such order', detail })
      : jsonAnswer(200, order);
  }
  const page = await listOrders(dependencies, event.queryStringParameters ?? {});
  if (page.kind === 'page') return jsonAnswer(200, page.page);
  const title = 'The query is not valid';
  const detail = page.errors.map(({ field, message }) => `${field} ${message}`).join('; ');
  return problemAnswer({ status: 400, title, detail, errors: page.errors });
});
