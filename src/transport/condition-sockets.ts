/**
 * Puts a worse network before every WebSocket of a server: see `network-conditioner.ts`. Messages only, in both
 * directions; pings and the closing handshake go as they are. Closing hurries what waits to be sent, an end without
 * good-bye forgets it.
 */
import type { EventEmitter } from "node:events";
import type { LinkConditioner } from "./network-conditioner.ts";

/** A `ws` socket, as far as it is touched. */
interface Socket extends EventEmitter {
  send(data: unknown, options?: unknown, done?: (error?: Error) => void): void;
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
  const close = socket.close.bind(socket);
  const outbound = conditioner.stream<unknown[]>((frame) => {
    if (socket.readyState === OPEN) send(...(frame as [unknown]));
  });
  const inbound = conditioner.stream<unknown[]>((event) => {
    emit("message", ...event);
  });
  socket.emit = (event: string | symbol, ...parts: unknown[]): boolean => {
    if (event === "message") {
      inbound.send(parts);
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
    outbound.send([data instanceof Uint8Array ? Buffer.from(data) : data, options]);
    done?.();
  };
  socket.close = (...reason) => {
    outbound.hurry();
    close(...reason);
  };
}
