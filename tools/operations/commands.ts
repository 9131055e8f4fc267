import { appendFileSync, writeFileSync } from 'node:fs';
import { haltAccount, viewAccount } from '../../lib/application/control-account.ts';
import { exportOrders } from '../../lib/application/operations/export-orders.ts';
import { openGate, stopSending } from '../../lib/application/operations/gates.ts';
import { keyUse } from '../../lib/application/operations/key-use.ts';
import { redrive } from '../../lib/application/operations/redrive.ts';
import { copyRestored, markRestored } from '../../lib/application/operations/restore-orders.ts';
import { DEFAULT_SETTINGS } from '../../lib/application/settings.ts';
import type { Connection } from './connect.ts';

/** What a person typed after the name of a command. */
export interface Given {
  readonly subject: string | undefined;
  readonly apply: boolean;
  readonly reason: string | undefined;
  readonly out: string | undefined;
  readonly stoppedAt: string | undefined;
}

/** One command: what it wants, what it does. */
export interface Command {
  readonly usage: string;
  readonly does: string;
  run(connection: Connection, given: Given, say: (line: string) => void): Promise<void>;
}

/** A command was given what it cannot use. One line for a terminal. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

const RULES = { ...DEFAULT_SETTINGS.reconcile, ...DEFAULT_SETTINGS.submit };

/** The commands, by name. */
export const COMMANDS: Readonly<Record<string, Command>> = {
  view: {
    usage: 'view ACCOUNT',
    does: 'shows halt, budgets and gates of an account',
    async run(connection, { subject }, say) {
      say(json(await known(viewAccount(connection, wanted(subject, 'ACCOUNT')), subject)));
    },
  },
  halt: {
    usage: 'halt ACCOUNT --reason TEXT',
    does: 'denies new orders of an account; cancels and doubt go on',
    async run(connection, { subject, reason }, say) {
      const halt = { halted: true, reason: wanted(reason, '--reason TEXT') };
      say(json(await known(haltAccount(connection, wanted(subject, 'ACCOUNT'), halt), subject)));
    },
  },
  resume: {
    usage: 'resume ACCOUNT',
    does: 'lets an account take orders again',
    async run(connection, { subject }, say) {
      const halt = { halted: false };
      say(json(await known(haltAccount(connection, wanted(subject, 'ACCOUNT'), halt), subject)));
    },
  },
  'stop-sending': {
    usage: 'stop-sending',
    does: 'closes the gate of the address: no request leaves, of any account, until it is opened',
    run: (connection) => stopSending(connection, connection.clock.now()),
  },
  'open-gate': {
    usage: 'open-gate egress|KEY_ID',
    does: 'opens a gate that waits for a person; the next request is a single probe',
    run: (connection, { subject }) =>
      openGate(connection, wanted(subject, 'egress or KEY_ID'), connection.clock.now()),
  },
  keys: {
    usage: 'keys ACCOUNT',
    does: 'says of each key whether orders still hang on it, before it is deleted',
    async run(connection, { subject }, say) {
      const uses = await known(
        keyUse(connection, wanted(subject, 'ACCOUNT'), connection.clock.now()),
        subject,
      );
      for (const { keyId, isConfigured, unsettled, gate } of uses) {
        const where = isConfigured ? 'in the secret' : 'not in the secret';
        const advice = unsettled === 0 ? 'nothing hangs on it' : `${unsettled} orders hang on it`;
        say(`${keyId}  ${where}, gate ${gate.kind}: ${advice}`);
      }
    },
  },
  redrive: {
    usage: 'redrive [--apply]',
    does: 'goes through the dead-letter queue; with --apply gives back what may go back',
    async run(connection, { apply }, say) {
      const { clock, accounts, orders } = connection;
      const dependencies = {
        clock,
        accounts,
        orders,
        rules: RULES,
        ...(await connection.queues()),
      };
      const all = await redrive(dependencies, { apply });
      for (const { letter, fate } of all) say(`${letter.messageId}  ${fate.kind}: ${fate.why}`);
      say(`${all.length} letters${apply ? '' : ' looked at; --apply does it'}`);
    },
  },
  export: {
    usage: 'export ACCOUNT --out FILE',
    does: 'writes all orders of an account as lines of JSON',
    async run(connection, { subject, out }, say) {
      const file = wanted(out, '--out FILE');
      const accountId = wanted(subject, 'ACCOUNT');
      // Whoever may read the table may read the file: nobody else.
      writeFileSync(file, '', { mode: 0o600, flag: 'wx' });
      let count = 0;
      for await (const line of exportOrders(connection.orders, accountId)) {
        appendFileSync(file, `${line}\n`);
        count += 1;
      }
      say(`${count} orders of ${accountId} are in ${file}`);
    },
  },
  'restore-mark': {
    usage: 'restore-mark TABLE --stopped-at MS [--apply]',
    does: 'puts in doubt, in a restored table, what may have been sent since',
    async run(connection, { apply, stoppedAt, subject }, say) {
      const table = wanted(subject, 'TABLE');
      const at = Number(wanted(stoppedAt, '--stopped-at MS'));
      if (!Number.isSafeInteger(at) || at <= 0 || at > connection.clock.now()) {
        throw new UsageError(`--stopped-at ${stoppedAt}: give Unix milliseconds in the past.`);
      }
      const { seen, changed } = await markRestored(
        {
          accounts: connection.accounts,
          restored: connection.restoredIn(table),
          store: connection.storeOf(table),
          rules: RULES,
        },
        { apply, stoppedAt: at },
      );
      say(`${seen} orders, ${changed} ${apply ? 'marked' : 'to be marked; --apply does it'}`);
    },
  },
  'restore-copy': {
    usage: 'restore-copy TABLE [--apply]',
    does: 'copies a marked, restored table to the live one, where that has none or an older order',
    async run(connection, { apply, subject }, say) {
      const restored = connection.restoredIn(wanted(subject, 'TABLE'));
      const { seen, changed } = await copyRestored(
        { restored, live: connection.live, rules: RULES },
        { apply, now: connection.clock.now() },
      );
      say(
        `${seen} orders, ${changed} ${apply ? 'copied' : 'at most to be copied; --apply does it'}`,
      );
    },
  },
};

function wanted(value: string | undefined, what: string): string {
  if (value !== undefined && value !== '') return value;
  throw new UsageError(`${what} is missing: see --help.`);
}

async function known<Value>(
  found: Promise<Value | undefined>,
  subject: string | undefined,
): Promise<Value> {
  const value = await found;
  if (value !== undefined) return value;
  throw new UsageError(`No account ${subject} is configured on this stage.`);
}

function json(value: unknown): string {
  return JSON.stringify(value, null, 2);
}
