import { decode, type RouteMatch } from './match-route.ts';

/** One HTTP request, its body read. */
export type GatewayRequest = {
  readonly method: string;
  /** As in the request line: path and query, not decoded. */
  readonly target: string;
  readonly httpVersion: string;
  /** Lower-case names, each with all its values. */
  readonly headers: Readonly<Record<string, readonly string[]>>;
  readonly body: Buffer;
  readonly sourceIp: string;
};

export type GatewayIdentity = {
  readonly accountId: string;
  readonly apiId: string;
  readonly domainName: string;
  readonly port: number;
};

/** The API Gateway event of payload format 2.0. */
export type GatewayEvent = {
  readonly version: '2.0';
  readonly routeKey: string;
  readonly rawPath: string;
  readonly rawQueryString: string;
  readonly cookies?: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
  readonly queryStringParameters?: Readonly<Record<string, string>>;
  readonly pathParameters?: Readonly<Record<string, string>>;
  readonly requestContext: Readonly<Record<string, unknown>>;
  readonly body?: string;
  readonly isBase64Encoded: boolean;
};

/** Builds the event of a request. */
export function requestEvent(
  request: GatewayRequest,
  match: RouteMatch,
  context: { readonly identity: GatewayIdentity; readonly requestId: string; readonly now: number },
): GatewayEvent {
  const [rawPath, rawQueryString] = splitTarget(request.target);
  const { cookie, ...headers } = request.headers;
  const query = queryParameters(rawQueryString);
  const cookies = cookie?.join('; ').split(/;\s*/);
  const isText = isTextBody(request);

  return {
    version: '2.0',
    routeKey: match.route.routeKey,
    rawPath,
    rawQueryString,
    ...(cookies !== undefined && { cookies }),
    headers: { ...joinHeaders(headers), ...forwarded(request, context.identity) },
    ...(query !== undefined && { queryStringParameters: query }),
    ...(match.pathParameters !== undefined && { pathParameters: match.pathParameters }),
    requestContext: requestContext(request, match, context),
    ...(request.body.length > 0 && { body: request.body.toString(isText ? 'utf8' : 'base64') }),
    isBase64Encoded: !isText,
  };
}

/** Splits a request target into its path and its query. */
export function splitTarget(target: string): [path: string, query: string] {
  const mark = target.indexOf('?');
  return mark < 0 ? [target, ''] : [target.slice(0, mark), target.slice(mark + 1)];
}

function requestContext(
  request: GatewayRequest,
  match: RouteMatch,
  context: Parameters<typeof requestEvent>[2],
): Record<string, unknown> {
  const { accountId, apiId, domainName } = context.identity;
  const isSigned = match.route.authorizationType === 'AWS_IAM';
  return {
    accountId,
    apiId,
    ...(isSigned && { authorizer: { iam: localCaller(accountId) } }),
    domainName,
    domainPrefix: domainName.split('.')[0],
    http: {
      method: request.method,
      path: splitTarget(request.target)[0],
      protocol: `HTTP/${request.httpVersion}`,
      sourceIp: request.sourceIp,
      userAgent: request.headers['user-agent']?.join(',') ?? '',
    },
    requestId: context.requestId,
    routeKey: match.route.routeKey,
    stage: '$default',
    time: accessLogTime(context.now),
    timeEpoch: context.now,
  };
}

/** Whoever can reach this machine's loopback counts as the account's root. */
function localCaller(accountId: string): Record<string, unknown> {
  return {
    accessKey: 'local',
    accountId,
    callerId: accountId,
    cognitoIdentity: null,
    principalOrgId: null,
    userArn: `arn:aws:iam::${accountId}:root`,
    userId: accountId,
  };
}

function joinHeaders(headers: Readonly<Record<string, readonly string[]>>): Record<string, string> {
  const entries = Object.entries(headers).map(([name, values]) => [name, values.join(',')]);
  return Object.fromEntries(entries);
}

function forwarded(
  { headers, sourceIp }: GatewayRequest,
  { port }: GatewayIdentity,
): Record<string, string> {
  return {
    'x-forwarded-for': [...(headers['x-forwarded-for'] ?? []), sourceIp].join(', '),
    'x-forwarded-port': String(port),
    'x-forwarded-proto': 'http',
  };
}

function queryParameters(rawQueryString: string): Record<string, string> | undefined {
  if (rawQueryString === '') return undefined;
  const parameters = new Map<string, string>();
  for (const pair of rawQueryString.split('&')) {
    const [name = '', value = ''] = pair
      .split(/=(.*)/s)
      .map((text) => decode(text.replaceAll('+', ' ')));
    const earlier = parameters.get(name);
    parameters.set(name, earlier === undefined ? value : `${earlier},${value}`);
  }
  return Object.fromEntries(parameters);
}

/**
 * Text goes to the function as it is, anything else in base64. Text that is not valid UTF-8 counts
 * as anything else: a signature over the raw bytes must still verify.
 */
function isTextBody({ headers, body }: GatewayRequest): boolean {
  if (body.length === 0) return true;
  if (headers['content-encoding'] !== undefined) return false;
  const type = headers['content-type']?.[0]?.split(';')[0]?.trim().toLowerCase() ?? 'text/plain';
  const isTextType =
    type.startsWith('text/') || /^application\/(.+\+)?(json|xml|javascript)$/.test(type);
  return isTextType && body.equals(Buffer.from(body.toString('utf8')));
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `12/Mar/2020:19:03:58 +0000` */
function accessLogTime(now: number): string {
  const [date = '', time = ''] = new Date(now).toISOString().split('T');
  const [year, month, day] = date.split('-');
  return `${day}/${MONTHS[Number(month) - 1]}/${year}:${time.slice(0, 8)} +0000`;
}
