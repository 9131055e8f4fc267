import { ConfigurationError } from '../../application/configuration-error.ts';
import type { Clock } from '../../application/ports.ts';
import { MINUTE_MS, SECOND_MS } from '../../domain/time.ts';
import { type AwsClient, AwsError } from '../aws/aws-client.ts';
import { CONFIGURED_ID, parseJson } from './parse-fields.ts';

/** How old a value may be before it is read again, where nothing else is set. */
const AGE_MAX_MS = MINUTE_MS;
/** How long a missing or wrong secret is remembered: short, for somebody is just adding it. */
const FAULT_AGE_MAX_MS = 10 * SECOND_MS;
/** At most one reading a second of one secret, however often somebody insists. */
const FRESH_AGE_MAX_MS = SECOND_MS;
/**
 * Values remembered; absences have as many places of their own, so that guesses evict nothing. Where
 * more accounts are at work in one instance than this, every look at one reads its secret anew.
 */
const VALUES_MAX = 10_000;

/** Where secrets are read. */
export interface SecretSource {
  /** Of Secrets Manager. */
  readonly client: AwsClient;
  /** `hashkey-orders/<stage>` */
  readonly prefix: string;
  readonly clock: Pick<Clock, 'monotonicMs'>;
  /** How old a value may be before it is read again, in milliseconds; a minute without it. */
  readonly valueAgeMaxMs?: number;
}

/** What reads one kind of secret, with a cache that is bounded in number and age. */
export interface ConfiguredSecrets<Value> {
  /**
   * @param fresh - reads again what is older than a second
   * @returns undefined when there is no such secret
   * @throws ConfigurationError when it cannot be read as what it has to be
   */
  get(id: string, fresh: boolean): Promise<Value | undefined>;
}

type Outcome<Value> =
  | { readonly kind: 'value'; readonly value: Value }
  | { readonly kind: 'absent' }
  | { readonly kind: 'wrong'; readonly error: ConfigurationError };

/** Makes a reader of the secrets below `prefix/folder`. */
export function createConfiguredSecrets<Value>(
  source: SecretSource,
  folder: 'accounts' | 'producers',
  parse: (id: string, value: unknown) => Value,
): ConfiguredSecrets<Value> {
  type Read = { readonly outcome: Outcome<Value>; readonly readAtMs: number };
  const values = new Map<string, Read>();
  const faults = new Map<string, Read>();
  const underWay = new Map<string, Promise<Outcome<Value>>>();

  const remembered = (id: string, fresh: boolean): Outcome<Value> | undefined => {
    const read = values.get(id) ?? faults.get(id);
    if (read === undefined) return undefined;
    const isValue = read.outcome.kind === 'value';
    const ageMaxMs = isValue ? (source.valueAgeMaxMs ?? AGE_MAX_MS) : FAULT_AGE_MAX_MS;
    const ageMs = source.clock.monotonicMs() - read.readAtMs;
    return ageMs < (fresh ? FRESH_AGE_MAX_MS : ageMaxMs) ? read.outcome : undefined;
  };

  const readNow = async (id: string): Promise<Outcome<Value>> => {
    const readAtMs = source.clock.monotonicMs();
    const outcome = await readOutcome(source, `${folder}/${id}`, (value) => parse(id, value));
    values.delete(id);
    faults.delete(id);
    keep(outcome.kind === 'value' ? values : faults, id, { outcome, readAtMs });
    return outcome;
  };

  const readShared = (id: string): Promise<Outcome<Value>> => {
    const running = underWay.get(id);
    if (running !== undefined) return running;
    const reading = readNow(id).finally(() => underWay.delete(id));
    underWay.set(id, reading);
    return reading;
  };

  return {
    async get(id, fresh) {
      if (!CONFIGURED_ID.test(id)) return undefined;
      return unpack(remembered(id, fresh) ?? (await readShared(id)));
    },
  };
}

async function readOutcome<Value>(
  { client, prefix }: SecretSource,
  path: string,
  parse: (value: unknown) => Value,
): Promise<Outcome<Value>> {
  const name = `${prefix}/${path}`;
  try {
    const { SecretString: text } = await client.call('GetSecretValue', { SecretId: name });
    return { kind: 'value', value: parse(parseJson(`secret ${name}`, text)) };
  } catch (error) {
    if (isAbsence(error)) return { kind: 'absent' };
    if (error instanceof ConfigurationError) return { kind: 'wrong', error };
    throw error;
  }
}

/** Every other refusal, such as a missing permission, says nothing of whether there is one. */
function isAbsence(error: unknown): boolean {
  return error instanceof AwsError && error.name === 'ResourceNotFoundException';
}

function unpack<Value>(outcome: Outcome<Value>): Value | undefined {
  switch (outcome.kind) {
    case 'value':
      return outcome.value;
    case 'absent':
      return undefined;
    case 'wrong':
      throw outcome.error;
  }
}

function keep<Entry>(entries: Map<string, Entry>, id: string, entry: Entry): void {
  entries.set(id, entry);
  const [oldest] = entries.keys();
  if (entries.size > VALUES_MAX && oldest !== undefined) entries.delete(oldest);
}
