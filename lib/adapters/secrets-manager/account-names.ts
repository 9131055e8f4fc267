import * as z from 'zod/mini';
import { ConfigurationError } from '../../application/configuration-error.ts';
import type { AccountName, AccountNames } from '../../application/user-stream.ts';
import type { SecretSource } from './configured-secrets.ts';
import { CONFIGURED_ID } from './parse-fields.ts';

/** Pages read at once: a hundred accounts each. */
const PAGES_MAX = 1_000;
const PAGE_MAX = 100;

const listAnswer = z.object({
  SecretList: z.nullish(
    z.array(z.object({ Name: z.nullish(z.string()), LastChangedDate: z.nullish(z.number()) })),
  ),
  NextToken: z.nullish(z.string()),
});

/**
 * Lists the accounts that have a secret, by their names and times of change alone.
 *
 * `list` throws ConfigurationError when there are more than can be listed: none is left out unseen.
 */
export function createAccountNames({
  client,
  prefix,
}: Pick<SecretSource, 'client' | 'prefix'>): AccountNames {
  const folder = `${prefix}/accounts/`;
  return {
    async list() {
      const names: AccountName[] = [];
      let token: string | null | undefined;
      for (let page = 0; page < PAGES_MAX; page += 1) {
        const answer = await client.call('ListSecrets', {
          Filters: [{ Key: 'name', Values: [folder] }],
          MaxResults: PAGE_MAX,
          ...(typeof token === 'string' && { NextToken: token }),
        });
        const { NextToken, SecretList } = listAnswer.parse(answer);
        for (const { Name, LastChangedDate: changedAt } of SecretList ?? []) {
          const accountId = Name?.startsWith(folder) ? Name.slice(folder.length) : '';
          if (!CONFIGURED_ID.test(accountId)) continue;
          names.push({ accountId, ...(typeof changedAt === 'number' && { changedAt }) });
        }
        token = NextToken;
        if (typeof token !== 'string') return names;
      }
      throw new ConfigurationError(
        `There are more than ${PAGES_MAX * PAGE_MAX} secrets below ${folder}: this lists no more.`,
      );
    },
  };
}
