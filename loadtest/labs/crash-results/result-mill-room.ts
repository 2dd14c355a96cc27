/** A room that does nothing but finish matches, one right after the other, for whoever is in it. */
import { definePlugins, Room } from "@colyseus/core";
import { MatchPlugin, requirePlayer } from "../../../src/index.ts";

export class ResultMillRoom extends Room {
  static override onAuth = requirePlayer;
  override plugins = definePlugins({ match: new MatchPlugin() });
  override maxClients = 8;
  #milling = false;

  override onCreate(): void {
    this.setTimestep(() => void this.#mill(), 5);
  }

  async #mill(): Promise<void> {
    if (this.#milling || this.clients.length === 0) return;
    this.#milling = true;
    this.plugins.match.begin({ mode: "ffa", map: "mill" });
    const standings = this.clients.map(({ sessionId }, index) => ({
      sessionId,
      team: 0,
      score: 8 - index,
      kills: 1,
      deaths: 0,
      placement: index + 1,
      won: index === 0,
    }));
    await this.plugins.match.finish(standings, standings.length);
    this.#milling = false;
  }
}
