import { illegalParameter } from '../exchange/refusals.ts';
import type { Random } from '../random.ts';
import { jsonAnswer, refusalAnswer } from './answer.ts';
import type { SignedHandler } from './call.ts';

/** Documented: a listen key lives for an hour after its last renewal. */
export const LISTEN_KEY_LIFE_MS = 3_600_000;
const LISTEN_KEY_LETTERS = 64;
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** An account that asks for more loses its oldest. */
const LISTEN_KEYS_MAX = 100;

export type ListenKeys = {
  readonly create: (accountId: string, now: number) => string;
  /** False when the key is unknown, another account's or past its hour. */
  readonly renew: (accountId: string, listenKey: string, now: number) => boolean;
  readonly end: (accountId: string, listenKey: string) => boolean;
  readonly expireAll: () => void;
  /** Whose events a listen key stands for; the entry of the user data stream. */
  readonly ownerOf: (listenKey: string, now: number) => string | undefined;
};

export function listenKeyRegister(random: Random): ListenKeys {
  const keys = new Map<string, { readonly accountId: string; expiresAt: number }>();
  const owned = (accountId: string, listenKey: string) => {
    const entry = keys.get(listenKey);
    return entry?.accountId === accountId ? entry : undefined;
  };

  return {
    create: (accountId, now) => {
      const letter = (): string => LETTERS[random.below(LETTERS.length)] ?? 'A';
      const listenKey = Array.from({ length: LISTEN_KEY_LETTERS }, letter).join('');
      const oldest = keys.size >= LISTEN_KEYS_MAX ? keys.keys().next().value : undefined;
      if (oldest !== undefined) keys.delete(oldest);
      keys.set(listenKey, { accountId, expiresAt: now + LISTEN_KEY_LIFE_MS });
      return listenKey;
    },
    renew: (accountId, listenKey, now) => {
      const entry = owned(accountId, listenKey);
      if (!entry || entry.expiresAt <= now) return false;
      entry.expiresAt = now + LISTEN_KEY_LIFE_MS;
      return true;
    },
    end: (accountId, listenKey) =>
      owned(accountId, listenKey) !== undefined && keys.delete(listenKey),
    expireAll: () => keys.clear(),
    ownerOf: (listenKey, now) => {
      const entry = keys.get(listenKey);
      return entry && entry.expiresAt > now ? entry.accountId : undefined;
    },
  };
}

export const createListenKey: SignedHandler = ({ listenKeys }, call) =>
  jsonAnswer({ listenKey: listenKeys.create(call.key.account.accountId, call.now) });

export const renewListenKey: SignedHandler = ({ listenKeys }, call) => {
  const listenKey = call.parameters.get('listenKey') ?? '';
  const renewed = listenKeys.renew(call.key.account.accountId, listenKey, call.now);
  return renewed ? jsonAnswer({}) : refusalAnswer(illegalParameter('listenKey'));
};

export const endListenKey: SignedHandler = ({ listenKeys }, call) => {
  const listenKey = call.parameters.get('listenKey') ?? '';
  const ended = listenKeys.end(call.key.account.accountId, listenKey);
  return ended ? jsonAnswer({}) : refusalAnswer(illegalParameter('listenKey'));
};
