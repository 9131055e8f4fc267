import { Command, Option } from '@commander-js/extra-typings';
import { parseAccount } from '../../lib/adapters/secrets-manager/parse-account.ts';
import type { Account } from '../../lib/application/account.ts';
import { ConfigurationError } from '../../lib/application/configuration-error.ts';
import { DAY_MS, SECOND_MS } from '../../lib/domain/time.ts';
import { type AccountValue, accountSecrets, exists } from '../account/account-secrets.ts';
import { withKey, withoutKey } from '../account/change-keys.ts';
import { probeKey } from '../account/probe-key.ts';
import { readKey } from '../account/read-key.ts';
import { accountId, address, duration, keyId, whole } from '../command-line/arguments.ts';
import { type Context, type Job, onStage } from '../command-line/context.ts';
import { CommandFailure, EXIT, wrongInput } from '../command-line/exit-codes.ts';
import { noAccount } from './halt.ts';

const PER_SECOND_MAX = 100;
const LANES_MAX = 100;
const KEY_FILE = 'JSON file with apiKey and apiSecret, or - for stdin; asked for when left out';

/** `account add`: writes the secret of a new account. */
export function accountAddCommand(context: Context) {
  return new Command('add')
    .description('tries a key out at the exchange and writes the secret of a new account')
    .argument('<account>', 'the account', accountId)
    .addOption(
      new Option('--site <site>', 'whose account it is')
        .choices(['HK', 'GLOBAL', 'MENA'])
        .makeOptionMandatory(),
    )
    .addOption(
      new Option('--environment <name>', 'where its orders are real, or not')
        .choices(['sandbox', 'production'])
        .makeOptionMandatory(),
    )
    .option('--key-file <file>', KEY_FILE)
    .option('--exchange-account-id <digits>', 'the exchange’s id of a sub-account')
    .option('--base-url <url>', 'another address of the exchange', address)
    .option('--orders-per-second <n>', 'limit of each key', whole(1, PER_SECOND_MAX))
    .option('--queries-per-second <n>', 'limit of each key', whole(1, PER_SECOND_MAX))
    .option('--lanes <n>', 'message groups; one for each key when left out', whole(1, LANES_MAX))
    .option(
      '--valid-for <duration>',
      'how long orders without validUntil wait',
      duration(DAY_MS, SECOND_MS),
    )
    .option('--streams', 'follows the account’s user data stream')
    .option('--no-probe', 'writes it without trying the key out')
    .action((account, options, command) =>
      onStage(context, command, async (job) => {
        const { exchangeEnvironment, name } = job.connection.stage;
        if (options.environment !== exchangeEnvironment) {
          throw wrongInput(
            `Stage ${name} is for accounts of ${exchangeEnvironment}: --environment ${options.environment} does not belong there.`,
          );
        }
        const { secrets } = await job.connection.state();
        const store = accountSecrets(secrets, job.connection.stage);
        if ((await store.read(account)) !== undefined) throw exists(account);
        const key = await readKey(context, options.keyFile);
        const { ordersPerSecond, queriesPerSecond } = options;
        const value: AccountValue = {
          site: options.site,
          environment: options.environment,
          keys: [key],
          exchangeAccountId: options.exchangeAccountId,
          baseUrl: options.baseUrl,
          ...((ordersPerSecond !== undefined || queriesPerSecond !== undefined) && {
            limits: { ordersPerSecond, queriesPerSecond },
          }),
          lanes: options.lanes,
          validForMs: options.validFor,
          ...(options.streams && { streams: true }),
        };
        const parsed = checked(account, JSON.parse(JSON.stringify(value)));
        await tryOut(job, parsed, options.probe);
        await store.create(account, value);
        done(job, parsed, `Account ${account} is added. Functions know it within a minute.`);
        return undefined;
      }),
    );
}

/** `account rotate`: puts a key beside the others, or takes one out. */
export function accountRotateCommand(context: Context) {
  return new Command('rotate')
    .description('puts a new key beside the old one, or takes the old one out')
    .argument('<account>', 'the account', accountId)
    .addOption(new Option('--key-file <file>', KEY_FILE).conflicts('drop'))
    .option('--drop <key>', 'takes this key out, once the new one is in use', keyId)
    .option('--no-probe', 'writes it without trying the key out')
    .action((account, { keyFile, drop, probe }, command) =>
      onStage(context, command, async (job) => {
        const { secrets } = await job.connection.state();
        const store = accountSecrets(secrets, job.connection.stage);
        const before = await store.read(account);
        if (before === undefined) throw noAccount(account);
        if (drop !== undefined) {
          const value = withoutKey(account, before, drop);
          await store.replace(account, value);
          done(
            job,
            checked(account, value),
            `Key ${drop} sends nothing any more within a minute. Delete it at the exchange when "account keys ${account}" says that nothing hangs on it.`,
          );
          return undefined;
        }
        const key = await readKey(context, keyFile);
        const value = withKey(before, key);
        const parsed = checked(account, value);
        await tryOut(job, parsed, probe);
        await store.replace(account, value);
        const others = parsed.keys.slice(0, -1).map((one) => `--drop ${one.keyId}`);
        done(
          job,
          parsed,
          `The key is beside the others and in use within a minute. Then take the old one out: account rotate ${account} ${others.join(' or ')}.`,
        );
        return undefined;
      }),
    );
}

/** Reads the value as the functions will. */
function checked(account: string, value: unknown): Account {
  try {
    return parseAccount(account, value);
  } catch (error) {
    if (error instanceof ConfigurationError)
      throw wrongInput(`${error.message} Nothing was written.`);
    throw error;
  }
}

/** Tries the newest key out; a key that does not work is not written. */
async function tryOut(
  { connection, out }: Job,
  account: Account,
  isWanted: boolean,
): Promise<void> {
  const key = account.keys.at(-1);
  if (!isWanted || key === undefined) return;
  const findings = await probeKey(await connection.state(), account, key);
  for (const { isGood, says } of findings) out.note(`${isGood ? 'ok   ' : 'wrong'}  ${says}`);
  const wrong = findings.find(({ isGood }) => !isGood);
  if (wrong === undefined) return;
  throw new CommandFailure(
    EXIT.failed,
    `The key does not work: ${wrong.says}. ${wrong.todo ?? ''} Nothing was written.`,
  );
}

function done({ out }: Job, account: Account, line: string): void {
  const { accountId: id, site, environment, lanes, limits, keys } = account;
  const keyIds = keys.map((key) => key.keyId);
  out.result({ accountId: id, site, environment, lanes, limits, keys: keyIds }, () => [
    line,
    `  keys: ${keyIds.join(', ')}`,
  ]);
}
