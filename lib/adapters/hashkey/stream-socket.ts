/** What an open or opening socket of a stream can do. */
export interface StreamSocket {
  send(text: string): void;
  /** Closes it in good order, however far it has come. */
  close(): void;
}

/** What a socket tells of itself. After `closed` it tells nothing more. */
export interface StreamSocketEvents {
  readonly opened: () => void;
  /** @param data - a text, or something of a kind that the exchange does not send */
  readonly heard: (data: unknown) => void;
  /** @param code - the close code, or `ERROR` */
  readonly closed: (code: string) => void;
}

/** Opens a socket. */
export type OpenStreamSocket = (url: URL, events: StreamSocketEvents) => StreamSocket;

/** Closed by us: nothing is wrong. */
const CLOSE_NORMAL = 1_000;

/** Opens a socket with Node's own WebSocket. */
export const openStreamSocket: OpenStreamSocket = (url, events) => {
  const socket = new WebSocket(url);
  socket.addEventListener('open', events.opened);
  socket.addEventListener('error', () => events.closed('ERROR'));
  socket.addEventListener('close', ({ code }) => events.closed(String(code)));
  socket.addEventListener('message', ({ data }) => events.heard(data));
  return {
    send: (text) => socket.send(text),
    close() {
      if (socket.readyState <= WebSocket.OPEN) socket.close(CLOSE_NORMAL);
    },
  };
};
