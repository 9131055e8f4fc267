import type * as z from 'zod/mini';
import { ConfigurationError } from '../../application/configuration-error.ts';

/**
 * Checks a configured value and names every wrong field, never a value.
 *
 * @param subject - as a person knows it: `account "desk-1"`
 * @throws ConfigurationError
 */
export function parseFields<Fields>(
  schema: z.ZodMiniType<Fields>,
  subject: string,
  value: unknown,
): Fields {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(({ path, message }) => {
    const field = path.reduce<string>(
      (text, part) =>
        typeof part === 'number'
          ? `${text}[${part}]`
          : text === ''
            ? String(part)
            : `${text}.${String(part)}`,
      '',
    );
    return `${field || 'the whole value'} ${message}`;
  });
  throw new ConfigurationError(`The configuration of ${subject} is wrong: ${faults.join('; ')}.`);
}

/**
 * Parses JSON without ever quoting it: the parser's own message would.
 *
 * @throws ConfigurationError
 */
export function parseJson(subject: string, text: unknown): unknown {
  try {
    return JSON.parse(typeof text === 'string' ? text : '');
  } catch {
    throw new ConfigurationError(`The configuration of ${subject} is not JSON text.`);
  }
}

/** Ids of accounts and producers, as they stand in names of secrets and in addresses. */
export const CONFIGURED_ID = /^[a-z0-9-]{1,32}$/;

/** Stops an id that cannot be one. */
export function assertConfiguredId(kind: 'account' | 'producer', id: string): void {
  if (CONFIGURED_ID.test(id)) return;
  throw new ConfigurationError(
    `The id of one ${kind} is wrong: use 1 to 32 of the characters a-z, 0-9 and "-".`,
  );
}
