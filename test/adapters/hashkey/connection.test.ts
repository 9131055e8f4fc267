import { createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createConnection } from '../../../lib/adapters/hashkey/connection.ts';
import { systemClock } from '../../../lib/adapters/system/clock.ts';
import { listen } from './listen.ts';
import { startLoopback } from './loopback.ts';
import { manualClock } from './manual-clock.ts';

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

function connect(changes: Partial<Parameters<typeof createConnection>[0]> = {}) {
  const settings = { keepAliveMs: 4_000, connectTimeoutMs: 500, socketsMax: 4 };
  const connection = createConnection({ clock: systemClock, ...settings, ...changes });
  cleanUps.push(() => connection.close());
  return connection;
}

function commandTo(url: string, changes: { timeoutMs?: number; sendBy?: number } = {}) {
  return {
    url: new URL(url),
    method: 'POST',
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    write: () => ({ path: '/order?a=1', form: 'b=2' }),
    timeoutMs: 1_000,
    sendBy: systemClock.now() + 5_000,
    ...changes,
  } as const;
}

function queryTo(url: string, timeoutMs = 1_000) {
  const write = () => ({ path: '/order' });
  return { url: new URL(url), method: 'GET', headers: {}, write, timeoutMs } as const;
}

async function loopback(...given: Parameters<typeof startLoopback>) {
  const server = await startLoopback(...given);
  cleanUps.push(server.stop);
  return server;
}

/** An answer is there a moment before Node takes its connection back. */
function connectionFreed(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** A server below HTTP. */
async function rawServer(onData: (socket: Socket, count: number) => void): Promise<string> {
  const sockets = new Set<Socket>();
  let count = 0;
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => sockets.delete(socket));
    socket.on('data', () => {
      count += 1;
      onData(socket, count);
    });
  });
  const port = await listen(server);
  cleanUps.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return `127.0.0.1:${port}`;
}

describe('a command that is answered', () => {
  it('gives status, body and times, and sends its form with its length', async () => {
    const server = await loopback((_, response) => response.writeHead(400).end('größe'));
    const end = await connect().command(commandTo(server.url));

    expect(end).toMatchObject({ kind: 'answer', httpStatus: 400, text: 'größe' });
    expect(server.received).toMatchObject([
      { method: 'POST', target: '/order?a=1', body: 'b=2', headers: { 'content-length': '3' } },
    ]);
  });

  it('leaves its connection for the next one', async () => {
    const server = await loopback((_, response) => response.end('{}'));
    const connection = connect();
    for (let calls = 0; calls < 3; calls += 1) {
      await connection.command(commandTo(server.url));
      await connectionFreed();
    }
    expect(server.connections()).toBe(1);
  });
});

describe('a connection that was idle too long by the clock', () => {
  it('is not used again, though no timer has closed it', async () => {
    const server = await loopback((_, response) => response.end('{}'));
    const clock = manualClock();
    const connection = connect({ clock, keepAliveMs: 60_000 });
    const command = () => commandTo(server.url, { sendBy: clock.now() + 1_000 });
    await connection.command(command());
    await connectionFreed();
    clock.step(60_001);
    expect(await connection.command(command())).toMatchObject({ kind: 'answer' });
    expect(server.connections()).toBe(2);
  });
});

describe('a command that cannot leave', () => {
  it('is not sent when the connection is refused', async () => {
    const server = await startLoopback(() => undefined);
    await server.stop();
    const end = await connect().command(commandTo(server.url));
    expect(end).toEqual({ kind: 'not-sent', errno: 'ECONNREFUSED' });
  });

  it('is not sent when the name is unknown', async () => {
    const end = await connect().command(commandTo('http://exchange.invalid'));
    expect(end.kind).toBe('not-sent');
  });

  it('is not sent when the connection cannot be secured', async () => {
    const address = await rawServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    const end = await connect().command(commandTo(`https://${address}`));
    expect(end.kind).toBe('not-sent');
  });

  it('is not sent when securing the connection takes too long', async () => {
    const address = await rawServer(() => undefined);
    const command = commandTo(`https://${address}`);
    const end = await connect({ connectTimeoutMs: 60 }).command(command);
    expect(end).toEqual({ kind: 'not-sent', errno: 'CONNECT_TIMEOUT' });
  });

  it('is not sent when all connections stay busy', async () => {
    const server = await loopback(() => undefined);
    const connection = connect({ connectTimeoutMs: 60, socketsMax: 1 });
    const first = connection.command(commandTo(server.url, { timeoutMs: 300 }));
    const second = await connection.command(commandTo(server.url));
    expect(second).toEqual({ kind: 'not-sent', errno: 'CONNECT_TIMEOUT' });
    expect(await first).toMatchObject({ kind: 'lost', errno: 'TIMEOUT' });
    expect(server.received).toHaveLength(1);
  });

  it('is not sent after its time', async () => {
    const server = await loopback((_, response) => response.end('{}'));
    const command = commandTo(server.url, { sendBy: systemClock.now() - 1 });
    const end = await connect().command(command);
    expect(end).toEqual({ kind: 'not-sent', errno: 'TOO_LATE' });
    expect(server.connections()).toBe(0);
  });

  it('is not sent when its time passes while it is connected', async () => {
    const server = await loopback((_, response) => response.end('{}'));
    const times = [10, 10, 11];
    const clock = { ...systemClock, now: () => times.shift() ?? 12 };
    const end = await connect({ clock }).command(commandTo(server.url, { sendBy: 10 }));
    expect(end).toEqual({ kind: 'not-sent', errno: 'TOO_LATE' });
    expect(server.received).toHaveLength(0);
  });

  it('is not sent when it cannot be written, and the fault of ours comes out', async () => {
    const server = await loopback((_, response) => response.end('{}'));
    const broken = () => {
      throw new RangeError('of ours');
    };
    const command = { ...commandTo(server.url), write: broken };
    await expect(connect().command(command)).rejects.toThrow('of ours');
    expect(server.received).toHaveLength(0);
  });
});

describe('a command that has left', () => {
  it('is lost when the connection is reset before the answer', async () => {
    const server = await loopback((_, response) => response.socket?.resetAndDestroy());
    const end = await connect().command(commandTo(server.url));
    expect(end).toMatchObject({ kind: 'lost', errno: 'ECONNRESET' });
    expect(server.received).toHaveLength(1);
  });

  it('is lost, and not repeated, when a kept connection is reset', async () => {
    const server = await loopback((_, response) => {
      if (server.received.length > 1) response.socket?.resetAndDestroy();
      else response.end('{}');
    });
    const connection = connect();
    await connection.command(commandTo(server.url));
    await connectionFreed();
    const end = await connection.command(commandTo(server.url));

    expect(end).toMatchObject({ kind: 'lost', errno: 'ECONNRESET' });
    expect(server.connections()).toBe(1);
    expect(server.received).toHaveLength(2);
  });

  it('is lost when the answer does not come in time, and its connection is given up', async () => {
    let closed = false;
    const server = await loopback((_, response) => {
      if (server.received.length > 1) response.end('{}');
      response.on('close', () => {
        closed = true;
      });
    });
    const connection = connect();
    const end = await connection.command(commandTo(server.url, { timeoutMs: 60 }));
    expect(end).toMatchObject({ kind: 'lost', errno: 'TIMEOUT' });

    expect(await connection.command(commandTo(server.url))).toMatchObject({ kind: 'answer' });
    expect(server.connections()).toBe(2);
    expect(closed).toBe(true);
  });

  it('is lost when the answer drips beyond its time', async () => {
    const server = await loopback((_, response) => {
      const drip = setInterval(() => response.write(' '), 10);
      response.on('close', () => clearInterval(drip));
    });
    const end = await connect().command(commandTo(server.url, { timeoutMs: 80 }));
    expect(end).toMatchObject({ kind: 'lost', errno: 'TIMEOUT' });
  });

  it.each([
    ['breaks off', 'HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{"orderId":"1"}'],
    ['breaks off in chunks', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"a":\r\n'],
    ['is no HTTP', 'hello\r\n\r\n'],
    ['is empty', ''],
    ['has endless headers', `HTTP/1.1 200 OK\r\nX: ${'x'.repeat(40_000)}\r\n\r\n`],
  ])('is lost when the answer %s', async (_, bytes) => {
    const address = await rawServer((socket) => socket.end(bytes));
    const end = await connect().command(commandTo(`http://${address}`));
    expect(end.kind).toBe('lost');
  });

  it('is lost when the answer is too large', async () => {
    const server = await loopback((_, response) => response.end('x'.repeat(1_048_577)));
    const end = await connect().command(commandTo(server.url));
    expect(end).toMatchObject({ kind: 'lost', errno: 'BODY_TOO_LARGE' });
  });
});

describe('an answer that nobody asked for', () => {
  it('is never taken for the next one', async () => {
    const asked = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}';
    const stray = 'HTTP/1.1 400 X\r\nContent-Length: 2\r\n\r\n{}';
    const address = await rawServer((socket, count) => {
      socket.write(count === 1 ? `${asked}${stray}` : asked);
    });
    const connection = connect();
    await connection.command(commandTo(`http://${address}`));
    const end = await connection.command(commandTo(`http://${address}`));
    expect(end).toMatchObject({ kind: 'answer', httpStatus: 200 });
  });
});

describe('a query', () => {
  it('does not tell whether it left', async () => {
    const server = await loopback((_, response) => response.socket?.resetAndDestroy());
    const end = await connect().query(queryTo(server.url));
    expect(end).toEqual({ kind: 'no-answer', errno: 'ECONNRESET' });
    expect(server.received).toHaveLength(1);
  });

  it('has one limit for connection and answer', async () => {
    const address = await rawServer(() => undefined);
    const end = await connect().query(queryTo(`https://${address}`, 60));
    expect(end).toEqual({ kind: 'no-answer', errno: 'CONNECT_TIMEOUT' });
  });

  it('sends neither body nor length', async () => {
    const server = await loopback((_, response) => response.end('[]'));
    expect(await connect().query(queryTo(server.url))).toMatchObject({ text: '[]' });
    expect(server.received[0]?.headers['content-length']).toBeUndefined();
    expect(server.received[0]?.headers['transfer-encoding']).toBeUndefined();
  });
});
