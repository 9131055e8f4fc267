import { createMemoryExternalOrders } from '../../../lib/adapters/memory/external-orders.ts';
import { describeExternalOrders } from '../../contracts/external-orders-contract.ts';

describeExternalOrders('memory', async () => createMemoryExternalOrders());
