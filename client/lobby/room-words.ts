/** What stands under a room's name in the list. Pure. */
import type { RoomLine } from "../../schemas/lobby-messages.ts";
import { readableId } from "../text.ts";

const PHASES: Readonly<Record<string, string>> = {
  waiting: "waiting for players",
  countdown: "about to begin",
  live: "running",
  over: "between matches",
  open: "open",
  playing: "in a match",
};

/** "Custom game · Teams · Foundry · open" */
export function roomWords({ kind, mode, map, phase }: RoomLine): string {
  const words = [
    kind === "custom" ? "Custom game" : "Match",
    mode === "ffa" ? "Free for all" : readableId(mode),
    readableId(map),
    PHASES[phase] ?? phase,
  ];
  return words.filter(Boolean).join(" · ");
}
