import { createMemoryHalts } from '../../../lib/adapters/memory/halts.ts';
import { describeHalts } from '../../contracts/halts-contract.ts';

describeHalts('memory', async () => createMemoryHalts());
