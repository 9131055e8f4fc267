import { ListSecretsCommand } from '@aws-sdk/client-secrets-manager';
import type { AccountNames } from '../../application/user-stream.ts';
import type { SecretSource } from './configured-secrets.ts';
import { CONFIGURED_ID } from './parse-fields.ts';

/** Pages read at once: a hundred accounts each. */
const PAGES_MAX = 10;
const PAGE_MAX = 100;

/** Lists the accounts that have a secret, by their names alone. */
export function createAccountNames({
  client,
  prefix,
}: Pick<SecretSource, 'client' | 'prefix'>): AccountNames {
  const folder = `${prefix}/accounts/`;
  return {
    async list() {
      const names: string[] = [];
      let NextToken: string | undefined;
      for (let page = 0; page < PAGES_MAX; page += 1) {
        const answer = await client.send(
          new ListSecretsCommand({
            Filters: [{ Key: 'name', Values: [folder] }],
            MaxResults: PAGE_MAX,
            ...(NextToken === undefined ? {} : { NextToken }),
          }),
        );
        names.push(...(answer.SecretList ?? []).flatMap(({ Name }) => Name ?? []));
        NextToken = answer.NextToken;
        if (NextToken === undefined) break;
      }
      return names
        .filter((name) => name.startsWith(folder))
        .map((name) => name.slice(folder.length))
        .filter((accountId) => CONFIGURED_ID.test(accountId));
    },
  };
}
