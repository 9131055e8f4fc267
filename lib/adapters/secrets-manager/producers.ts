import type { Producers } from '../../application/ports.ts';
import { createConfiguredSecrets, type SecretSource } from './configured-secrets.ts';
import { parseProducer } from './parse-producer.ts';

/** Reads producers from the secrets `<prefix>/producers/<producerId>`, at most a minute old. */
export function createProducers(source: SecretSource): Producers {
  const secrets = createConfiguredSecrets(source, 'producers', parseProducer);
  return { get: (producerId) => secrets.get(producerId, false) };
}
