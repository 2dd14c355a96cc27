/**
 * The TCP side: no authentication, 127.0.0.1 alone. Requests of one connection are executed and answered in order;
 * requests of one turn of the event loop share one commit, and every reply of that turn waits for it.
 *
 * Bounds: a connection is not read from while it owes its client more than 16 MB of replies, whether they wait for a
 * commit or for the client to read; an unfinished request takes at most 48 MB; at most 1,000 connections, the next is
 * closed at once. A malformed frame closes its own connection. A failing store throws out of here: the process must
 * end, and what was not committed was not answered either.
 */
import { createServer, type Server, type Socket } from "node:net";
import { answer, type Services } from "./dispatch.ts";
import { decodeMessage, encodeMessage, FrameReader, type Message, ProtocolError } from "./wire-protocol.ts";

const maxOwedBytes = 16_777_216;
const maxConnections = 1000;

export function createWireServer(services: Services): Server {
  const { store } = services.database;
  const afterCommit: (() => void)[] = [];
  let replyId = 0;

  function commit(): void {
    store.commit();
    for (const send of afterCommit.splice(0)) send();
  }

  function whenCommitted(send: () => void): void {
    if (!store.dirty && afterCommit.length === 0) return send();
    if (afterCommit.push(send) === 1) setImmediate(commit);
  }

  function serve(socket: Socket): void {
    const reader = new FrameReader();
    let waiting = 0;
    const isOwing = () => waiting + socket.writableLength > maxOwedBytes;

    function pump(): void {
      for (let message = next(); message; message = next()) {
        replyId = (replyId + 1) & 0x7fffffff;
        const bytes = encodeMessage(message, answer(message.command, services), replyId);
        const size = message.silent ? 0 : bytes.length;
        waiting += size;
        whenCommitted(() => {
          waiting -= size;
          if (size > 0 && socket.writable) socket.write(bytes);
        });
      }
      if (!isOwing()) return void socket.resume();
      socket.pause();
      if (waiting > 0) whenCommitted(() => !isOwing() && pump());
    }

    function next(): Message | undefined {
      if (socket.destroyed || isOwing()) return undefined;
      try {
        const frame = reader.next();
        return frame && decodeMessage(frame);
      } catch (error) {
        if (!(error instanceof ProtocolError)) throw error;
        socket.destroy();
      }
    }

    socket.setNoDelay(true);
    socket.on("data", (chunk) => {
      reader.push(chunk);
      pump();
    });
    socket.on("drain", pump);
    socket.on("error", () => socket.destroy());
  }

  const server = createServer(serve);
  server.maxConnections = maxConnections;
  return server;
}
