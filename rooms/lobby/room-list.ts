/** Lines of the lobby's list, from what rooms say of themselves in Colyseus' listing. Pure. */
import type { RoomLine } from "../../schemas/lobby-messages.ts";

export interface RoomWish {
  kind?: "match" | "custom" | undefined;
  mode?: string | undefined;
  /** With a place left. */
  open?: boolean | undefined;
  /** Without a password. */
  unlocked?: boolean | undefined;
}

/** Field by field: listings hold more than players may see. @returns undefined for a room that says nothing of itself. */
export function roomLine({ roomId, metadata }: { roomId: string; metadata?: unknown }): RoomLine | undefined {
  const said = (metadata ?? {}) as Partial<RoomLine>;
  if (said.kind !== "match" && said.kind !== "custom") return undefined;
  const { kind, name = "", mode = "", map = "", players = 0, places = 0, locked = false, phase = "" } = said;
  return { roomId, kind, name, mode, map, players, places, locked, phase };
}

export function fitsWish(line: RoomLine, { kind, mode, open, unlocked }: RoomWish): boolean {
  if (kind !== undefined && line.kind !== kind) return false;
  if (mode !== undefined && line.mode !== mode) return false;
  if (open === true && line.players >= line.places) return false;
  return unlocked !== true || !line.locked;
}
