import Big from 'big.js';

export type Balance = { readonly free: Big; readonly locked: Big };

export type Balances = {
  readonly of: (accountId: string, asset: string) => Balance;
  /** Adds to (or with negative numbers takes from) what an account may spend and has reserved. */
  readonly add: (accountId: string, asset: string, free: Big, locked?: Big) => void;
  readonly assetsOf: (accountId: string) => readonly (readonly [asset: string, held: Balance])[];
};

const ZERO = new Big(0);
const NO_BALANCE: Balance = { free: ZERO, locked: ZERO };

/** @param onChange - told of every change, so that it can be stored */
export function balanceSheet(onChange: (accountId: string, asset: string) => void): Balances {
  const sheet = new Map<string, Map<string, Balance>>();

  const of = (accountId: string, asset: string): Balance =>
    sheet.get(accountId)?.get(asset) ?? NO_BALANCE;

  const add = (accountId: string, asset: string, free: Big, locked: Big = ZERO): void => {
    const before = of(accountId, asset);
    const account = sheet.get(accountId) ?? new Map<string, Balance>();
    account.set(asset, { free: before.free.plus(free), locked: before.locked.plus(locked) });
    sheet.set(accountId, account);
    onChange(accountId, asset);
  };

  const assetsOf = (accountId: string) => [...(sheet.get(accountId) ?? [])];
  return { of, add, assetsOf };
}
