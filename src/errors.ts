/**
 * The one table of coded errors. A code is stable: it is never renamed and never reused, so clients, dashboards and
 * support can rely on it. The sentence may be improved at any time.
 */

/** `status` is the HTTP status; `close` the WebSocket close code where the error ends a connection. */
export interface ErrorEntry {
  readonly status: number;
  readonly close?: number;
  readonly message: string;
}

export const ERRORS = {
  // What a client can meet.
  auth_token_missing: { status: 401, message: "Sign in first: POST /auth/guest answers a token." },
  auth_token_invalid: { status: 401, message: "The token is not valid (any more). Sign in again." },
  origin_refused: { status: 403, message: "This web page's origin is not in transport.allowedOrigins." },
  rate_limited: { status: 429, message: "Too many requests from this address. Try again in a minute." },
  request_malformed: { status: 400, message: "The request's head is not valid HTTP." },
  body_too_large: { status: 413, message: "The request's body is larger than this endpoint takes." },
  body_malformed: { status: 400, message: "The request's body is not the JSON object this endpoint takes." },
  request_timeout: { status: 408, message: "The request's body did not arrive in time." },
  route_unknown: { status: 404, message: "There is nothing at this address." },
  player_id_invalid: { status: 400, message: "This is not a player's id." },
  player_unknown: { status: 404, message: "No player has this id." },
  operator_page_local: {
    status: 403,
    message: "Without operators.password this page is for this machine only: open it on localhost.",
  },
  not_ready: {
    status: 503,
    message: "The server is starting, stopping, or its storage is away. Try again shortly.",
  },
  internal_error: { status: 500, close: 4500, message: "Something went wrong on our side. It was logged." },
  frame_malformed: {
    status: 400,
    close: 4400,
    message: "The connection sent bytes that are not the room's protocol.",
  },
  session_replaced: { status: 409, close: 4409, message: "The same player joined again from elsewhere." },

  // What the one who starts the server can meet.
  config_missing: { status: 500, message: "No arena.config.ts (or .js, .mjs) was found." },
  config_invalid: { status: 500, message: "The configuration is not valid." },
  production_refused: { status: 500, message: "A production start needs settings of its own." },
  node_too_old: { status: 500, message: "Node 22.18 or newer is needed (npm package `node` brings one)." },
  port_unavailable: { status: 500, message: "The port cannot be listened on." },
  storage_unavailable: { status: 500, message: "The database cannot be reached." },
  client_not_built: { status: 500, message: "The web client's folder has no index.html: build it first." },

  // What stays inside.
  match_queue_full: {
    status: 503,
    message: "Too many match results wait for the database; this one was not taken.",
  },
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof ERRORS;

/** A coded error, for the places where Node, Express or Colyseus expect a thrown one. */
export class ArenaError extends Error {
  readonly code: ErrorCode;
  readonly status: number;

  /** @param detail what exactly is wrong, appended to the code's sentence. */
  constructor(code: ErrorCode, detail?: string, options?: ErrorOptions) {
    super(detail === undefined ? ERRORS[code].message : `${ERRORS[code].message} ${detail}`, options);
    this.name = "ArenaError";
    this.code = code;
    this.status = ERRORS[code].status;
  }
}

/** The JSON that every refused HTTP request is answered with. */
export function errorBody(
  code: ErrorCode,
  message: string = ERRORS[code].message,
): { code: ErrorCode; message: string } {
  return { code, message };
}
