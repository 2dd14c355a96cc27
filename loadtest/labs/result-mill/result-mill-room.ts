/** A room that does nothing but finish matches, one every `everyMs`, for whoever is in it, each with a recording. */
import { definePlugins, Room } from "@colyseus/core";
import { MatchPlugin, ReplayPlugin, type RoomServices, requirePlayer } from "../../../src/index.ts";
import { millRecording } from "./mill-replay.ts";

export class ResultMillRoom extends Room {
  static override onAuth = requirePlayer;
  override plugins = definePlugins({ match: new MatchPlugin(), replay: new ReplayPlugin() });
  override maxClients = 8;

  override onCreate({ arena }: { arena: RoomServices }): void {
    this.setTimestep(() => void this.#mill(), Number(arena.options["everyMs"]));
  }

  async #mill(): Promise<void> {
    if (this.clients.length === 0) return;
    const what = { mode: "ffa", map: "mill" };
    const { matchId } = this.plugins.match.begin(what);
    this.plugins.replay.begin({ ...what, matchId, tickRate: 30, setup: null });
    this.plugins.replay.append(millRecording(900));
    // Everybody wins in turn.
    const first = Math.floor(Math.random() * this.clients.length);
    const standings = this.clients.map(({ sessionId }, index) => {
      const placement = 1 + ((index + first) % this.clients.length);
      return { sessionId, team: 0, score: -placement, kills: 1, deaths: 0, placement, won: placement === 1 };
    });
    await this.plugins.match.finish(standings, standings.length, [], this.plugins.replay.finish());
  }
}
