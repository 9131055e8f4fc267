import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createSqs, type Sqs } from './create-sqs.ts';
import { errorAnswer, type SqsResponse } from './handle-request.ts';
import { REQUEST_BYTES_MAX } from './limits.ts';
import { SqsError } from './sqs-error.ts';
import { systemClock } from './system.ts';

const HOST = '127.0.0.1';

/** Serves queues, and nothing else, on a port of this machine; port 0 takes a free one. */
export async function serveSqs(options: {
  port: number;
  file: string;
}): Promise<{ baseUrl: string; sqs: Sqs; http: Server; close(): Promise<void> }> {
  let baseUrl = '';
  const sqs = createSqs({ file: options.file, clock: systemClock, baseUrl: () => baseUrl });
  const server = createServer((request, response) => {
    void respond(sqs, request, response);
  });
  server.listen(options.port, HOST);
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : options.port;
  baseUrl = `http://${HOST}:${port}`;

  const close = async () => {
    const closed = once(server, 'close');
    server.close();
    sqs.close();
    server.closeIdleConnections();
    await closed;
  };
  return { baseUrl, sqs, http: server, close };
}

async function respond(sqs: Sqs, request: IncomingMessage, response: ServerResponse) {
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  const answer = await answerOf(sqs, request, gone.signal);
  response.writeHead(answer.status, answer.headers).end(answer.body);
}

async function answerOf(
  sqs: Sqs,
  request: IncomingMessage,
  signal: AbortSignal,
): Promise<SqsResponse> {
  try {
    const body = await readBody(request);
    return await sqs.handle({ target: String(request.headers['x-amz-target']), body, signal });
  } catch (error) {
    if (error instanceof SqsError) return errorAnswer(error);
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    return errorAnswer(new SqsError('InternalFailure', 'The request could not be processed.'));
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    const part = Buffer.from(chunk);
    bytes += part.length;
    if (bytes > REQUEST_BYTES_MAX) {
      throw new SqsError(
        'SerializationException',
        `A body has at most ${REQUEST_BYTES_MAX} bytes.`,
      );
    }
    chunks.push(part);
  }
  return Buffer.concat(chunks).toString();
}
