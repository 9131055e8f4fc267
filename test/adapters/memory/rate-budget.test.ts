import {
  createMemoryRateBudget,
  createSharedBudgets,
} from '../../../lib/adapters/memory/rate-budget.ts';
import { BUDGET_SETTINGS, describeRateBudget } from '../../contracts/rate-budget-contract.ts';

describeRateBudget('memory', async (settings = BUDGET_SETTINGS) => {
  const shared = createSharedBudgets();
  return [createMemoryRateBudget(settings, shared), createMemoryRateBudget(settings, shared)];
});
