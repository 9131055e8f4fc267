import { createServer, type IncomingMessage } from 'node:http';
import { ResultNotAuthenticError, verifyResult } from '../index.ts';

const secret = process.env.RESULTS_SECRET ?? '';
const seen = new Set<string>(); // of a real receiver: a table, written with what you do

const server = createServer((request, response) => {
  receive(request).then(
    () => response.writeHead(204).end(),
    (error) => response.writeHead(error instanceof ResultNotAuthenticError ? 401 : 500).end(),
  );
});
server.listen(Number(process.env.PORT ?? 8070), '127.0.0.1', () => console.log('listening'));

async function receive(request: IncomingMessage) {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const { id, type, event } = verifyResult(Buffer.concat(chunks), request.headers, secret);
  if (!seen.has(id)) console.log(type, event.clientOrderId, event.status);
  seen.add(id);
}
