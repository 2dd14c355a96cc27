/**
 * Answers of more than Node buffers by itself (64 KiB), for the router's routes. Its writer waits for "drain" when `write`
 * says that the buffer is full, and never ends the answer after that (@colyseus/better-call 1.3.3, `setResponse`): the
 * caller would wait for ever. An answer of the router is in memory as a whole in any case, so its `write` says that there
 * is room. Other routes, files among them, keep their back-pressure.
 */
import type { IncomingMessage, Server, ServerResponse } from "node:http";

/**
 * Call before the requests are guarded.
 * @param isRouted whether the router answers this, by method and path.
 */
export function endWholeAnswers(server: Server, isRouted: (method: string, path: string) => boolean): void {
  server.prependListener("request", ({ method, url }: IncomingMessage, response: ServerResponse) => {
    const [path = ""] = (url ?? "").split("?");
    if (!isRouted(method ?? "", path)) return;
    const write = response.write.bind(response) as (...given: unknown[]) => boolean;
    response.write = (...given: unknown[]): boolean => {
      write(...given);
      return true;
    };
  });
}
