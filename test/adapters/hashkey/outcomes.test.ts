import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { readAnswer } from '../../../lib/adapters/hashkey/answer.ts';
import { classifyQuery } from '../../../lib/adapters/hashkey/classify.ts';
import { classifySubmit } from '../../../lib/adapters/hashkey/classify-submit.ts';
import { CODE_ROWS, treatmentOfCode } from '../../../lib/adapters/hashkey/outcomes.ts';
import { siteFacts } from '../../../lib/adapters/hashkey/sites.ts';
import { type AnswerFixture, answerFixtures, KEY } from './fixtures.ts';

const NOW = 1_767_225_600_100;
const TIMING = { sentAt: NOW - 40, answeredAt: NOW };
const CODE_FIXTURES = answerFixtures('codes.json');
const FIXTURES = [...CODE_FIXTURES, ...answerFixtures('answers.json')];
const DOCUMENT = new URL('../../../docs/hashkey.md', import.meta.url);

const redact = (text: string) => text.replaceAll(KEY.apiKey.reveal(), '');
const told = ({ httpStatus, body: text }: AnswerFixture) => {
  const end = { kind: 'answer', httpStatus, text, timing: TIMING, roundTripMs: 40 } as const;
  return { end, redact };
};

describe('an answer to a create call', () => {
  it.each(FIXTURES)('$name is $create', (fixture) => {
    const answer = classifySubmit(told(fixture), 'svc-1', NOW);
    expect(answer.kind).toBe(fixture.create);
    expect(answer.evidence).toMatchObject({
      source: 'submit',
      at: NOW,
      httpStatus: fixture.httpStatus,
    });
  });

  it('of an order carries the exchange’s own stamp', () => {
    const fixture = FIXTURES.find(({ name }) => name === '200 with the order, pending');
    const answer = fixture && classifySubmit(told(fixture), 'svc-1', NOW);
    expect(answer?.timing).toEqual({ ...TIMING, exchangeAt: 1_767_225_600_015 });
  });

  it('F25 about an order of a cut-off id accepts nothing, and says that there is one', () => {
    const fixture = FIXTURES.find(({ name }) => name === '200 with the order, pending');
    const answer = fixture && classifySubmit(told(fixture), 'svc-1-and-more', NOW);
    expect(answer).toMatchObject({ kind: 'unknown', evidence: { code: 'OTHER_ORDER' } });
  });

  it('that refuses says code and message', () => {
    const fixture = CODE_FIXTURES.find(({ name }) => name === '0401');
    const answer = fixture && classifySubmit(told(fixture), 'svc-1', NOW);
    expect(answer).toMatchObject({ code: '0401', message: 'Insufficient asset' });
    expect(answer?.evidence).toMatchObject({ code: '0401', message: 'Insufficient asset' });
  });

  it('that breaks off is named in the evidence', () => {
    const fixture = FIXTURES.find(({ name }) => name === '400 with a cut-off body');
    const answer = fixture && classifySubmit(told(fixture), 'svc-1', NOW);
    expect(answer?.evidence.code).toBe('UNREADABLE');
  });
});

describe('an answer to a query', () => {
  it.each(FIXTURES)('$name is $query', (fixture) => {
    expect(classifyQuery(told(fixture), 'svc-1', NOW).kind).toBe(fixture.query);
  });

  it('about another order proves nothing', () => {
    const fixture = FIXTURES.find(({ name }) => name === '200 with the order, pending');
    const answer = fixture && classifyQuery(told(fixture), 'svc-7', NOW);
    expect(answer).toMatchObject({ kind: 'unavailable', evidence: { code: 'OTHER_ORDER' } });
  });
});

describe('the table of codes', () => {
  const codes = CODE_ROWS.map(([code]) => code);

  it('names each code once', () => {
    expect(new Set(codes).size).toBe(codes.length);
  });

  it('has a fixture for every row and a row for every fixture', () => {
    const named = CODE_FIXTURES.map((fixture) => {
      const answer = readAnswer(told(fixture).end);
      expect(answer.code).toBe(fixture.name);
      return fixture.name;
    });
    expect(named.toSorted()).toEqual(codes.toSorted());
  });

  it('is the table of the document, row by row', () => {
    const written = readFileSync(DOCUMENT, 'utf8')
      .split('\n')
      .filter((line) => /^\| `-?\d+` \|/.test(line));
    const expected = CODE_ROWS.map(
      ([code, { create, cancel, query }, source, meaning]) =>
        `| \`${code}\` | ${meaning} | ${source} | ${create} | ${cancel} | ${query} |`,
    );
    expect(written).toEqual(expected);
  });

  it('never calls an order rejected for a code that the exchange uses for “unknown”', () => {
    for (const code of ['-1000', '-1001', '-1004', '-1006', '-1007', '-1146', '-1149', '-1181']) {
      expect(treatmentOfCode(code, '')?.create).toBe('unknown');
    }
  });

  it.each(['HK', 'GLOBAL', 'MENA'] as const)('refuses a crossing post-only order of %s', (site) => {
    expect(treatmentOfCode(siteFacts(site).postOnlyCode, '')?.create).toBe('rejected');
  });
});
