import { Secret } from '../../lib/application/secret.ts';

/** A webhook secret as a producer has it; every letter gives another. */
export function webhookSecretText(letter: string): string {
  return `whsec_${Buffer.from(letter.repeat(24)).toString('base64')}`;
}

/** The same, guarded as our code holds it. */
export function webhookSecret(letter: string): Secret {
  return new Secret(webhookSecretText(letter));
}
