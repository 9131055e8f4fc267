/** What a person does about each way in which the exchange refuses a key. */
export interface KeyRefusal {
  /** What it means, in plain words. */
  readonly means: string;
  readonly todo: string;
}

const WRONG_SECRET: KeyRefusal = {
  means: 'the exchange knows the key, and the signature is wrong',
  todo: 'Give the secret that belongs to this key: both are shown together once, when the key is made.',
};
const NO_ACCOUNT: KeyRefusal = {
  means: 'the exchange does not find the trading account that the key acts for',
  todo: 'Check --exchange-account-id, and that the key belongs to that account.',
};
const NO_PERMISSION: KeyRefusal = {
  means: 'the key may not do this',
  todo: 'Give the key the permission to trade (and to read) at the exchange.',
};

/** Every code with which the exchange refuses a key, in plain words. See docs/hashkey.md, "Codes". */
export const KEY_REFUSALS: Readonly<Record<string, KeyRefusal | undefined>> = {
  '0002': WRONG_SECRET,
  '0102': {
    means: 'the exchange does not know this key',
    todo: 'Check the key and that --site and --environment are the ones it was made for.',
  },
  '0103': { means: 'the key has expired', todo: 'Make a new key at the exchange.' },
  '0104': NO_ACCOUNT,
  '0202': {
    means: 'this machine’s address is not on the white list of the key',
    todo: 'If only the service calls with it (fixed addresses), that is as it should be: use --no-probe. Otherwise put this address on the list.',
  },
  '-1002': {
    means: 'the key is not valid for this environment',
    todo: 'Check --environment: keys of the sandbox and of production are not the same.',
  },
  '-1005': NO_PERMISSION,
  '-1152': NO_ACCOUNT,
  '-1160': NO_ACCOUNT,
  '-1186': {
    means: 'the key may read, and may not place orders',
    todo: 'Give the key the permission to trade at the exchange.',
  },
  '-1205': {
    means: 'the account is not authorised',
    todo: 'Ask the exchange to admit the account to trading by API.',
  },
  '-1215': {
    means: 'the account is in an abnormal state',
    todo: 'Ask the exchange what is wrong with the account.',
  },
  '-2023': {
    means: 'the account’s identity check is not done',
    todo: 'Complete the identity check at the exchange.',
  },
  '-3117': NO_PERMISSION,
  MALFORMED_KEY: {
    means: 'the key has characters that cannot be sent',
    todo: 'Copy the key again, without spaces and line breaks.',
  },
};

/** Explains a refusal; `0001` speaks of the signature here, or it would not be about the key. */
export function explainRefusal(code: string | undefined): KeyRefusal {
  if (code === '0001') return WRONG_SECRET;
  const known =
    code !== undefined && Object.hasOwn(KEY_REFUSALS, code) ? KEY_REFUSALS[code] : undefined;
  return (
    known ?? {
      means: `the exchange refuses the key${code === undefined ? '' : ` (code ${code})`}`,
      todo: 'Compare it with docs/hashkey.md, "Codes", and ask the exchange.',
    }
  );
}
