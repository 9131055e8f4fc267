import { createMemoryOrderStore } from '../../../lib/adapters/memory/order-store.ts';
import { describeDueShares } from '../../contracts/due-shares-contract.ts';
import { describeOrderStore } from '../../contracts/order-store-contract.ts';

describeOrderStore('memory', async () => ({
  store: createMemoryOrderStore(),
  accountId: 'desk-1',
}));

describeDueShares('memory', async () => createMemoryOrderStore());
