/**
 * The page's addresses: `#/`, `#/lobby`, `#/party/<code>` and `#/game/<code>` (links to join with), `#/profile`,
 * `#/profile/<playerId>`, `#/shop`, `#/leaderboard/<board>`, `#/replay/<matchId>`, and `#/match` while one is played.
 * Pure. Whatever is none of them is home; a link without a readable code leads to the lobby.
 */

export type Route =
  | { page: "home" }
  | { page: "match" }
  | { page: "lobby" }
  /** Joins the party and goes to the lobby. */
  | { page: "party"; code: string }
  /** A custom game: joins it where the player is not in it yet. */
  | { page: "custom"; code: string }
  /** Without an id: the own one. */
  | { page: "profile"; playerId?: string }
  | { page: "shop" }
  /** Without a board: the first. */
  | { page: "leaderboard"; board?: string }
  /** Without a match: a file is asked for. */
  | { page: "replay"; matchId?: string };

const PLAYER_ID = /^[A-Za-z0-9_-]{1,64}$/;
/** Room ids: a party's or a custom game's is its code. */
const CODE = /^[A-Za-z0-9_-]{3,40}$/;
const MATCH_ID = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;
const BOARD_ID = /^[a-z][a-z0-9-]{0,31}$/;

export function parseRoute(hash: string): Route {
  const [page = "", detail = ""] = hash.replace(/^#\/?/, "").split("/");
  switch (page) {
    case "profile":
      return PLAYER_ID.test(detail) ? { page, playerId: detail } : { page };
    case "leaderboard":
      return BOARD_ID.test(detail) ? { page, board: detail } : { page };
    case "replay":
      return MATCH_ID.test(detail) ? { page, matchId: detail } : { page };
    case "party":
      return CODE.test(detail) ? { page, code: spelled(detail) } : { page: "lobby" };
    case "game":
      return CODE.test(detail) ? { page: "custom", code: spelled(detail) } : { page: "lobby" };
    case "shop":
    case "match":
    case "lobby":
      return { page };
    default:
      return { page: "home" };
  }
}

export function routeHash(route: Route): string {
  switch (route.page) {
    case "home":
      return "#/";
    case "profile":
      return route.playerId === undefined ? "#/profile" : `#/profile/${route.playerId}`;
    case "leaderboard":
      return route.board === undefined ? "#/leaderboard" : `#/leaderboard/${route.board}`;
    case "replay":
      return route.matchId === undefined ? "#/replay" : `#/replay/${route.matchId}`;
    case "party":
      return `#/party/${route.code}`;
    case "custom":
      return `#/game/${route.code}`;
    default:
      return `#/${route.page}`;
  }
}

/** A player's id out of what somebody pasted: the id, or a link to the profile. */
export function readPlayerId(text: string): string | undefined {
  const trimmed = text.trim();
  const linked = /#\/profile\/([^/?]+)$/.exec(trimmed)?.[1];
  const id = linked ?? trimmed;
  return PLAYER_ID.test(id) ? id : undefined;
}

/** What somebody typed or pasted to join with: a code, or a link that holds one. A bare code can be of either kind. */
export function readJoinCode(
  text: string,
): { code: string; kind: "party" | "custom" | undefined } | undefined {
  const trimmed = text.trim();
  const [, page, linked] = /#\/(party|game)\/([^/?]+)$/.exec(trimmed) ?? [];
  const code = linked ?? trimmed;
  if (!CODE.test(code)) return undefined;
  return { code: spelled(code), kind: page === "party" ? "party" : page === "game" ? "custom" : undefined };
}

/** Invite codes are six capitals and digits, and people type them as they like; other ids are left as they are. */
function spelled(code: string): string {
  return /^[A-Za-z0-9]{6}$/.test(code) ? code.toUpperCase() : code;
}
