/** A room that plays and records a match of the tally game whenever a client says so. */
import { type Client, definePlugins, Room } from "@colyseus/core";
import { MatchPlugin, ReplayPlugin, requirePlayer } from "../../src/index.ts";
import { tallyBody } from "./tally-game.ts";

export interface PlayRequest {
  ticks: number;
  /** The tick from which on the recording says something else. */
  wrongAt?: number;
}

export class RecordedRoom extends Room {
  static override onAuth = requirePlayer;
  override plugins = definePlugins({ match: new MatchPlugin(), replay: new ReplayPlugin() });
  override messages = {
    play: (client: Client, { ticks, wrongAt }: PlayRequest) => this.#play(client, ticks, wrongAt),
  };

  async #play(client: Client, ticks: number, wrongAt?: number): Promise<void> {
    const { match, replay } = this.plugins;
    const { matchId } = match.begin({ mode: "ffa", map: "m", queue: "duel" });
    replay.begin({ matchId, mode: "ffa", map: "m", tickRate: 30, setup: { start: 5 } });
    const body = tallyBody(ticks, wrongAt);
    for (let at = 0; at < body.length; at += 2) replay.append(body.subarray(at, at + 2));
    const standing = { team: 0, score: 1, kills: 2, deaths: 3, placement: 1, won: true };
    const finishing = replay.finish({ players: [client.sessionId] });
    await match.finish(
      [{ sessionId: client.sessionId, ...standing }],
      2,
      [{ team: 1, placement: 2 }],
      finishing,
    );
  }
}
