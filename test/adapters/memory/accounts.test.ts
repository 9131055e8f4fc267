import { createMemoryAccounts } from '../../../lib/adapters/memory/accounts.ts';
import { createMemoryProducers } from '../../../lib/adapters/memory/producers.ts';
import { parseAccount } from '../../../lib/adapters/secrets-manager/parse-account.ts';
import { describeAccounts, describeProducers } from '../../contracts/accounts-contract.ts';
import { accountValue } from '../../support/account-values.ts';
import { webhookSecret } from '../../support/webhook-secret.ts';

describeAccounts(
  'memory',
  async (configured) => {
    const accounts = createMemoryAccounts(configured);
    return {
      accounts,
      rotate: async (account) => accounts.put(account),
      wait: async () => undefined,
    };
  },
  parseAccount('desk-1', accountValue()),
);

describeProducers('memory', async (producers) => createMemoryProducers(producers), {
  producerId: 'demo',
  secrets: [webhookSecret('a')],
  accounts: ['desk-1'],
});
