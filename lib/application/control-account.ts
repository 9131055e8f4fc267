import * as z from 'zod/mini';
import type { FieldError } from './order-request.ts';
import type { Accounts, Clock, ExternalOrders, Halts, Log } from './ports.ts';
import type { RateBudget } from './rate-budget.ts';

/** What looking at and halting an account needs. */
export interface ControlDependencies {
  readonly accounts: Accounts;
  readonly halts: Halts;
  readonly external: ExternalOrders;
  readonly budget: RateBudget;
  readonly clock: Clock;
  readonly log: Log;
}

/** Characters of a reason: a sentence or two for the next person. */
const REASON_LENGTH_MAX = 500;
const REASON_WORDS = `must be text of at most ${REASON_LENGTH_MAX} characters`;

/** What a halt request has to be. */
export const haltSchema = z.strictObject(
  {
    halted: z.boolean({ error: 'must be true or false' }),
    reason: z.optional(
      z
        .string({ error: REASON_WORDS })
        .check(z.maxLength(REASON_LENGTH_MAX, { error: REASON_WORDS })),
    ),
  },
  { error: 'must be a JSON object' },
);

/** What a person asks of the kill switch. */
export interface HaltRequest {
  readonly halted: boolean;
  readonly reason?: string;
}

/** Parses the body of a halt request. */
export function parseHalt(
  value: unknown,
):
  | { readonly kind: 'valid'; readonly halt: HaltRequest }
  | { readonly kind: 'invalid'; readonly errors: readonly FieldError[] } {
  const parsed = haltSchema.safeParse(value);
  if (parsed.success) {
    const { halted, reason } = parsed.data;
    return { kind: 'valid', halt: { halted, ...(reason === undefined ? {} : { reason }) } };
  }
  const errors = parsed.error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({ field: key, message: 'is not a field of a halt' }))
      : [{ field: issue.path.join('.') || 'body', message: issue.message }],
  );
  return { kind: 'invalid', errors };
}

/**
 * Gives an account as people see it: halt state, budgets and gates, never a key.
 *
 * @returns undefined when no such account is configured
 */
export async function viewAccount(
  { accounts, budget, clock, external, halts }: ControlDependencies,
  accountId: string,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  const account = await accounts.get(accountId);
  if (account === undefined) return undefined;
  const now = clock.now();
  const [halt, externalOrders, egress, keys] = await Promise.all([
    halts.get(accountId),
    external.list(accountId),
    budget.viewEgress(now),
    Promise.all(account.keys.map((key) => budget.view(key.keyId, now))),
  ]);
  return {
    accountId,
    ...halt,
    site: account.site,
    environment: account.environment,
    lanes: account.lanes,
    limits: account.limits,
    egress,
    keys,
    externalOrders,
  };
}

/**
 * Stops or restarts new orders of an account. Cancels and reconciliation go on.
 *
 * @returns the account as `viewAccount` gives it
 */
export async function haltAccount(
  dependencies: ControlDependencies,
  accountId: string,
  halt: HaltRequest,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  const { accounts, clock, halts, log } = dependencies;
  if ((await accounts.get(accountId)) === undefined) return undefined;
  await halts.set(accountId, { ...halt, changedAt: clock.now() });
  log.warn(halt.halted ? 'an account is halted' : 'an account takes orders again', { accountId });
  return viewAccount(dependencies, accountId);
}
