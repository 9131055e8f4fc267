import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

const HOST = '127.0.0.1';

/** A way to a server that can be slow or cut. */
export interface TcpProxy {
  readonly port: number;
  /** Breaks every connection and refuses new ones until `restore`. */
  cut(): void;
  restore(): void;
}

/**
 * Starts a proxy on loopback.
 *
 * @param lateByMs - asked for every piece that a client sends; without pipelining that is a request
 */
export async function startTcpProxy(
  targetPort: number,
  lateByMs: () => number = () => 0,
): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  let isCut = false;
  const server = createServer({ noDelay: true }, (client) => {
    if (isCut) {
      client.resetAndDestroy();
      return;
    }
    const target = connect({ port: targetPort, host: HOST, noDelay: true });
    join(client, target, lateByMs);
    for (const socket of [client, target]) {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
    }
  });
  server.listen(0, HOST);
  await once(server, 'listening');
  return {
    port: portOf(server),
    cut() {
      isCut = true;
      for (const socket of sockets) socket.resetAndDestroy();
    },
    restore() {
      isCut = false;
    },
  };
}

/** The port that a server on loopback got. */
export function portOf(server: Pick<Server, 'address'>): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

function join(client: Socket, target: Socket, lateByMs: () => number): void {
  // Pieces stay in order: one waits for the one before it.
  let before = Promise.resolve();
  client.on('data', (piece: Buffer) => {
    const waitMs = lateByMs();
    if (waitMs === 0) {
      void before.then(() => target.write(piece));
      return;
    }
    const late = new Promise<void>((resolve) => setTimeout(resolve, waitMs));
    before = before.then(() => late);
    void before.then(() => target.write(piece));
  });
  target.on('data', (piece: Buffer) => client.write(piece));
  for (const [one, other] of [
    [client, target],
    [target, client],
  ] as const) {
    one.on('close', () => other.destroy());
    // The close that follows says all there is to know.
    one.on('error', () => one.destroy());
  }
}
