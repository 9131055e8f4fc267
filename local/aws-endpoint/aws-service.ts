import type * as z from 'zod/mini';

/** One call as a local service sees it. */
export interface AwsRequest {
  /** The header `x-amz-target`: `AmazonSQS.SendMessage`. */
  readonly target: string;
  /** The target's last part: `SendMessage`. */
  readonly operation: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The request body as UTF-8 text. */
  readonly body: string;
  /** Where the endpoint listens, without a trailing slash: `http://127.0.0.1:4566`. */
  readonly baseUrl: string;
  /** Aborts when the client has gone before its answer. */
  readonly signal?: AbortSignal | undefined;
}

/** What a local service answers. */
export interface AwsResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** One AWS service of the local stack. */
export interface AwsService {
  handle(request: AwsRequest): Promise<AwsResponse>;
}

/** The wall clock, in Unix milliseconds. */
export interface WallClock {
  now(): number;
}

/** The region and the account that ARNs name. */
export interface AwsIdentity {
  readonly region: string;
  readonly accountId: string;
}

export const LOCAL_IDENTITY: AwsIdentity = { region: 'us-east-1', accountId: '000000000000' };

/** A refusal that an SDK client sees as an exception of this name. */
export class AwsError extends Error {
  readonly code: string;
  readonly status: number;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    code: string,
    message: string,
    options: {
      readonly status?: number;
      readonly details?: Readonly<Record<string, unknown>>;
    } = {},
  ) {
    super(message);
    this.name = 'AwsError';
    this.code = code;
    this.status = options.status ?? 400;
    this.details = options.details ?? {};
  }
}

/** The two versions of the AWS JSON protocol. */
export type JsonVersion = '1.0' | '1.1';

/** Builds a JSON answer. */
export function jsonAnswer(version: JsonVersion, body: unknown, status = 200): AwsResponse {
  const headers = { 'content-type': `application/x-amz-json-${version}` };
  return { status, headers, body: JSON.stringify(body) };
}

/** Builds the answer for a refusal; anything but an `AwsError` is a fault of the local stack itself. */
export function errorAnswer(version: JsonVersion, error: unknown): AwsResponse {
  if (error instanceof AwsError) {
    const body = { ...error.details, __type: error.code, message: error.message };
    return jsonAnswer(version, body, error.status);
  }
  const message = error instanceof Error ? error.message : String(error);
  return jsonAnswer(version, { __type: 'InternalFailure', message }, 500);
}

/** Parses a request body, or refuses it with the service's own name for a bad parameter. */
export function parseBody<T>(schema: z.ZodMiniType<T>, body: string, code: string): T {
  const parsed = schema.safeParse(parseJson(body));
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new AwsError(code, `The request is not valid: ${problems.join('; ')}.`);
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body === '' ? '{}' : body);
  } catch (cause) {
    // The parser's own message quotes the body, which may hold a secret.
    if (!(cause instanceof SyntaxError)) throw cause;
    throw new AwsError('SerializationException', 'The request body is not JSON.');
  }
}
