/** Connects the board of processes with Colyseus' matchmaker. */
import { matchMaker, type Presence, type Room } from "@colyseus/core";
import { joinRefusal } from "../auth/player-token.ts";
import { ProcessBoard } from "../cluster/process-board.ts";
import { LoadMeter } from "../cluster/process-load.ts";
import type { ArenaConfig } from "../config/config-schema.ts";
import type { Logger } from "../observability/logger.ts";

export interface StartedProcesses {
  board: ProcessBoard;
  /** Where the matchmaker makes a room. @throws ServerError `servers_full` */
  place: () => Promise<string>;
}

export function startProcesses(
  { cluster }: ArenaConfig,
  presence: Presence,
  rooms: ReadonlySet<Room>,
  log: Logger,
): StartedProcesses {
  const meter = new LoadMeter();
  const board = new ProcessBoard({
    presence,
    directory: {
      ownId: () => matchMaker.processId,
      isAlive: (processId) => matchMaker.healthCheckProcessId(processId),
      async enlist() {
        await matchMaker.stats.persist(true);
        await matchMaker.restoreMissingRoomCaches();
      },
    },
    measure: () => {
      let players = 0;
      for (const room of rooms) players += room.clients.length;
      return meter.look({ players, rooms: rooms.size });
    },
    beatMs: cluster.beatMs,
    deadAfterMs: cluster.deadAfterMs,
    fullAt: { busy: cluster.fullAtBusy, memory: cluster.fullAtMemory },
    log,
  });
  return {
    board,
    place: async () => {
      const processId = board.choose();
      if (processId === undefined) throw joinRefusal("servers_full");
      return processId;
    },
  };
}
