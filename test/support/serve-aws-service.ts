import { once } from 'node:events';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import type { AwsService } from '../../local/aws-endpoint/aws-service.ts';

/** Puts one local AWS service behind a socket, for a real SDK client. */
export async function serveAwsService(
  service: AwsService,
): Promise<{ readonly endpoint: string; close(): Promise<void> }> {
  let endpoint = '';
  const server = createServer((request, response) => {
    const target = String(request.headers['x-amz-target']);
    const [, operation = ''] = target.split('.');
    void text(request)
      .then((body) => service.handle({ target, operation, headers: {}, body, baseUrl: endpoint }))
      .then((answer) => response.writeHead(answer.status, answer.headers).end(answer.body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  endpoint = `http://127.0.0.1:${port}`;

  return {
    endpoint,
    async close() {
      const closed = once(server, 'close');
      server.close();
      await closed;
    },
  };
}
