import { keyIdOf } from '../../lib/adapters/secrets-manager/parse-account.ts';
import { CommandFailure, EXIT } from '../command-line/exit-codes.ts';
import type { AccountValue } from './account-secrets.ts';
import type { GivenKey } from './read-key.ts';

/** Puts a key beside those that are there; everything else stays as it is. */
export function withKey(value: AccountValue, key: GivenKey): AccountValue {
  const keyId = keyIdOf(key.apiKey);
  const others = keysOf(value).filter((one) => idOf(one) !== keyId);
  return { ...value, keys: [...others, key] };
}

/**
 * Takes a key out; everything else stays as it is.
 *
 * @throws CommandFailure when it is not there, or the last one
 */
export function withoutKey(accountId: string, value: AccountValue, keyId: string): AccountValue {
  const wanted = keyId.replace(/^key#/, '');
  const keys = keysOf(value);
  const left = keys.filter((one) => idOf(one) !== wanted);
  if (left.length === keys.length) {
    const known = keys.map(idOf).join(', ');
    throw new CommandFailure(
      EXIT.notFound,
      `Account ${accountId} has no key ${wanted}: it has ${known}.`,
    );
  }
  if (left.length === 0) {
    throw new CommandFailure(
      EXIT.failed,
      `${wanted} is the only key of account ${accountId}: put another beside it first.`,
    );
  }
  return { ...value, keys: left };
}

function keysOf({ keys }: AccountValue): readonly unknown[] {
  return Array.isArray(keys) ? keys : [];
}

function idOf(key: unknown): string {
  const apiKey = typeof key === 'object' && key !== null && 'apiKey' in key ? key.apiKey : '';
  return keyIdOf(String(apiKey));
}
