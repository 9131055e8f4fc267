import { type Stage, secretsPrefixOf } from '../../infra/stages.ts';
import { type AwsClient, AwsError } from '../../lib/adapters/aws/aws-client.ts';
import { CommandFailure, EXIT } from '../command-line/exit-codes.ts';

/** The secret of an account as it is stored: what `parseAccount` reads, and whatever else is there. */
export type AccountValue = Readonly<Record<string, unknown>>;

/** How long a removed secret can be brought back. */
export const RECOVERY_DAYS = 30;

/** The secrets of a stage's accounts. */
export interface AccountSecrets {
  /** @returns undefined when there is none */
  read(accountId: string): Promise<AccountValue | undefined>;
  create(accountId: string, value: AccountValue): Promise<void>;
  replace(accountId: string, value: AccountValue): Promise<void>;
  remove(accountId: string): Promise<void>;
}

/** Works on the secrets of a stage. Values go to Secrets Manager and nowhere else. */
export function accountSecrets(client: AwsClient, stage: Stage): AccountSecrets {
  const nameOf = (accountId: string) => `${secretsPrefixOf(stage)}/accounts/${accountId}`;
  return {
    async read(accountId) {
      try {
        const answer = await client.call('GetSecretValue', { SecretId: nameOf(accountId) });
        return fieldsOf(accountId, answer.SecretString);
      } catch (error) {
        if (error instanceof AwsError && error.name === 'ResourceNotFoundException')
          return undefined;
        throw error;
      }
    },
    async create(accountId, value) {
      try {
        await client.call('CreateSecret', {
          Name: nameOf(accountId),
          SecretString: JSON.stringify(value),
          Tags: [
            { Key: 'service', Value: 'hashkey-orders' },
            { Key: 'stage', Value: stage.name },
          ],
        });
      } catch (error) {
        if (!(error instanceof AwsError && error.name === 'ResourceExistsException')) throw error;
        throw exists(accountId);
      }
    },
    async replace(accountId, value) {
      const SecretString = JSON.stringify(value);
      await client.call('PutSecretValue', { SecretId: nameOf(accountId), SecretString });
    },
    async remove(accountId) {
      const RecoveryWindowInDays = RECOVERY_DAYS;
      await client.call('DeleteSecret', { SecretId: nameOf(accountId), RecoveryWindowInDays });
    },
  };
}

/** The account is there already. */
export function exists(accountId: string): CommandFailure {
  return new CommandFailure(
    EXIT.failed,
    `Account ${accountId} is there already: use "account rotate" for another key. Nothing was written.`,
  );
}

function fieldsOf(accountId: string, text: unknown): AccountValue {
  try {
    const value: unknown = typeof text === 'string' ? JSON.parse(text) : undefined;
    if (typeof value === 'object' && value !== null) return { ...value };
  } catch {
    // Told below, without the text: it holds keys.
  }
  throw new CommandFailure(EXIT.failed, `The secret of account ${accountId} is no JSON object.`);
}
