import * as z from 'zod/mini';
import type { AwsSite } from '../../lib/adapters/aws/aws-client.ts';
import type { AwsServiceName } from '../../lib/adapters/aws/known-services.ts';
import { ConfigurationError } from '../../lib/application/configuration-error.ts';
import { Secret } from '../../lib/application/secret.ts';
import { type ReadStageSettings, readStageSettings } from '../../lib/application/stage-settings.ts';

/** A setting that is any text, but not an empty one. */
export const text = z.string().check(z.minLength(1));

/** A setting that is a whole number within bounds. */
export function wholeWithin(least: number, most: number) {
  const error = `must be a whole number from ${least} to ${most}`;
  return z.pipe(
    z.string().check(z.regex(/^\d{1,9}$/, { error })),
    z.pipe(
      z.transform((digits: string) => Number(digits)),
      z.number().check(z.minimum(least, { error }), z.maximum(most, { error })),
    ),
  );
}

/** A setting that is switched on or off. */
export const yesOrNo = z.pipe(
  z.enum(['yes', 'no']),
  z.transform((word) => word === 'yes'),
);

/**
 * Reads a function's settings from its environment.
 *
 * @param shape - names of environment variables and what they have to be
 * @throws ConfigurationError naming every setting that is missing or wrong, never a value
 */
export function readEnvironment<Shape extends z.core.$ZodShape>(
  shape: Shape,
): z.output<z.ZodMiniObject<Shape>> {
  const parsed = z.object(shape).safeParse(process.env);
  if (parsed.success) return parsed.data;
  const wrong = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new ConfigurationError(`Wrong environment of this function: ${wrong.join('; ')}.`);
}

/**
 * Reads what the stage has set of its guards, probes, caches and bounds.
 *
 * @throws ConfigurationError naming every one that is wrong, and what it has to be
 */
export function readStage(): ReadStageSettings {
  return readStageSettings(process.env);
}

/** Tools of AWS set what they do not have to an empty text, and take one for nothing. */
const mayBeEmpty = z.pipe(
  z.optional(z.string()),
  z.transform((value) => (value === '' ? undefined : value)),
);

/**
 * Reads where a service of AWS is and who calls it: what Lambda, like every tool of AWS, passes to
 * a process.
 */
export function readAwsSite(service: AwsServiceName): AwsSite {
  const ownEndpoint = `AWS_ENDPOINT_URL_${service}`;
  const settings = readEnvironment({
    AWS_REGION: text,
    AWS_ACCESS_KEY_ID: text,
    AWS_SECRET_ACCESS_KEY: text,
    AWS_SESSION_TOKEN: mayBeEmpty,
    AWS_ENDPOINT_URL: mayBeEmpty,
  });
  const endpoints = readEnvironment({ [ownEndpoint]: mayBeEmpty });
  const sessionToken = settings.AWS_SESSION_TOKEN;
  return {
    region: settings.AWS_REGION,
    endpoint: endpoints[ownEndpoint] ?? settings.AWS_ENDPOINT_URL,
    credentials: {
      accessKeyId: settings.AWS_ACCESS_KEY_ID,
      secretAccessKey: new Secret(settings.AWS_SECRET_ACCESS_KEY),
      sessionToken: sessionToken === undefined ? undefined : new Secret(sessionToken),
    },
  };
}
