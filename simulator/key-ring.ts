import { AccountsFileError } from './accounts-file.ts';
import { type ApiKey, accountNamed } from './exchange/accounts.ts';
import type { KeyRing } from './http/authenticate.ts';
import type { SimulatorOptions } from './options.ts';

/** Makes the keys of the site's accounts, each with its own limits. */
export function keyRing(options: SimulatorOptions): KeyRing {
  const keys = new Map<string, ApiKey>();
  for (const [name, setting] of Object.entries(options.accounts)) {
    if (setting.site !== options.site) continue;
    const account = accountNamed(name);
    for (const [index, { apiKey, apiSecret }] of setting.keys.entries()) {
      const label = `${name}#${index + 1}`;
      const other = keys.get(apiKey);
      if (other) {
        throw new AccountsFileError(`The accounts give ${label} the API key of ${other.label}.`);
      }
      keys.set(apiKey, {
        label,
        apiKey,
        apiSecret,
        account,
        subAccounts: (setting.subAccounts ?? []).map(accountNamed),
        ordersPerSecond: setting.limits?.ordersPerSecond ?? options.ordersPerSecond,
        queriesPerSecond: setting.limits?.queriesPerSecond ?? options.queriesPerSecond,
        revoked: false,
        ipRefused: false,
        readOnly: false,
      });
    }
  }
  if (keys.size === 0) {
    const { site } = options;
    throw new AccountsFileError(`There is no account of site ${site}: choose with --site.`);
  }
  return keys;
}
