import {
  createMemoryRateBudget,
  createSharedBudgets,
} from '../../../lib/adapters/memory/rate-budget.ts';
import { BUDGET_SETTINGS, describeRateBudget } from '../../contracts/rate-budget-contract.ts';

describeRateBudget('memory', async () => {
  const shared = createSharedBudgets();
  return [
    createMemoryRateBudget(BUDGET_SETTINGS, shared),
    createMemoryRateBudget(BUDGET_SETTINGS, shared),
  ];
});
