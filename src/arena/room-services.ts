/** What the arena hands to every room it creates, as `options.arena`, and to room classes before there is a room. */
import { matchMaker, type Room } from "@colyseus/core";
import type { AntiCheatServices } from "../anticheat/anticheat-plugin.ts";
import type { SocialServices } from "../cluster/social-services.ts";
import type { MatchServices } from "../match/match-plugin.ts";
import type { MatchmakingServices } from "../matchmaking/matchmaking-services.ts";
import type { ReplayServices } from "../replay/replay-plugin.ts";
import type { LaneServices } from "../transport/lane/lane-services.ts";

export interface RoomServices extends MatchServices, ReplayServices, AntiCheatServices {
  /** Absent where there are no lanes. */
  lanes?: LaneServices | undefined;
  matchmaking: MatchmakingServices;
  social: SocialServices;
  /** Counts inputs that no tick acted on. @param reason one of a few words of the game's. */
  inputsDropped: (reason: string, count: number) => void;
}

/**
 * What the arena gave to a room class: for a `static onAuth`, which has no room to ask.
 * @throws Error for a class that was not defined through `defineArena`.
 */
export function servicesOf(roomClass: new () => Room): RoomServices {
  const handler = Object.values(matchMaker.getAllHandlers()).find(({ klass }) => klass === roomClass);
  const arena = (handler?.options as { arena?: RoomServices } | undefined)?.arena;
  if (!arena) throw new Error(`${roomClass.name}: this room was not defined through defineArena`);
  return arena;
}
