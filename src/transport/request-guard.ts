/**
 * Stands before every HTTP request, Colyseus' matchmaking included (Express middleware never sees that): refuses
 * foreign origins, and reads bodies itself, bounded in size and time, so that nothing behind it buffers without end.
 * What it lets through carries its parsed JSON object in `request.body`.
 */
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { ERRORS, type ErrorCode, errorBody } from "../errors.ts";
import { addressKey, clientAddress } from "./client-address.ts";
import { isOriginAllowed, type OriginRules } from "./origins.ts";

export interface RequestGuardOptions {
  origins: OriginRules;
  bodyBytes: number;
  bodyTimeoutMs: number;
  /** Proxies in front of this server whose X-Forwarded-For entries are believed. */
  trustedProxyHops: number;
  /** Whether an address may send one more request to these paths now. */
  limits: readonly { prefix: string; admit: (address: string) => boolean }[];
  /** Whether seats can be given now. */
  mayMatchmake: () => boolean;
  /** Told of every request that was refused for one of these two reasons. */
  turnedAway: (path: string, code: ErrorCode) => void;
}

const MATCHMAKE = "/matchmake/";

type Listener = (request: IncomingMessage, response: ServerResponse) => void;
type Body = { ok: true; value: object } | { ok: false; code: ErrorCode };

/** What the HTTP server itself needs, so that a request's head, an upgrade's too, arrives as soon as a body has to. */
export function headLimits(timeoutMs: number): {
  headersTimeout: number;
  connectionsCheckingInterval: number;
} {
  return { headersTimeout: timeoutMs, connectionsCheckingInterval: Math.min(timeoutMs, 1000) };
}

/** Call once, after everything else has registered its "request" listeners. */
export function guardRequests(server: Server, options: RequestGuardOptions): void {
  const listeners = server.listeners("request") as Listener[];
  server.removeAllListeners("request");
  server.on("request", (request: IncomingMessage & { body?: object }, response) => {
    const pass = (): void => {
      for (const listener of listeners) listener.call(server, request, response);
    };
    const { host, origin } = request.headers;
    // Colyseus builds a URL from these, and an exception there would leave the request without an answer.
    if (!/^https?$/.test(String(request.headers["x-forwarded-proto"] ?? "http")))
      delete request.headers["x-forwarded-proto"];
    if (host !== undefined && !URL.canParse(`http://${host}${request.url}`)) {
      refuse(request, response, "request_malformed");
      return;
    }
    if (!isOriginAllowed(options.origins, origin, host)) {
      refuse(request, response, "origin_refused");
      return;
    }
    // A page that may call must also be able to read why it was refused.
    if (origin !== undefined) response.setHeader("Access-Control-Allow-Origin", origin);
    const turnAway = (code: ErrorCode, retrySeconds: string): void => {
      response.setHeader("Retry-After", retrySeconds);
      options.turnedAway(request.url ?? "", code);
      refuse(request, response, code);
    };
    if (isLimited(request, options)) {
      turnAway("rate_limited", "60");
    } else if (request.url?.startsWith(MATCHMAKE) && !options.mayMatchmake()) {
      turnAway("not_ready", "5");
    } else if (!hasBody(request)) {
      if (request.method === "POST") request.body = {};
      pass();
    } else {
      void readBody(request, options).then((body) => {
        if (!body.ok) return refuse(request, response, body.code);
        request.body = body.value;
        return pass();
      });
    }
  });
}

function isLimited(
  request: IncomingMessage,
  { limits, trustedProxyHops }: Pick<RequestGuardOptions, "limits" | "trustedProxyHops">,
): boolean {
  if (request.method === "OPTIONS") return false;
  const limit = limits.find(({ prefix }) => request.url?.startsWith(prefix));
  return limit !== undefined && !limit.admit(addressKey(clientAddress(request, trustedProxyHops)));
}

function hasBody(request: IncomingMessage): boolean {
  const length = request.headers["content-length"];
  return (length !== undefined && length !== "0") || request.headers["transfer-encoding"] !== undefined;
}

/** Answers, and ends the connection: what is still to come of a refused body is not read. */
function refuse(request: IncomingMessage, response: ServerResponse, code: ErrorCode): void {
  response.writeHead(ERRORS[code].status, { "Content-Type": "application/json", Connection: "close" });
  response.end(JSON.stringify(errorBody(code)), () => request.destroy());
}

function readBody(
  request: IncomingMessage,
  { bodyBytes, bodyTimeoutMs }: RequestGuardOptions,
): Promise<Body> {
  return new Promise((resolve) => {
    if (Number(request.headers["content-length"] ?? 0) > bodyBytes) {
      resolve({ ok: false, code: "body_too_large" });
      return;
    }
    const chunks: Buffer[] = [];
    let size = 0;
    const timer = setTimeout(() => finish({ ok: false, code: "request_timeout" }), bodyTimeoutMs);
    const finish = (body: Body): void => {
      clearTimeout(timer);
      request.removeAllListeners("data");
      request.pause();
      resolve(body);
    };
    request.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size > bodyBytes) finish({ ok: false, code: "body_too_large" });
      else chunks.push(chunk);
    });
    request.on("end", () => finish(parseBody(Buffer.concat(chunks).toString("utf8"))));
    request.on("error", () => finish({ ok: false, code: "body_malformed" }));
  });
}

function parseBody(text: string): Body {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return { ok: true, value };
  } catch {
    // Not JSON: the refusal below says so.
  }
  return { ok: false, code: "body_malformed" };
}
