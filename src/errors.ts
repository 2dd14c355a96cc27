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
  body_type_unsupported: { status: 415, message: "The request's body must be application/json." },
  request_timeout: { status: 408, message: "The request's body did not arrive in time." },
  route_unknown: { status: 404, message: "There is nothing at this address." },
  player_unknown: { status: 404, message: "No player has this id." },
  player_deleted: { status: 410, message: "This account was deleted." },
  input_invalid: { status: 400, message: "The request holds a value that this endpoint does not take." },
  idempotency_key_reused: { status: 409, message: "This idempotency key was used for another request." },
  item_unknown: { status: 404, message: "No item has this id." },
  item_not_for_sale: { status: 409, message: "This item cannot be bought." },
  item_limit_reached: { status: 409, message: "You own as many of this item as one player may." },
  item_not_owned: { status: 409, message: "You do not own this item." },
  balance_too_low: { status: 409, message: "The balance does not cover the price." },
  board_unknown: { status: 404, message: "There is no leaderboard with this id." },
  board_unavailable: { status: 503, message: "The leaderboard cannot be read right now. Try again shortly." },
  replay_unknown: { status: 404, message: "There is no replay of this match (any more)." },
  match_unknown: {
    status: 404,
    message: "There is no such match of yours (yet): it may still be on its way to be stored.",
  },
  report_target_unknown: { status: 404, message: "Nobody else with this id played in that match." },
  report_too_late: { status: 410, message: "This match was too long ago to say something of its players." },
  report_closed: { status: 409, message: "Somebody has looked at this already; it stays as it is." },
  reports_full: {
    status: 429,
    message: "You said as much of this match's players, or of players today, as one may.",
  },
  season_unknown: { status: 404, message: "There is no season with this id." },
  friends_full: { status: 409, message: "One of the two has as many friends and requests as one may have." },
  blocked_full: { status: 409, message: "You block as many players as one may." },
  friend_refused: { status: 409, message: "This player cannot be added." },
  queue_unknown: { status: 404, message: "There is no queue with this name." },
  region_unknown: { status: 404, message: "There is no region with this name." },
  queue_request_invalid: { status: 400, message: "What was sent to the queue is not what it takes." },
  queue_pass_invalid: { status: 401, message: "The queue pass is not valid (any more). Join without it." },
  queue_full: { status: 503, message: "Too many players wait in this queue already. Try again shortly." },
  already_queued: { status: 409, message: "You wait in another queue already. Leave that one first." },
  queue_cooldown: { status: 403, message: "You declined or missed matches: wait before you queue again." },
  queue_moved: { status: 503, close: 4503, message: "The queue moved to another server. Join it again." },
  ready_declined: { status: 409, close: 4410, message: "You declined the match." },
  ready_missed: { status: 408, close: 4411, message: "You did not answer the ready check in time." },
  party_left: { status: 409, close: 4412, message: "A member of your party left the queue." },
  party_incomplete: { status: 408, close: 4413, message: "Not all of your party came into the queue." },
  party_too_large: { status: 409, message: "The party is larger than this queue takes." },
  party_unknown: { status: 404, message: "There is no party or game with this code." },
  party_full: { status: 409, message: "There is no place left." },
  party_blocked: { status: 403, message: "You cannot join: somebody here and you do not get along." },
  party_not_ready: { status: 409, message: "Not everybody is ready." },
  party_kicked: { status: 403, close: 4414, message: "You were removed by the leader." },
  party_banned: { status: 403, message: "You were removed from here; come back in a while." },
  not_leader: { status: 403, message: "Only the leader may do that." },
  member_unknown: { status: 404, message: "There is no such member." },
  team_full: { status: 409, message: "That team has no place left." },
  password_wrong: { status: 401, message: "The password is wrong." },
  invite_refused: { status: 409, message: "This player cannot be invited right now." },
  chat_too_fast: { status: 429, message: "You write too fast. Wait a moment." },
  chat_refused: { status: 400, message: "This text cannot be sent." },
  chat_muted: { status: 403, message: "You are muted." },
  command_invalid: { status: 400, message: "The message is not one that this room takes." },
  command_too_fast: { status: 429, message: "Too many requests. Wait a moment." },
  voice_unavailable: { status: 403, message: "Voice is for the players of a team match." },
  voice_full: { status: 409, message: "As many of this team speak already as can." },
  match_reserved: { status: 403, message: "This match was made for other players." },
  match_not_created: { status: 503, message: "No match could be created. Try again shortly." },
  match_over: { status: 410, close: 4415, message: "The match is over." },
  servers_full: { status: 503, message: "All servers are full. Try again shortly." },
  overloaded: { status: 503, message: "Too much waits to be stored. Try again shortly." },
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
  input_illegal: {
    status: 400,
    close: 4420,
    message: "The connection sent what no copy of this game sends, or faster than time passes.",
  },
  frames_too_many: {
    status: 429,
    close: 4429,
    message: "The connection sent more messages, or more bytes, than one may.",
  },
  reader_too_slow: {
    status: 408,
    close: 4408,
    message: "The connection does not read what it is sent.",
  },
  protocol_outdated: {
    status: 409,
    message: "Your copy of the game is older than the server's. Reload the page, or update the game.",
  },
  player_banned: {
    status: 403,
    close: 4403,
    message: "This account is banned. GET /api/me/standing says until when, POST /api/me/appeals appeals.",
  },
  case_unknown: { status: 404, message: "There is no such case." },
  case_decided: { status: 409, message: "This case was decided already, or somebody else was faster." },
  appeal_refused: {
    status: 409,
    message: "There is no ban of this case to appeal, or it was appealed already.",
  },
  operator_unknown: { status: 401, message: "Sign in as an operator of this server." },
  operator_role: { status: 403, message: "This is not for your role." },
  session_replaced: { status: 409, close: 4409, message: "The same player joined again from elsewhere." },

  // What the one who starts the server can meet.
  processes_apart: {
    status: 500,
    message: "Several processes find each other through Redis: set cluster.redisUrl (REDIS_URL).",
  },
  process_failed: { status: 500, message: "One of the processes did not start." },
  config_missing: { status: 500, message: "No arena.config.ts (or .js, .mjs) was found." },
  config_invalid: { status: 500, message: "The configuration is not valid." },
  production_refused: { status: 500, message: "A production start needs settings of its own." },
  node_too_old: { status: 500, message: "Node 22.18 or newer is needed (npm package `node` brings one)." },
  port_unavailable: { status: 500, message: "The port cannot be listened on." },
  storage_unavailable: { status: 500, message: "The database cannot be reached." },
  client_not_built: { status: 500, message: "The web client's folder has no index.html: build it first." },

  migration_needed: {
    status: 500,
    message: "The database is not at this build's layout. Run `npm run migrate` (arena migrate) first.",
  },

  migration_running: { status: 500, message: "Another process migrates this database right now." },
  database_newer: {
    status: 500,
    message: "A newer build has changed this database's layout; this one would damage it.",
  },

  // What the one who opens a recording can meet.
  replay_malformed: { status: 422, message: "This is no replay, or it is damaged." },
  replay_version_unknown: { status: 422, message: "The replay's file was written by another version." },
  replay_too_large: { status: 422, message: "The replay is longer than is taken." },
  replay_other_build: {
    status: 409,
    message: "The replay was recorded by another build, which may play differently.",
  },
  replay_game_unknown: { status: 422, message: "Nothing here can run this replay's game." },

  // What stays inside.
  outbox_unwritable: { status: 503, message: "The disk does not take match results." },
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
