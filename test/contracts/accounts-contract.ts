import { describe, expect, it } from '@jest/globals';
import type { Account, Producer } from '../../lib/application/account.ts';
import type { Accounts, Producers } from '../../lib/application/ports.ts';

/** What every source of accounts does. `open` gives one with exactly these accounts. */
export function describeAccounts(
  name: string,
  open: (accounts: readonly Account[]) => Promise<{
    readonly accounts: Accounts;
    /** Puts an account in place of the one of the same id. */
    readonly rotate: (account: Account) => Promise<void>;
    /** Lets two seconds pass. */
    readonly wait: () => Promise<void>;
  }>,
  account: Account,
): void {
  describe(`${name}: accounts`, () => {
    it('gives an account that is configured, with its keys', async () => {
      const { accounts } = await open([account]);

      const found = await accounts.get(account.accountId);

      expect(found).toEqual(account);
      expect(found?.keys[0]?.apiSecret.reveal()).toBe(account.keys[0]?.apiSecret.reveal());
    });

    it('gives nothing for one that is not', async () => {
      const { accounts } = await open([account]);

      expect(await accounts.get('nobody')).toBeUndefined();
      expect(await accounts.get('../producers/demo')).toBeUndefined();
    });

    it('F60 gives the new keys to whoever insists, and from then on to everybody', async () => {
      const { accounts, rotate, wait } = await open([account]);
      await accounts.get(account.accountId);
      const rotated = { ...account, validForMs: account.validForMs + 1 };
      await rotate(rotated);
      await wait();

      expect(await accounts.get(account.accountId, { fresh: true })).toEqual(rotated);
      expect(await accounts.get(account.accountId)).toEqual(rotated);
    });
  });
}

/** What every source of producers does. `open` gives one with exactly these producers. */
export function describeProducers(
  name: string,
  open: (producers: readonly Producer[]) => Promise<Producers>,
  producer: Producer,
): void {
  describe(`${name}: producers`, () => {
    it('gives a producer that is configured', async () => {
      const found = await (await open([producer])).get(producer.producerId);

      expect(found).toEqual(producer);
      expect(found?.secrets[0]?.reveal()).toBe(producer.secrets[0]?.reveal());
    });

    it('gives nothing for one that is not', async () => {
      expect(await (await open([producer])).get('nobody')).toBeUndefined();
    });
  });
}
