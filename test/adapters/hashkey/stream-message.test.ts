import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readStreamMessage } from '../../../lib/adapters/hashkey/stream-message.ts';

const NOW = 1_800_000_000_000;
const read = (value: unknown) =>
  readStreamMessage(typeof value === 'string' ? value : JSON.stringify(value), NOW, (text) => text);

/** The example of the exchange's own documents. */
const REPORT = {
  ...{ e: 'executionReport', E: '1767225600149', s: 'ETHUSD', c: 'svc-9', S: 'SELL', o: 'LIMIT' },
  ...{ f: 'GTC', q: '0.01', p: '3150', X: 'FILLED', i: '2098830633787983872', M: '0', l: '0.01' },
  ...{ z: '0.01', L: '3150.11', n: '1.99', F: '0', N: 'USD', u: true, w: true, m: false },
  ...{ O: '1767225600141', U: '1767225600145', Z: '31.5011', A: '0', C: false, v: '0' },
  ...{ reqAmt: '0', d: '2098830633863481345', r: '0', V: '3150.11', x: '', rt: 'taker' },
  T: '123456789',
};

describe('a frame of the user data stream', () => {
  it('that reports an execution gives the order and its fill', () => {
    expect(read([REPORT])).toEqual({
      kind: 'reports',
      reports: [
        {
          statement: {
            report: {
              clientOrderId: 'svc-9',
              exchangeOrderId: '2098830633787983872',
              symbol: 'ETHUSD',
              side: 'SELL',
              type: 'LIMIT',
              quantity: '0.01',
              price: '3150',
              status: 'FILLED',
              statusText: 'FILLED',
              executedQuantity: '0.01',
              cumulativeQuote: '31.5011',
              averagePrice: '3150.11',
              exchangeAt: 1_767_225_600_145,
            },
            evidence: { source: 'stream', at: NOW },
          },
          trade: {
            clientOrderId: 'svc-9',
            exchangeOrderId: '2098830633787983872',
            symbol: 'ETHUSD',
            side: 'SELL',
            fill: {
              tradeId: '2098830633863481345',
              ticketId: '123456789',
              price: '3150.11',
              quantity: '0.01',
              fee: '1.99',
              feeAsset: 'USD',
              isMaker: false,
              at: 1_767_225_600_145,
            },
          },
        },
      ],
    });
  });

  it('whose event has no name is told by its fields', () => {
    expect(read([{ ...REPORT, e: '' }]).kind).toBe('reports');
  });

  it('without an execution id has no fill', () => {
    const message = read([{ ...REPORT, d: '', X: 'NEW', l: '0', L: '', z: '0' }]);
    expect(message).toMatchObject({ reports: [{ statement: { report: { status: 'NEW' } } }] });
    expect(message).not.toMatchObject({ reports: [{ trade: expect.anything() }] });
  });

  it.each([
    [
      'a heartbeat',
      { ping: 1_748_504_490_208, channelId: 'x' },
      { kind: 'ping', ping: '1748504490208' },
    ],
    ['the answer to ours', { pong: 1 }, { kind: 'other' }],
    ['a change of balances', [{ e: 'outboundAccountInfo', B: [] }], { kind: 'other' }],
    ['a ticket', [{ e: 'ticketInfo', o: '1', c: 'a', T: '2' }], { kind: 'other' }],
    ['an order without quantities', [{ ...REPORT, z: 'many' }], { kind: 'unreadable' }],
    ['an order without a side', [REPORT, { ...REPORT, S: 'UP' }], { kind: 'unreadable' }],
    ['no JSON', '<html>', { kind: 'unreadable' }],
  ])('that is %s', (_case, frame, message) => {
    expect(read(frame)).toEqual(message);
  });

  it('never throws, whatever it holds', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => void read(text)));
    fc.assert(fc.property(fc.jsonValue(), (value) => void read([{ ...REPORT, z: value }])));
  });
});
