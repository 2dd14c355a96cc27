/**
 * Gives a room matches: an id and a seed when one begins, and a durable result when it ends. The room says who
 * scored what; the plugin knows which player sits behind which session and takes the result to storage. Needs a room
 * whose `static onAuth` is `requirePlayer`, defined through `defineArena`.
 *
 * ```ts
 * plugins = definePlugins({ match: new MatchPlugin() });
 * // in the room:  const { matchId, seed } = this.plugins.match.begin({ mode: "ffa", map: "foundry" });
 * //               await this.plugins.match.finish(standings, fighters);
 * ```
 * Order: `onCreate` runs before the room's own, so `begin` may be called there. A player who leaves for good during
 * a match stays in its result, as `left`, with the standing that `noteLeft` was given. `finish` never throws for the
 * database's sake: the room goes on, the result waits (see `MatchRecorder`).
 */
import { randomInt, randomUUID } from "node:crypto";
import { type Client, RoomPlugin } from "@colyseus/core";
import type { MatchPlayer, MatchResult, PlayerProgress, RecordMatch } from "./match-result.ts";

/** How one player stands: the room's part of a `MatchPlayer`. */
export type Standing = Pick<MatchPlayer, "team" | "score" | "kills" | "deaths">;

/** The standing of a client that is in the room at the end. Placements count bots too. */
export interface FinalStanding extends Standing, Pick<MatchPlayer, "placement" | "won"> {
  sessionId: string;
}

/** What the arena hands to every room it creates, as `options.arena`. */
export interface RoomServices {
  recordMatch: RecordMatch;
  /**
   * The room's options as the configuration gives them. In `onCreate(options)` they stand too, but beside whatever the
   * client that created the room sent: a key that the configuration leaves out is the client's there.
   */
  options: Readonly<Record<string, unknown>>;
}

interface RunningMatch {
  matchId: string;
  seed: number;
  mode: string;
  map: string;
  startedAt: Date;
  leavers: Map<string, MatchPlayer>;
}

export class MatchPlugin extends RoomPlugin {
  override readonly pluginName = "match" as const;
  #record: RecordMatch | undefined;
  #running: RunningMatch | undefined;

  /** Who sits where; a seat that waits for a reconnection stays. */
  readonly #seats = new Map<string, { playerId: string; name: string }>();

  protected override onCreate(options: { arena?: RoomServices }): void {
    if (!options.arena) throw new Error("MatchPlugin: this room was not defined through defineArena");
    this.#record = options.arena.recordMatch;
  }

  protected override onJoin(client: Client): void {
    const identity = client.auth as { playerId: string; name: string } | undefined;
    if (!identity?.playerId)
      throw new Error("MatchPlugin: the room's class needs `static onAuth = requirePlayer`");
    this.#seats.set(client.sessionId, { playerId: identity.playerId, name: identity.name });
  }

  protected override onLeave(client: Client): void {
    this.#seats.delete(client.sessionId);
  }

  /**
   * The newest session that a player holds in this room, connected or not. Older ones stay known until their
   * connections have ended, which a client that does not answer can delay.
   * @param except a session that does not count, as the one that is just joining.
   */
  sessionOf(playerId: string, except?: string): string | undefined {
    let newest: string | undefined;
    for (const [sessionId, seat] of this.#seats) {
      if (seat.playerId === playerId && sessionId !== except) newest = sessionId;
    }
    return newest;
  }

  /** Starts a match; one that was running and never finished is dropped. */
  begin(match: { mode: string; map: string }): { matchId: string; seed: number } {
    const { mode, map } = match;
    const started = { matchId: randomUUID(), seed: randomInt(2 ** 32), mode, map, startedAt: new Date() };
    this.#running = { ...started, leavers: new Map() };
    return started;
  }

  /** Call when a client leaves for good while a match runs, before its `onLeave` is over. */
  noteLeft(client: Client, standing: Standing): void {
    const identity = this.#seats.get(client.sessionId);
    if (!identity) return;
    // Field by field: a schema instance's fields are accessors, which a spread does not copy.
    const { team, score, kills, deaths } = standing;
    const leaver = { ...identity, team, score, kills, deaths, placement: 0, won: false, left: true };
    this.#running?.leavers.set(identity.playerId, leaver);
  }

  /**
   * Ends the match and records it. Every client that took part is sent "saved" when its profile has taken the match.
   * @param standings of the clients still here, by session.
   * @param fighters how many fought, bots included.
   */
  async finish(standings: readonly FinalStanding[], fighters: number): Promise<void> {
    const match = this.#running;
    if (!match || !this.#record) return;
    this.#running = undefined;
    const result = this.#resultOf(match, standings, fighters);
    if (result.players.length === 0) return;
    const progress = await this.#record(result);
    for (const entry of progress ?? []) this.#tell(match.matchId, entry);
  }

  #resultOf(match: RunningMatch, standings: readonly FinalStanding[], fighters: number): MatchResult {
    const { leavers, ...rest } = match;
    const players = new Map(leavers);
    for (const leaver of players.values()) leaver.placement = fighters;
    for (const { sessionId, ...standing } of standings) {
      const identity = this.#seats.get(sessionId);
      if (identity) players.set(identity.playerId, { ...identity, ...standing, left: false });
    }
    return {
      ...rest,
      room: this.room.roomName,
      endedAt: new Date(),
      fighters,
      players: [...players.values()],
    };
  }

  #tell(matchId: string, progress: PlayerProgress): void {
    const { playerId, ...own } = progress;
    const sessionId = this.sessionOf(playerId);
    const client = sessionId === undefined ? undefined : this.room.clients.get(sessionId);
    client?.send("saved", { matchId, ...own });
  }
}
