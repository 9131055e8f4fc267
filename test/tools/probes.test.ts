import { beforeAll, describe, expect, it } from '@jest/globals';
import { probedLocally, type Seen } from '../../tools/test-deploy/compare.ts';
import { PROBES } from '../../tools/test-deploy/probes.ts';

let seen: readonly Seen[];
beforeAll(async () => {
  seen = await probedLocally();
}, 60_000);

describe('the local stack does as AWS documents', () => {
  it.each(PROBES)('$what', ({ what, documented }) => {
    const found = seen.find((one) => one.what === what)?.seen;
    expect(found).toBe(documented);
  });
});
