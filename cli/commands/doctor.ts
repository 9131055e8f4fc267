import { Command } from '@commander-js/extra-typings';
import { type Context, onStage } from '../command-line/context.ts';
import { EXIT } from '../command-line/exit-codes.ts';
import type { Output } from '../command-line/output.ts';
import type { Finding } from '../doctor/finding.ts';
import { makeLooks } from '../doctor/look.ts';
import { awsLooks } from '../doctor/look-aws.ts';
import { serviceLooks } from '../doctor/look-service.ts';

/** `doctor`: looks at a stage from end to end. */
export function doctorCommand(context: Context) {
  return new Command('doctor')
    .description(
      'checks a stage from end to end, says what is wrong and what to do; changes nothing',
    )
    .action((_options, command) =>
      onStage(context, command, async (job) => {
        const { connection, out } = job;
        const state = await connection.state();
        const findings = await makeLooks([
          ...serviceLooks(job, state),
          ...awsLooks(state, await connection.caller()),
        ]);
        const wrong = findings.filter(({ state: one }) => one === 'wrong');
        out.result({ stage: connection.stage.name, wrong: wrong.length, findings }, () => [
          ...findings.flatMap((finding) => findingLines(finding, out)),
          '',
          wrong.length === 0 ? 'Nothing is wrong.' : `${wrong.length} things are wrong.`,
        ]);
        return wrong.length === 0 ? EXIT.ok : EXIT.failed;
      }),
    );
}

function findingLines({ check, state, says, todo }: Finding, out: Output): readonly string[] {
  switch (state) {
    case 'good':
      return [`${out.paint('good', 'ok   ')}  ${check}: ${says}`];
    case 'not-here':
      return [out.paint('dim', `-      ${check}: ${says}`)];
    case 'wrong':
      return [`${out.paint('bad', 'WRONG')}  ${check}: ${says}`, `       ${todo ?? ''}`];
  }
}
