import * as z from 'zod/mini';
import {
  type AccountShare,
  EVERY_ACCOUNT,
  SHARES_MAX,
} from '../../lib/application/account-share.ts';
import { ConfigurationError } from '../../lib/application/configuration-error.ts';

/** Powers of two: the shards of the index of due orders then divide evenly, whatever their number. */
const SIZES = [1, 2, 4, 8].filter((size) => size <= SHARES_MAX);

const shareSchema = z
  .object({
    shard: z.int('must be a whole number').check(z.minimum(0, 'must be 0 or more')),
    of: z
      .int('must be a whole number')
      .check(z.refine((of) => SIZES.includes(of), `must be one of ${SIZES.join(', ')}`)),
  })
  .check(z.refine(({ shard, of }) => shard < of, { path: ['shard'], error: 'must be below "of"' }));

/**
 * Reads which accounts an invocation looks after: `{"shard": 0, "of": 2}`, as the rules of a stage
 * with several shards say. An event that names neither, such as a plain tick, means all of them.
 *
 * @throws ConfigurationError naming what is wrong: a wrong share would leave accounts alone
 */
export function readShare(event: unknown): AccountShare {
  if (typeof event !== 'object' || event === null) return EVERY_ACCOUNT;
  if (!('shard' in event) && !('of' in event)) return EVERY_ACCOUNT;
  const parsed = shareSchema.safeParse(event);
  if (parsed.success) return parsed.data;
  const wrong = parsed.error.issues.map((issue) => `"${issue.path.join('.')}" ${issue.message}`);
  throw new ConfigurationError(
    `The event names no share of the accounts: ${wrong.join('; ')}. Two shards are {"shard": 0, "of": 2} and {"shard": 1, "of": 2}.`,
  );
}
