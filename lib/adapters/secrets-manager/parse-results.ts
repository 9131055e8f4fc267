import * as z from 'zod/mini';
import { EVENT_TYPES } from '../../application/integration-event.ts';
import { addressIn, isLoopbackAddress, isPublicAddress } from '../webhook/public-address.ts';

/** Characters of a receiver's address. */
const URL_CHARACTERS_MAX = 2_000;
/** Secrets that sign at once; two are enough for a rotation. */
const SECRETS_MAX = 4;

/**
 * Makes the shape of a producer's `results`.
 *
 * Whether an address of this machine is called at all is for the receiver to say; a name is judged
 * by its addresses when it is called.
 *
 * @param secret - of one secret
 */
export function resultsSchema<Secret extends z.ZodMiniType<string>>(secret: Secret) {
  return z.strictObject(
    {
      url: z
        .string('must be text')
        .check(z.maxLength(URL_CHARACTERS_MAX, `has more than ${URL_CHARACTERS_MAX} characters`))
        .check(
          z.refine(
            isReceiver,
            'must be an https address without user name, of a public host; http only on loopback',
          ),
        ),
      secrets: z
        .array(secret, 'must be a list of secrets')
        .check(z.minLength(1, 'must hold at least one secret'))
        .check(z.maxLength(SECRETS_MAX, `must hold at most ${SECRETS_MAX} secrets`)),
      events: z.optional(
        z
          .array(z.enum(EVENT_TYPES, `must be one of ${EVENT_TYPES.join(', ')}`), 'must be a list')
          .check(z.minLength(1, 'must hold at least one type; leave it out for all')),
      ),
    },
    'must be a JSON object with url, secrets and perhaps events, and nothing else',
  );
}

function isReceiver(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || url.username !== '' || url.password !== '' || url.hash !== '') return false;
  const address = addressIn(url);
  const isHere = address === undefined ? isLocalName(url.hostname) : isLoopbackAddress(address);
  if (url.protocol === 'http:') return isHere;
  if (url.protocol !== 'https:') return false;
  return isHere || address === undefined || isPublicAddress(address);
}

function isLocalName(hostname: string): boolean {
  return hostname === 'localhost' || hostname.endsWith('.localhost');
}
