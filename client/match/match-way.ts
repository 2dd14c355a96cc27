/** How the player came into a match, and where it leads back to. Pure. */
import type { SeatMessage } from "../../schemas/queue-messages.ts";
import type { Route } from "../navigation/route.ts";
import type { MatchEntry } from "../net/match-entry.ts";

export interface MatchWay {
  entry: MatchEntry;
  /** Names of each team, where the match was made for its players. */
  expected: readonly (readonly string[])[] | undefined;
  /** Undefined: the page before. */
  back: Route | undefined;
  leaveText: string;
}

export const QUICK_PLAY: MatchWay = {
  entry: { kind: "quick" },
  expected: undefined,
  back: undefined,
  leaveText: "Leave",
};

const LOBBY: Route = { page: "lobby" };

export function wayOfSeat({ reservation, teams }: SeatMessage): MatchWay {
  return {
    entry: { kind: "seat", reservation },
    expected: teams,
    back: LOBBY,
    leaveText: "Back to lobby",
  };
}

/** A seat in a match that was open to everybody introduces nobody. */
export function wayOfOpenSeat({ reservation }: SeatMessage): MatchWay {
  return {
    entry: { kind: "seat", reservation },
    expected: undefined,
    back: LOBBY,
    leaveText: "Back to lobby",
  };
}

/** @param code of the custom game. */
export function wayOfCustomGame(seat: SeatMessage, code: string): MatchWay {
  return { ...wayOfSeat(seat), back: { page: "custom", code }, leaveText: "Back to the game" };
}

export function wayIntoRoom(roomId: string): MatchWay {
  return { entry: { kind: "room", roomId }, expected: undefined, back: LOBBY, leaveText: "Back to lobby" };
}

/** The same once more: a reserved seat is taken once, after that its room is joined by name. */
export function wayBackIn(way: MatchWay): MatchWay {
  const { entry } = way;
  if (entry.kind !== "seat") return way;
  return { ...way, entry: { kind: "room", roomId: entry.reservation.roomId } };
}
