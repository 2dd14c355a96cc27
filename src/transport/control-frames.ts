/**
 * Cuts off sockets that flood with what no room sees: WebSocket pings and pongs, and messages on a socket that came for no
 * room (Colyseus answers them with a ping of its own). Counted by windows of one second, so that at a window's edge up to
 * twice the limit may pass. Messages to a room are counted there (`guard-room.ts`).
 */
import type { EventEmitter } from "node:events";
import type { IncomingMessage } from "node:http";

const WINDOW_MS = 1000;

interface FloodedSocket extends EventEmitter {
  terminate(): void;
}

/** @param mostPerSecond of such frames, from one socket. */
export function limitControlFrames(server: EventEmitter, mostPerSecond: number): void {
  server.on("connection", (socket: FloodedSocket, request: IncomingMessage) => {
    let windowEnds = 0;
    let frames = 0;
    const count = (): void => {
      const now = performance.now();
      if (now >= windowEnds) {
        windowEnds = now + WINDOW_MS;
        frames = 0;
      }
      frames += 1;
      if (frames > mostPerSecond) socket.terminate();
    };
    socket.on("ping", count);
    socket.on("pong", count);
    if (!request.url?.includes("sessionId=")) socket.on("message", count);
  });
}
