import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { withKey, withoutKey } from '../../cli/account/change-keys.ts';
import { judgeCancel, judgeQuestion, judgeTime } from '../../cli/account/judge-probe.ts';
import { readKey } from '../../cli/account/read-key.ts';
import { idleContext } from '../../cli/idle-context.ts';
import { keyIdOf } from '../../lib/adapters/secrets-manager/parse-account.ts';

const evidence = (code?: string) => ({
  source: 'open-orders' as const,
  at: 1,
  ...(code !== undefined && { code }),
});
const timing = { sentAt: 1, answeredAt: 2 };

describe('trying a key out', () => {
  it('finds a good one good in every respect', () => {
    const page = { kind: 'page', reports: [], evidence: evidence() } as const;
    const absent = { kind: 'not-open', evidence: evidence('0211'), timing } as const;
    const findings = [
      ...judgeTime('x', { kind: 'read', offsetMs: 40 }),
      judgeQuestion(page),
      judgeCancel(absent),
    ];
    expect(findings.map(({ check, isGood }) => [check, isGood])).toEqual([
      ['reachable', true],
      ['clock', true],
      ['key', true],
      ['trading', true],
    ]);
  });

  it.each([
    ['0202', /white list/, /--no-probe/],
    ['0002', /signature is wrong/, /secret that belongs/],
    ['0001', /signature is wrong/, /secret that belongs/],
    ['-1186', /may read, and may not place/, /permission to trade/],
    ['-1002', /not valid for this environment/, /--environment/],
    ['-9999', /refuses the key \(code -9999\)/, /docs\/hashkey.md/],
  ])('says of %s what it means and what to do', (code, means, todo) => {
    const finding = judgeQuestion({ kind: 'bad-key', evidence: evidence(code) });
    expect(finding).toMatchObject({ isGood: false });
    expect(finding.says).toMatch(means);
    expect(finding.todo).toMatch(todo);
  });

  it.each(['throttled', 'banned', 'clock-skew', 'unavailable'] as const)(
    'takes %s for no answer about the key',
    (kind) => {
      const finding = judgeQuestion({ kind, evidence: evidence() });
      expect(finding).toMatchObject({ isGood: false, todo: expect.stringMatching(/.{10,}/) });
    },
  );

  it('tells a clock that is off from an exchange that is away', () => {
    expect(judgeTime('x', { kind: 'failed' })).toMatchObject([
      { check: 'reachable', isGood: false },
    ]);
    expect(judgeTime('x', { kind: 'read', offsetMs: -1_200 })[1]).toMatchObject({
      isGood: false,
      says: expect.stringContaining('1200 ms ahead of'),
    });
  });
});

describe('the keys of an account', () => {
  const key = fc.record({
    apiKey: fc.stringMatching(/^[a-z]{4,9}$/),
    apiSecret: fc.string({ minLength: 1 }),
  });

  it('change by one, and nothing else of the secret does', () => {
    const keys = fc.uniqueArray(key, {
      minLength: 2,
      maxLength: 5,
      selector: ({ apiKey }) => apiKey,
    });
    fc.assert(
      fc.property(keys, ([first, ...others]) => {
        if (first === undefined) return;
        const value = { site: 'HK', lanes: 3, whatever: { is: 'kept' }, keys: others };
        const added = withKey(value, first);
        expect(added).toEqual({ ...value, keys: [...others, first] });
        expect(withKey(added, first)).toEqual(added);
        expect(withoutKey('desk-1', added, keyIdOf(first.apiKey))).toEqual(value);
      }),
    );
  });

  it('never come to an end, and an unknown one is no change', () => {
    const value = { keys: [{ apiKey: 'only', apiSecret: 'hidden-one' }] };
    expect(() => withoutKey('desk-1', value, keyIdOf('only'))).toThrow(/only key/);
    expect(() => withoutKey('desk-1', value, keyIdOf('other'))).toThrow(/has no key/);
    expect(() => withoutKey('desk-1', value, keyIdOf('other'))).not.toThrow(/hidden-one/);
  });
});

describe('a key that is given', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'key-')), 'key.json');
  const given = { apiKey: 'abc', apiSecret: 'hidden-two' };

  it('comes from a file or from stdin', async () => {
    writeFileSync(file, JSON.stringify(given));
    expect(await readKey(idleContext(), file)).toEqual(given);
    const stdin = Readable.from([JSON.stringify(given)]);
    expect(await readKey({ ...idleContext(), stdin }, '-')).toEqual(given);
  });

  it.each([
    '{"apiKey": "abc", "apiSecret": "hidden-two", "more": 1}',
    'hidden-two',
    '{"apiKey": "hidden-two"}',
  ])('in a wrong form is refused without a word of it', async (text) => {
    writeFileSync(file, text);
    await expect(readKey(idleContext(), file)).rejects.toThrow(/must be \{"apiKey"/);
    await expect(readKey(idleContext(), file)).rejects.not.toThrow(/hidden-two/);
  });

  it('is not asked for where nobody can answer', async () => {
    await expect(readKey(idleContext(), undefined)).rejects.toThrow(/no terminal/);
    await expect(readKey(idleContext(), `${file}.none`)).rejects.toThrow(/ENOENT/);
  });
});
