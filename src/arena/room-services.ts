/** What the arena hands to every room it creates, as `options.arena`. */
import type { SocialServices } from "../cluster/social-services.ts";
import type { MatchServices } from "../match/match-plugin.ts";
import type { MatchmakingServices } from "../matchmaking/matchmaking-services.ts";

export interface RoomServices extends MatchServices {
  matchmaking: MatchmakingServices;
  social: SocialServices;
}
