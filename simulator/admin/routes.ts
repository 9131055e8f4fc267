import { type Answer, jsonAnswer } from '../http/answer.ts';
import { asUtf8, type RawRequest } from '../http/request.ts';
import { AdminError, COMMAND, readCommand } from './commands.ts';
import type { Admin } from './functions.ts';

export const ADMIN_PREFIX = '/admin';

type Route = (admin: Admin, body: unknown, query: URLSearchParams) => unknown;

/** The admin functions by method and path. */
const ROUTES: { readonly [methodAndPath: string]: Route } = {
  'GET /admin/rules': (admin) => admin.listRules(),
  'POST /admin/rules': (admin, body) => admin.addRule(readCommand(COMMAND.rule, body)),
  'DELETE /admin/rules': (admin, _body, query) => {
    const id = query.get('id');
    return id === null ? admin.clearRules() : admin.removeRule(Number(id));
  },
  'POST /admin/probabilities': (admin, body) =>
    admin.setProbabilities(readCommand(COMMAND.probabilities, body)),
  'POST /admin/clock': (admin, body) => admin.setClock(readCommand(COMMAND.clock, body)),
  'POST /admin/maintenance': (admin, body) =>
    admin.setMaintenance(readCommand(COMMAND.maintenance, body)),
  'POST /admin/ban': (admin, body) => admin.ban(readCommand(COMMAND.ban, body)),
  'POST /admin/limits/reset': (admin) => admin.resetLimits(),
  'POST /admin/orders/fill': (admin, body) => admin.fillOrder(readCommand(COMMAND.fill, body)),
  'POST /admin/orders/fill-late': (admin, body) =>
    admin.fillLate(readCommand(COMMAND.fillLate, body)),
  'POST /admin/trades': (admin, body) => admin.changeTrade(readCommand(COMMAND.trade, body)),
  'POST /admin/orders/cancel': (admin, body) =>
    admin.cancelOrder(readCommand(COMMAND.cancel, body)),
  'POST /admin/orders/forget': (admin, body) =>
    admin.forgetOrder(readCommand(COMMAND.forget, body)),
  'POST /admin/keys': (admin, body) => admin.setKey(readCommand(COMMAND.key, body)),
  'POST /admin/reference': (admin, body) =>
    admin.moveReference(readCommand(COMMAND.reference, body)),
  'POST /admin/stream/faults': (admin, body) =>
    admin.setStreamFaults(readCommand(COMMAND.streamFaults, body)),
  'POST /admin/stream/cut': (admin, body) => ({
    connections: admin.cutStreams(readCommand(COMMAND.streamCut, body)),
  }),
  'GET /admin/stream': (admin) => ({ connections: admin.streamConnections() }),
  'GET /admin/orders': (admin, _body, query) =>
    admin.orders({
      clientOrderId: query.get('clientOrderId') ?? undefined,
      orderId: query.get('orderId') ?? undefined,
      account: query.get('account') ?? undefined,
    }),
  'GET /admin/balances': (admin, _body, query) => admin.balances(query.get('account') ?? ''),
  'GET /admin/statistics': (admin) => admin.statistics(),
  'DELETE /admin/statistics': (admin) => admin.resetStatistics(),
};

/** Carries out one admin request; a wrong one is answered 400 with `{"error": why}`. */
export function adminAnswer(admin: Admin, request: RawRequest): Answer {
  const path = request.path.replace(/\/$/, '');
  const target = `${request.method} ${path}`;
  const route = Object.hasOwn(ROUTES, target) ? ROUTES[target] : undefined;
  if (!route) return jsonAnswer({ calls: Object.keys(ROUTES) }, path === ADMIN_PREFIX ? 200 : 404);
  try {
    const done = route(admin, bodyOf(request), new URLSearchParams(asUtf8(request.query)));
    return jsonAnswer(done ?? { done: true });
  } catch (error) {
    if (error instanceof AdminError || error instanceof RangeError) {
      return jsonAnswer({ error: error.message }, 400);
    }
    throw error;
  }
}

function bodyOf(request: RawRequest): unknown {
  if (request.body === '') return {};
  try {
    return JSON.parse(asUtf8(request.body));
  } catch (error) {
    if (error instanceof SyntaxError) throw new AdminError('The body is not valid JSON.');
    throw error;
  }
}
