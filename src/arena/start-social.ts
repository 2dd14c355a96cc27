/** Starts what rooms need so that players meet: who is online, a line to each player, friends, blocks, mutes. */
import type { Presence } from "@colyseus/core";
import { OnlineBoard } from "../cluster/online-board.ts";
import { PlayerChannel } from "../cluster/player-channel.ts";
import type { SocialServices } from "../cluster/social-services.ts";
import type { Logger } from "../observability/logger.ts";
import type { ArenaDatabase } from "./open-database.ts";
import type { StopList } from "./stop-list.ts";

export interface StartedSocial {
  services: SocialServices;
  /** To be told of the rooms that are defined. */
  board: OnlineBoard;
  channel: PlayerChannel;
}

export function startSocial(
  presence: Presence,
  { players, relations, penalties }: ArenaDatabase,
  log: Logger,
  stops: StopList,
): StartedSocial {
  const channel = new PlayerChannel(presence, log);
  const board = new OnlineBoard(presence, channel, log);
  stops.add("online board", () => board.stop());
  return {
    board,
    channel,
    services: {
      async friendsOf(playerId) {
        const names = await players.namesOf(await relations.friendsOf(playerId));
        return [...names].map(([friendId, name]) => ({ playerId: friendId, name }));
      },
      blocksAmong: (playerIds) => relations.blocksAmong(playerIds),
      isMuted: async (playerId) => (await penalties.activeFor(playerId, "mute", new Date())) !== undefined,
      activitiesOf: (playerIds) => board.activitiesOf(playerIds),
      watchActivity: (playerId, changed) => board.watch(playerId, changed),
      counts: () => board.counts(),
      tell: (playerId, type, message) => channel.tell(playerId, type, message),
      listen: (playerId, told) => channel.listen(playerId, told),
    },
  };
}
