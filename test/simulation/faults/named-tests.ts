import { sourceFiles } from '../../support/source-files.ts';
import { FAULTS, NOT_BUILT, TESTS_ELSEWHERE } from './fault-catalogue.ts';

/** Where one fault is tested. */
export interface FaultTests {
  readonly number: number;
  readonly fault: string;
  /** Files whose test titles name the fault, or that have its rule under another title. */
  readonly files: readonly string[];
  /** What the full names of its tests match. */
  readonly pattern: RegExp;
  readonly notBuilt?: string;
}

/** Text in quotes that names faults, as titles do. */
const TITLE = /(['"`])(?:(?!\1).)*\bF\d{1,2}\b(?:(?!\1).)*\1/g;

/** Finds the tests of every fault by the numbers in their titles. */
export function findFaultTests(): readonly FaultTests[] {
  const files = sourceFiles('.ts').filter(({ path }) => {
    const isTest = /\.(?:test|long)\.ts$|-contract\.ts$/.test(path) && path.startsWith('test/');
    return isTest && !path.startsWith('test/simulation/faults/fault-catalogue.ts');
  });
  const named = files.map(({ path, text }) => {
    const titles = [...text.matchAll(TITLE)].map(([title]) => title).join('\n');
    return { path, titles };
  });
  return FAULTS.map(([number, fault]): FaultTests => {
    const byNumber = new RegExp(`\\bF${number}\\b`);
    const elsewhere = TESTS_ELSEWHERE.filter(([one]) => one === number);
    const titles = elsewhere.map(([, , title]) => title.replaceAll(/[^\w ]/g, '.'));
    const reason = NOT_BUILT.find(([one]) => one === number)?.[1];
    return {
      number,
      fault,
      files: [
        ...named.filter((one) => byNumber.test(one.titles)).map(({ path }) => path),
        ...elsewhere.map(([, file]) => file),
      ],
      pattern: new RegExp([byNumber.source, ...titles].join('|')),
      ...(reason !== undefined && { notBuilt: reason }),
    };
  });
}
