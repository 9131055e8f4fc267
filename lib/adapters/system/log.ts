import type { Logger } from '@aws-lambda-powertools/logger';
import type { Log } from '../../application/ports.ts';
import { printable } from './printable.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Writes log lines with Powertools: one JSON object a line, secrets redacted. */
export function createLog(logger: Pick<Logger, 'info' | 'warn' | 'error'>): Log {
  return {
    info: (message, fields) => logger.info(message, printableFields(fields)),
    warn: (message, fields) => logger.warn(message, printableFields(fields)),
    error: (message, fields) => logger.error(message, printableFields(fields)),
  };
}

function printableFields(fields: Fields = {}): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, printable(value)]),
  );
}
