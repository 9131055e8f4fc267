import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { AwsV4Signer } from 'aws4fetch';
import * as z from 'zod/mini';
import { type AwsCredentials, OrdersApiError, OrdersClient } from '../../client/index.ts';
import { serviceAt } from '../../console/server/call-service.ts';
import { ACCOUNT_ID, type Emulator, REGION, SECRET_KEY, startEmulator } from './emulator.ts';
import { expected, type Fact } from './facts.ts';

/** Characters that signers disagree about when one of them is wrong. */
const CURSOR = 'a/b+c=d e*f~g';

/**
 * Whether an API Gateway that checks signatures takes those of the command line's client and of the
 * console. The gateway is one by another hand, with nothing of the service behind it.
 */
export async function signatureFacts(): Promise<readonly Fact[]> {
  const backend = await startBackend();
  const emulator = await startEmulator({ checksSignatures: true });
  try {
    const baseUrl = await gatewayTo(emulator, backend.url);
    const session = await callerOf(emulator);
    const wrong = { ...session, secretAccessKey: `${session.secretAccessKey}x` };
    const auth = (credentials: AwsCredentials) =>
      ({ kind: 'iam', region: REGION, credentials: async () => credentials }) as const;
    const client = (caller: AwsCredentials) => new OrdersClient({ baseUrl, auth: auth(caller) });
    const service = (caller: AwsCredentials) => serviceAt(baseUrl, auth(caller));
    const list = { accountId: 'desk-1', cursor: CURSOR };
    const page = { method: 'GET', path: '/v1/orders', query: list } as const;
    const halt = {
      method: 'PUT',
      path: '/v1/accounts/desk-1/halt',
      body: '{"halted":true,"reason":"é"}',
    } as const;
    const statusOf = (call: Promise<unknown>) =>
      call.then(
        () => 200,
        (error: unknown) => (error instanceof OrdersApiError ? error.status : 0),
      );
    return [
      expected(
        'a gateway that checks signatures takes those of the client',
        await statusOf(client(session).list(list)),
        200,
      ),
      expected('one of another secret is refused', await statusOf(client(wrong).list(list)), 403),
      expected('it takes those of the console', (await service(session)(page)).status, 200),
      expected('it takes that of a halt', (await service(session)(halt)).status, 200),
      expected('one of another secret is refused, too', (await service(wrong)(halt)).status, 403),
      expected('only what was signed well came through', backend.seen.length, 3),
    ];
  } finally {
    await emulator.stop();
    backend.close();
  }
}

/** Answers whatever comes with an empty list, and remembers it. */
async function startBackend() {
  const seen: string[] = [];
  const server = createServer((request: IncomingMessage, response) => {
    void text(request).then((body) => {
      seen.push(`${request.method} ${request.url} ${body}`);
      response.setHeader('content-type', 'application/json');
      response.end('{"orders":[]}');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The backend has no port.');
  return {
    url: `http://127.0.0.1:${address.port}`,
    seen,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** A role that may call every API, and a session of it: what a person at a desk has. */
async function callerOf(emulator: Emulator): Promise<AwsCredentials> {
  const allow = (what: object) =>
    JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...what }] });
  const RoleName = 'desk';
  const ask = (service: 'iam' | 'sts', fields: Readonly<Record<string, string>>) =>
    asRoot(emulator, {
      service,
      path: '/',
      contentType: 'application/x-www-form-urlencoded',
      body: new URLSearchParams(fields).toString(),
    });
  const trust = { Principal: { AWS: `arn:aws:iam::${ACCOUNT_ID}:root` }, Action: 'sts:AssumeRole' };
  await ask('iam', {
    ...{ Action: 'CreateRole', Version: '2010-05-08', RoleName },
    AssumeRolePolicyDocument: allow(trust),
  });
  await ask('iam', {
    ...{ Action: 'PutRolePolicy', Version: '2010-05-08', RoleName, PolicyName: 'calls' },
    PolicyDocument: allow({ Action: 'execute-api:Invoke', Resource: '*' }),
  });
  const session = await ask('sts', {
    ...{ Action: 'AssumeRole', Version: '2011-06-15', RoleSessionName: 'person' },
    RoleArn: `arn:aws:iam::${ACCOUNT_ID}:role/${RoleName}`,
  });
  const member = (name: string) => {
    const value = new RegExp(`<${name}>([^<]+)<`).exec(session)?.[1];
    if (value === undefined) throw new Error(`AssumeRole gave no ${name}.`);
    return value;
  };
  return {
    accessKeyId: member('AccessKeyId'),
    secretAccessKey: member('SecretAccessKey'),
    sessionToken: member('SessionToken'),
  };
}

/** Makes an HTTP API whose every route asks for IAM. */
async function gatewayTo(emulator: Emulator, backend: string): Promise<string> {
  const made = async (path: string, value: object): Promise<unknown> =>
    JSON.parse(
      await asRoot(emulator, {
        service: 'apigateway',
        path: `/v2/apis${path}`,
        contentType: 'application/json',
        body: JSON.stringify(value),
      }),
    );
  const api = { name: 'signatures', protocolType: 'HTTP' };
  const { apiId } = z.object({ apiId: z.string() }).parse(await made('', api));
  const integration = {
    integrationType: 'HTTP_PROXY',
    integrationMethod: 'ANY',
    integrationUri: `${backend}/{proxy}`,
    payloadFormatVersion: '1.0',
  };
  const { integrationId } = z
    .object({ integrationId: z.string() })
    .parse(await made(`/${apiId}/integrations`, integration));
  await made(`/${apiId}/routes`, {
    routeKey: 'ANY /{proxy+}',
    target: `integrations/${integrationId}`,
    authorizationType: 'AWS_IAM',
  });
  await made(`/${apiId}/stages`, { stageName: '$default', autoDeploy: true });
  return `${emulator.url}/_aws/execute-api/${apiId}`;
}

/** One call of AWS's own API by the owner of the account. */
async function asRoot(
  { url }: Emulator,
  call: {
    readonly service: string;
    readonly path: string;
    readonly contentType: string;
    readonly body: string;
  },
): Promise<string> {
  const { service, path, contentType, body } = call;
  const signer = new AwsV4Signer({
    method: 'POST',
    url: `${url}${path}`,
    headers: { 'content-type': contentType },
    body,
    service,
    region: REGION,
    accessKeyId: ACCOUNT_ID,
    secretAccessKey: SECRET_KEY,
  });
  const { headers } = await signer.sign();
  const answer = await fetch(`${url}${path}`, { method: 'POST', headers, body });
  const said = await answer.text();
  if (!answer.ok) throw new Error(`${service} ${path}: ${answer.status} ${said}`);
  return said;
}
