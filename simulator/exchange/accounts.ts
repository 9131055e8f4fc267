import { createHash } from 'node:crypto';

/** One API key; several may belong to one account. */
export type ApiKey = {
  /** Names the key in statistics without showing it: `desk-1#1` is the first key of desk-1. */
  readonly label: string;
  readonly apiKey: string;
  readonly apiSecret: string;
  readonly account: Account;
  /** A master key's: it acts for them where a call names them. */
  readonly subAccounts: readonly Account[];
  readonly ordersPerSecond: number;
  readonly queriesPerSecond: number;
  revoked: boolean;
  ipRefused: boolean;
  readOnly: boolean;
};

export type Account = {
  readonly name: string;
  /** The exchange's 19-digit id of the trading account; the same after every restart. */
  readonly accountId: string;
  readonly userId: string;
};

const ACCOUNT_IDS_FROM = 1_464_567_707_961_719_552n;
const ID_RANGE = 100_000_000_000_000_000n;

export function accountNamed(name: string): Account {
  return { name, accountId: idFor(`account ${name}`), userId: idFor(`user ${name}`) };
}

function idFor(text: string): string {
  const hash = createHash('sha256').update(text).digest().readBigUInt64BE();
  return (ACCOUNT_IDS_FROM + (hash % ID_RANGE)).toString();
}
