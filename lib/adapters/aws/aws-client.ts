import type { Clock } from '../../application/ports.ts';
import { AWS_TIME_LIMITS, AwsFault, type AwsTimeLimits, createAwsWay } from './aws-request.ts';
import { type AwsCredentials, createAwsSigner } from './aws-signature.ts';

/** Where an account's services are and who calls them. */
export interface AwsSite {
  readonly region: string;
  readonly credentials: AwsCredentials;
  /** Another address than the region's own, such as that of the local stack. */
  readonly endpoint?: string | undefined;
}

/** A service that speaks JSON over `POST /`, as DynamoDB does. */
export interface AwsService {
  /** The service's name in addresses and signatures. */
  readonly name: string;
  /** What stands before an operation in `x-amz-target`. */
  readonly targetPrefix: string;
  readonly jsonVersion: '1.0' | '1.1';
  /** Of one try; `AWS_TIME_LIMITS` without it. */
  readonly limits?: AwsTimeLimits;
}

/** Calls of one service. */
export interface AwsClient {
  /**
   * Makes one call, with bounded repeats where the service was busy or the network failed.
   *
   * A repeat may meet what the first try has done, as with every client of AWS: conditional writes
   * tell, a FIFO queue drops it by its deduplication id, and events are published at least once.
   *
   * @throws AwsError for what the service refused, by the service's own name of it
   * @throws AwsFault when no try was answered
   */
  call(operation: string, input: unknown): Promise<Readonly<Record<string, unknown>>>;
  /** Closes all connections. */
  close(): void;
}

/** What a client is made with. */
export interface AwsClientOptions extends AwsSite {
  readonly service: AwsService;
  readonly clock: Pick<Clock, 'now' | 'sleep'>;
  /** From 0 up to 1, for the waits between tries. */
  readonly random: () => number;
  /** The first try and its repeats. */
  readonly attemptsMax?: number;
}

/** A service refused a call. `name` is its own, such as `ConditionalCheckFailedException`. */
export class AwsError extends Error {
  override readonly name: string;
  readonly httpStatus: number;
  /** Everything that the answer says. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(name: string, httpStatus: number, details: Readonly<Record<string, unknown>>) {
    const { message = details.Message } = details;
    super(typeof message === 'string' ? message : `${name} (HTTP ${httpStatus})`);
    this.name = name;
    this.httpStatus = httpStatus;
    this.details = details;
  }
}

/** The first try and two more: with the time limits of one try a call ends within about 10 s. */
const ATTEMPTS_MAX = 3;
/** The longest wait before the second try, in milliseconds; it doubles with every try. */
const BACKOFF_MS = 50;

/** Refusals that say nothing of the call itself. A server's fault (5xx) is another. */
const BUSY: ReadonlySet<string> = new Set([
  'KmsThrottled',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'RequestTimeout',
  'RequestTimeoutException',
  'RequestThrottled',
  'RequestThrottledException',
  'ThrottledException',
  'Throttling',
  'ThrottlingException',
  'TooManyRequestsException',
  'TransactionInProgressException',
]);

/** Makes calls of one service possible. */
export function createAwsClient(options: AwsClientOptions): AwsClient {
  const { service, clock, region, attemptsMax = ATTEMPTS_MAX } = options;
  const endpoint = new URL(options.endpoint ?? addressOf(service.name, region));
  const contentType = `application/x-amz-json-${service.jsonVersion}`;
  const signer = createAwsSigner({ ...options, service: service.name });
  const way = createAwsWay(endpoint, service.limits ?? AWS_TIME_LIMITS);

  const callOnce = async (operation: string, body: string) => {
    const target = `${service.targetPrefix}.${operation}`;
    const unsigned = { host: endpoint.host, contentType, target, body };
    // Signed afresh for each try: a signature grows old.
    const headers = signer.headers(unsigned, clock.now());
    const { httpStatus, text } = await way.send({ headers, body });
    const answer = fieldsOf(text);
    if (httpStatus === 200 && answer !== undefined) return answer;
    throw new AwsError(nameOf(answer, httpStatus), httpStatus, answer ?? {});
  };

  return {
    async call(operation, input) {
      const body = JSON.stringify(input);
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await callOnce(operation, body);
        } catch (error) {
          if (attempt >= attemptsMax || !isWorthRepeating(error)) throw error;
          // After a pause of the function all kept connections are likely to be gone together.
          if (error instanceof AwsFault && error.isStale) way.dropIdle();
          else await clock.sleep(options.random() * BACKOFF_MS * 2 ** (attempt - 1));
        }
      }
    },
    close: () => way.close(),
  };
}

function addressOf(service: string, region: string): string {
  const domain = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  return `https://${service}.${region}.${domain}`;
}

function isWorthRepeating(error: unknown): boolean {
  if (error instanceof AwsFault) return error.name !== 'AnswerTooLarge';
  return error instanceof AwsError && (error.httpStatus >= 500 || BUSY.has(error.name));
}

/** Names come as `com.amazonaws.dynamodb.v20120810#Name`. */
function nameOf(answer: Readonly<Record<string, unknown>> | undefined, httpStatus: number): string {
  const type = answer?.__type;
  if (typeof type !== 'string') return httpStatus === 200 ? 'UnreadableAnswer' : 'UnnamedError';
  return type.slice(type.lastIndexOf('#') + 1).split(':')[0] ?? type;
}

/** Undefined when the text is not a JSON object: then a proxy has answered, or half of it is missing. */
function fieldsOf(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isFields(value) ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
