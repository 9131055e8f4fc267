import { explainFailure } from '../command-line/explain-failure.ts';
import { type Finding, wrong } from './finding.ts';

/** One look at a stage. */
export interface Look {
  readonly check: string;
  readonly look: () => Promise<readonly Finding[]>;
}

/** Makes all looks at once. What cannot be looked at is itself a finding; nothing throws. */
export async function makeLooks(looks: readonly Look[]): Promise<readonly Finding[]> {
  const found = await Promise.all(
    looks.map(async ({ check, look }): Promise<readonly Finding[]> => {
      try {
        return await look();
      } catch (error) {
        const { line } = explainFailure(error, false);
        return [wrong(check, `cannot be looked at: ${line}`, 'Correct that, then ask again.')];
      }
    }),
  );
  return found.flat();
}
