import { Command } from '@commander-js/extra-typings';
import { openGate, stopSending } from '../../lib/application/operations/gates.ts';
import { gateName } from '../command-line/arguments.ts';
import { type Context, type Job, onStage } from '../command-line/context.ts';
import { CommandFailure, EXIT } from '../command-line/exit-codes.ts';

/** `stop`: nothing leaves any more. */
export function stopCommand(context: Context) {
  return new Command('stop')
    .description(
      'stops all sending of the stage at once: of every account, questions and cancels included',
    )
    .action((_options, command) =>
      onStage(context, command, async ({ clock, connection, out }) => {
        await stopSending(await connection.state(), clock.now());
        out.result({ gate: 'egress', state: 'closed', until: 'operator' }, () => [
          'Nothing leaves any more, within about a second. "hashkey-orders start" ends it.',
        ]);
        return undefined;
      }),
    );
}

/** `start`: ends what `stop` began. */
export function startCommand(context: Context) {
  return new Command('start')
    .description('ends "stop": the next request is a single probe')
    .action((_options, command) =>
      onStage(context, command, async (job) => {
        await open(job, 'egress');
        return undefined;
      }),
    );
}

/** `open-gate`: opens a gate that waits for a person. */
export function openGateCommand(context: Context) {
  return new Command('open-gate')
    .description('opens a gate that waits for a person, once the cause is gone')
    .argument('<gate>', 'egress, or a key id as "account show" prints it', gateName)
    .action((gate, _options, command) =>
      onStage(context, command, async (job) => {
        await assertKnown(job, gate);
        await open(job, gate);
        return undefined;
      }),
    );
}

async function open({ clock, connection, out }: Job, gate: string): Promise<void> {
  await openGate(await connection.state(), gate, clock.now());
  out.result({ gate, state: 'open' }, () => [
    `The gate ${gate} is open: the next request is a single probe.`,
  ]);
}

/** A typing error would open nothing, and say that it did. */
async function assertKnown({ connection }: Job, gate: string): Promise<void> {
  if (gate === 'egress') return;
  const { accountNames, accounts } = await connection.state();
  const configured = await Promise.all(
    (await accountNames.list()).map(({ accountId }) => accounts.get(accountId)),
  );
  const keys = configured.flatMap((account) => account?.keys.map(({ keyId }) => keyId) ?? []);
  if (keys.includes(gate.replace(/^key#/, ''))) return;
  throw new CommandFailure(
    EXIT.notFound,
    `No account of this stage has a key ${gate}: see "account show ACCOUNT".`,
  );
}
