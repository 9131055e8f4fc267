import { createMemoryStreamLeases } from '../../../lib/adapters/memory/stream-leases.ts';
import { describeStreamLeases } from '../../contracts/stream-leases-contract.ts';

describeStreamLeases('memory', async () => createMemoryStreamLeases());
