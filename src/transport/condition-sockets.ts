/**
 * Puts a worse network before every WebSocket of a server: see `network-conditioner.ts`. Messages and pings, in both
 * directions; the closing handshake goes as it is. Closing hurries what waits to be sent, an end without
 * good-bye forgets it.
 */
import type { EventEmitter } from "node:events";
import type { LinkConditioner } from "./network-conditioner.ts";

/** A `ws` socket, as far as it is touched. */
interface Socket extends EventEmitter {
  send(data: unknown, options?: unknown, done?: (error?: Error) => void): void;
  ping(...parts: unknown[]): void;
  close(...reason: unknown[]): void;
  readonly readyState: number;
}

const OPEN = 1;

/**
 * Call it before anything else listens for connections.
 * @param conditioner for each connection anew.
 */
export function conditionSockets(server: EventEmitter, conditioner: () => LinkConditioner): void {
  server.prependListener("connection", (socket: Socket) => conditionSocket(socket, conditioner()));
}

function conditionSocket(socket: Socket, conditioner: LinkConditioner): void {
  const emit = socket.emit.bind(socket);
  const send = socket.send.bind(socket);
  const ping = socket.ping.bind(socket);
  const close = socket.close.bind(socket);
  const outbound = conditioner.stream<() => void>((deliver) => {
    if (socket.readyState === OPEN) deliver();
  });
  const inbound = conditioner.stream<[string, ...unknown[]]>((event) => {
    emit(...event);
  });
  socket.emit = (event: string | symbol, ...parts: unknown[]): boolean => {
    if (event === "message" || event === "pong") {
      inbound.send([event, ...parts]);
      return true;
    }
    if (event === "close") {
      outbound.cut();
      inbound.cut();
    }
    return emit(event, ...parts);
  };
  socket.send = (data, options, done) => {
    // What is sent later must not have changed until then.
    const kept = data instanceof Uint8Array ? Buffer.from(data) : data;
    outbound.send(() => send(kept, options));
    done?.();
  };
  socket.ping = (...parts) => outbound.send(() => ping(...parts));
  socket.close = (...reason) => {
    outbound.hurry();
    close(...reason);
  };
}
