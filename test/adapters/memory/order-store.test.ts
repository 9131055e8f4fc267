import { createMemoryOrderStore } from '../../../lib/adapters/memory/order-store.ts';
import { describeOrderStore } from '../../contracts/order-store-contract.ts';

describeOrderStore('memory', async () => ({
  store: createMemoryOrderStore(),
  accountId: 'desk-1',
}));
