import { createMemoryWaitingResults } from '../../../lib/adapters/memory/waiting-results.ts';
import { describeWaitingResults } from '../../contracts/waiting-results-contract.ts';

describeWaitingResults('memory', async () => createMemoryWaitingResults());
