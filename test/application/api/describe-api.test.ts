import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ROUTES } from '../../../infra/routes.ts';
import { orderAnswerSchema, problemSchema } from '../../../lib/application/api/answer-schemas.ts';
import { describeApi } from '../../../lib/application/api/describe-api.ts';
import { API_OPERATIONS } from '../../../lib/application/api/operations.ts';
import { REQUEST_EXAMPLES } from '../../../lib/application/api/request-examples.ts';
import { cancelRequestSchema } from '../../../lib/application/cancel/request-cancel.ts';
import { parseHalt } from '../../../lib/application/control-account.ts';
import { parseOrderRequest } from '../../../lib/application/order-request.ts';
import { orderResource } from '../../../lib/application/order-resource.ts';
import { evolve } from '../../../lib/domain/evolve.ts';
import type { Order } from '../../../lib/domain/order.ts';
import { request } from '../../support/order-desk.ts';
import { WAY_TO } from '../../support/order-stories.ts';

const text = JSON.stringify(describeApi(), null, 2);

describe('the description of the API', () => {
  it('is the one in docs: npm run openapi writes it', () => {
    expect(readFileSync('docs/openapi.json', 'utf8')).toBe(`${text}\n`);
  });

  it('has every route, with its access, and no other', () => {
    const described = API_OPERATIONS.map(({ method, path, access }) => {
      return `${method} ${path} ${access === 'iam' ? 'iam' : 'open'}`;
    });
    const built = ROUTES.map(({ method, path, access }) => `${method} ${path} ${access.kind}`);
    expect(described.sort()).toEqual(built.sort());
  });

  it('refers to nothing that it does not have', () => {
    const names = new Set(
      [...text.matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name),
    );
    for (const name of names) expect(text).toContain(`      "${name}": {`);
    expect(names.size).toBeGreaterThan(8);
  });

  it.each(Object.entries(WAY_TO))(
    'describes an order that is %s as it is shown',
    (_status, events) => {
      let order: Order | undefined;
      for (const event of events) order = evolve(order, event);
      if (order === undefined) throw new Error('a story has events');
      const shown: unknown = JSON.parse(JSON.stringify(orderResource(order)));
      expect(orderAnswerSchema.parse(shown)).toEqual(shown);
    },
  );

  it('has examples that are taken as they are', () => {
    const parsers: Readonly<Record<string, (value: unknown) => unknown>> = {
      OrderRequest: (value) => parseOrderRequest(value).kind,
      WebhookOrderRequest: (value) =>
        parseOrderRequest({ clientOrderId: 'derived', ...Object(value) }).kind,
      CancelRequest: (value) => (cancelRequestSchema.safeParse(value).success ? 'valid' : 'no'),
      HaltRequest: (value) => parseHalt(value).kind,
    };
    const bodies = API_OPERATIONS.flatMap(({ body = [] }) => (body === 'alert' ? [] : body));
    expect(new Set(Object.keys(REQUEST_EXAMPLES))).toEqual(new Set(bodies));
    for (const [name, examples] of Object.entries(REQUEST_EXAMPLES)) {
      for (const { value } of Object.values(examples)) {
        expect([name, value, parsers[name]?.(value)]).toEqual([name, value, 'valid']);
      }
    }
  });

  it('describes decimals as they are checked', () => {
    const [, source = ''] = /"pattern": "(\^\(\?!0.*?)",\n/.exec(text) ?? [];
    const pattern = new RegExp(JSON.parse(`"${source}"`));
    const digits = fc.stringMatching(/^-?\d{0,22}\.?\d{0,20}e?$/);
    fc.assert(
      fc.property(
        fc.oneof(digits, fc.constantFrom('0', '0.0', '0.10', '1', '00', '01', '0.')),
        (quantity) => {
          const { kind } = parseOrderRequest(request('order-1', { quantity }));
          expect(pattern.test(quantity)).toBe(kind === 'valid');
        },
      ),
    );
  });

  it('describes a problem', () => {
    const problem = { type: 'about:blank', status: 400, title: 'x', errors: [] };
    expect(problemSchema.parse(problem)).toEqual(problem);
  });
});
