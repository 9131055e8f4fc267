import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * Stops when a port of this machine is taken.
 *
 * @throws Error in one line that names the port and the option to change it with
 */
export async function assertPortFree(port: number, option: string): Promise<void> {
  const server = createServer();
  server.listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (error) {
    throw new Error(`Port ${port} on 127.0.0.1 is already in use. Choose another with ${option}.`, {
      cause: error,
    });
  }
  const closed = once(server, 'close');
  server.close();
  await closed;
}
