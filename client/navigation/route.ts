/**
 * The page's addresses: `#/`, `#/profile`, `#/profile/<playerId>`, `#/shop`, `#/leaderboard/<board>`, and `#/match`
 * while one is played. Pure. Whatever is none of them is home.
 */

export type Route =
  | { page: "home" }
  | { page: "match" }
  /** Without an id: the own one. */
  | { page: "profile"; playerId?: string }
  | { page: "shop" }
  /** Without a board: the first. */
  | { page: "leaderboard"; board?: string };

const PLAYER_ID = /^[A-Za-z0-9_-]{1,64}$/;
const BOARD_ID = /^[a-z][a-z0-9-]{0,31}$/;

export function parseRoute(hash: string): Route {
  const [page = "", detail = ""] = hash.replace(/^#\/?/, "").split("/");
  switch (page) {
    case "profile":
      return PLAYER_ID.test(detail) ? { page, playerId: detail } : { page };
    case "leaderboard":
      return BOARD_ID.test(detail) ? { page, board: detail } : { page };
    case "shop":
    case "match":
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
