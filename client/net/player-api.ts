/** The server's progress API, one function an address. All of them throw `Refusal`. */
import type {
  BoardPage,
  BoardRank,
  BoardsAnswer,
  CatalogueAnswer,
  ExportAnswer,
  FriendsAnswer,
  GivenAnswer,
  HistoryAnswer,
  InventoryAnswer,
  MatchReportsAnswer,
  PublicProfile,
  PurchaseAnswer,
  RatingHistoryAnswer,
  ReportBody,
} from "../../src/index.ts";
import type { Account } from "../session/account.ts";
import { requestJson } from "./request-json.ts";

/** How many lines a history page has. */
export const HISTORY_PAGE = 10;
export const BOARD_PAGE = 25;
const RATING_POINTS = 100;

const at = encodeURIComponent;

export const playerApi = {
  profile: (playerId: string) => requestJson<PublicProfile>(`/api/players/${at(playerId)}`),
  /** @param before ISO 8601: only matches that ended earlier. */
  history: (playerId: string, limit = HISTORY_PAGE, before?: string) =>
    requestJson<HistoryAnswer>(
      `/api/players/${at(playerId)}/matches?limit=${limit}${before === undefined ? "" : `&before=${at(before)}`}`,
    ),
  ratings: (playerId: string, queue: string) =>
    requestJson<RatingHistoryAnswer>(
      `/api/players/${at(playerId)}/ratings/${at(queue)}?limit=${RATING_POINTS}`,
    ),
  catalogue: () => requestJson<CatalogueAnswer>("/api/catalogue"),

  exportData: (account: Account) => account.call<ExportAnswer>("/api/me/export"),
  deleteAccount: (account: Account, playerId: string) =>
    account.call<{ deleted: true }>("/api/me", { method: "DELETE", body: { confirm: playerId } }),
  equip: (account: Account, slot: string, itemId: string | null) =>
    account.call<InventoryAnswer>("/api/me/equipped", { method: "PUT", body: { slot, itemId } }),
  purchase: (account: Account, itemId: string, idempotencyKey: string) =>
    account.call<PurchaseAnswer>("/api/purchases", { method: "POST", body: { itemId, idempotencyKey } }),

  friends: (account: Account) => account.call<FriendsAnswer>("/api/me/friends"),
  /** Asks, or accepts whoever asked before. */
  befriend: (account: Account, playerId: string) => relate(account, "PUT", "friends", playerId),
  /** Ends a friendship, takes a request back, or declines one. */
  unfriend: (account: Account, playerId: string) => relate(account, "DELETE", "friends", playerId),
  block: (account: Account, playerId: string) => relate(account, "PUT", "blocks", playerId),
  unblock: (account: Account, playerId: string) => relate(account, "DELETE", "blocks", playerId),

  /** The others of a match of the player's, and what was said of them. */
  matchReports: (account: Account, matchId: string) =>
    account.call<MatchReportsAnswer>(`/api/matches/${at(matchId)}/reports`),
  report: (account: Account, matchId: string, body: ReportBody) =>
    account.call<GivenAnswer>(`/api/matches/${at(matchId)}/reports`, { method: "POST", body }),

  boards: () => requestJson<BoardsAnswer>("/api/leaderboards"),
  boardTop: (board: string, season: string) =>
    requestJson<BoardPage>(`/api/leaderboards/${at(board)}?season=${at(season)}&limit=${BOARD_PAGE}`),
  boardAround: (account: Account, board: string, season: string) =>
    account.call<BoardPage>(`/api/leaderboards/${at(board)}/around?season=${at(season)}&each=2`),
  boardFriends: (account: Account, board: string, season: string) =>
    account.call<BoardPage>(`/api/leaderboards/${at(board)}/friends?season=${at(season)}`),
  boardRank: (board: string, playerId: string, season: string) =>
    requestJson<BoardRank>(`/api/leaderboards/${at(board)}/players/${at(playerId)}?season=${at(season)}`),
};

function relate(account: Account, method: "PUT" | "DELETE", list: "friends" | "blocks", playerId: string) {
  return account.call<{ state: "asked" | "friends" | "none" | "blocked" }>(
    `/api/me/${list}/${at(playerId)}`,
    {
      method,
    },
  );
}
