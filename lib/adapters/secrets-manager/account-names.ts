import * as z from 'zod/mini';
import type { AccountNames } from '../../application/user-stream.ts';
import type { SecretSource } from './configured-secrets.ts';
import { CONFIGURED_ID } from './parse-fields.ts';

/** Pages read at once: a hundred accounts each. */
const PAGES_MAX = 10;
const PAGE_MAX = 100;

const listAnswer = z.object({
  SecretList: z.nullish(z.array(z.object({ Name: z.nullish(z.string()) }))),
  NextToken: z.nullish(z.string()),
});

/** Lists the accounts that have a secret, by their names alone. */
export function createAccountNames({
  client,
  prefix,
}: Pick<SecretSource, 'client' | 'prefix'>): AccountNames {
  const folder = `${prefix}/accounts/`;
  return {
    async list() {
      const names: string[] = [];
      let token: string | null | undefined;
      for (let page = 0; page < PAGES_MAX; page += 1) {
        const answer = await client.call('ListSecrets', {
          Filters: [{ Key: 'name', Values: [folder] }],
          MaxResults: PAGE_MAX,
          ...(typeof token === 'string' && { NextToken: token }),
        });
        const { NextToken, SecretList } = listAnswer.parse(answer);
        names.push(...(SecretList ?? []).flatMap(({ Name }) => Name ?? []));
        token = NextToken;
        if (typeof token !== 'string') break;
      }
      return names
        .filter((name) => name.startsWith(folder))
        .map((name) => name.slice(folder.length))
        .filter((accountId) => CONFIGURED_ID.test(accountId));
    },
  };
}
