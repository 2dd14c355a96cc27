/** A room of teams that speak: each client says its team when it joins, −1 for a spectator, and may change it. */
import { type Client, definePlugins, Room } from "@colyseus/core";
import { WebRTCPlugin } from "colyseus/plugins/webrtc";
import { requirePlayer, TeamVoicePlugin } from "../../src/index.ts";

export class VoiceRoom extends Room {
  static override onAuth = requirePlayer;
  readonly teams = new Map<string, number>();
  override plugins = definePlugins({
    voice: new TeamVoicePlugin({
      signalling: WebRTCPlugin,
      teamOf: (sessionId) => this.teams.get(sessionId),
      mostInTeam: 3,
      loopback: true,
    }),
  });
  override messages = {
    team: ({ sessionId }: Client, { team }: { team: number }): void => this.#setTeam(sessionId, team),
  };

  override onJoin({ sessionId }: Client, { team }: { team: number }): void {
    this.#setTeam(sessionId, team);
  }

  override onLeave({ sessionId }: Client): void {
    this.teams.delete(sessionId);
  }

  #setTeam(sessionId: string, team: number): void {
    if (team < 0) this.teams.delete(sessionId);
    else this.teams.set(sessionId, team);
  }
}
