import { describe, expect, it } from '@jest/globals';
import { readBatchResponse } from '../../../local/mappings/batch-response.ts';

const batch = ['m1', 'm2', 'm3'];

describe('a batch response without failures', () => {
  it.each([
    ['nothing', undefined],
    ['null', null],
    ['an empty text', ''],
    ['an empty object', {}],
    ['a null list', { batchItemFailures: null }],
    ['an empty list', { batchItemFailures: [] }],
    ['an object about something else', { statusCode: 200 }],
  ])('of %s means that all succeeded', (_name, payload) => {
    expect(readBatchResponse(payload, batch)).toEqual({ kind: 'all-succeeded' });
  });
});

describe('a batch response that names failures', () => {
  it('means that those and only those failed', () => {
    const payload = { batchItemFailures: [{ itemIdentifier: 'm2' }, { itemIdentifier: 'm3' }] };
    const verdict = readBatchResponse(payload, batch);
    expect(verdict).toEqual({ kind: 'some-failed', failed: new Set(['m2', 'm3']) });
  });
});

describe('a malformed batch response', () => {
  it.each([
    ['a text', 'done'],
    ['a number', 1],
    ['a list', []],
    ['failures that are no list', { batchItemFailures: 'm1' }],
    ['an empty identifier', { batchItemFailures: [{ itemIdentifier: '' }] }],
    ['a null identifier', { batchItemFailures: [{ itemIdentifier: null }] }],
    ['another key', { batchItemFailures: [{ messageId: 'm1' }] }],
    ['a bare identifier', { batchItemFailures: ['m1'] }],
    ['an identifier of no message', { batchItemFailures: [{ itemIdentifier: 'm9' }] }],
  ])('with %s means that all failed', (_name, payload) => {
    expect(readBatchResponse(payload, batch).kind).toBe('all-failed');
  });
});
