/**
 * Gives a room matches: an id and a seed when one begins, and a durable result when it ends. The room says who
 * scored what; the plugin knows which player sits behind which session and takes the result to storage. Needs a room
 * whose `static onAuth` is `requirePlayer`, defined through `defineArena`.
 *
 * ```ts
 * plugins = definePlugins({ match: new MatchPlugin() });
 * // in the room:  const { matchId, seed } = this.plugins.match.begin({ mode: "ffa", map: "foundry" });
 * //               await this.plugins.match.finish(standings, fighters, bots);
 * ```
 * Order: `onCreate` runs before the room's own, so `begin` may be called there. A player who leaves for good during
 * a match stays in its result, as `left`, with the standing that `noteLeft` was given.
 *
 * What becomes of a result: `finish` resolves as soon as it is safe, which does not need the database, so a room may
 * be disposed of right after it. Everybody in the result who is in the room is sent "saving" `{ matchId }` then, and
 * "saved" with the own totals when they are stored, however long that takes; or "save_failed" `{ matchId, code }`,
 * instead of the one (`match_queue_full`) or of the other (`internal_error`). A room that is gone is not touched.
 */
import { randomInt, randomUUID } from "node:crypto";
import { type Client, logger, RoomPlugin } from "@colyseus/core";
import type { ErrorCode } from "../errors.ts";
import type { MatchBot, MatchPlayer, MatchResult, PlayerProgress, RecordMatch } from "./match-result.ts";

/** How one player stands: the room's part of a `MatchPlayer`. */
export type Standing = Pick<MatchPlayer, "team" | "score" | "kills" | "deaths" | "late">;

/** The standing of a client that is in the room at the end. Placements count bots too. */
export interface FinalStanding extends Standing, Pick<MatchPlayer, "placement" | "won"> {
  sessionId: string;
}

/** What the plugin needs of `options.arena`, which the arena hands to every room it creates. */
export interface MatchServices {
  recordMatch: RecordMatch;
  /** Names this build of the game in results. */
  build: string;
  /**
   * The room's options as the configuration gives them. In `onCreate(options)` they stand too, but beside whatever the
   * client that created the room sent: a key that the configuration leaves out is the client's there.
   */
  options: Readonly<Record<string, unknown>>;
  /** What a player has equipped, by slot. Rejects when the database is away. */
  loadoutOf?: (playerId: string) => Promise<Record<string, string>>;
  /**
   * Gives a player currencies and items (negative amounts take), once for each key. Rejects when the database is away:
   * call it again with the same key.
   */
  grant?: (request: {
    playerId: string;
    key: string;
    reason: string;
    currencies?: Record<string, number>;
    items?: Record<string, number>;
  }) => Promise<{ ok: true } | { ok: false; code: ErrorCode }>;
}

/** What a match is. */
export interface MatchSetup {
  mode: string;
  map: string;
  /** The queue whose rating it counts for; the room's name by default. */
  queue?: string;
  /** Whether players on the same team win together; false by default. */
  teamGame?: boolean;
}

interface RunningMatch extends Required<MatchSetup> {
  matchId: string;
  seed: number;
  startedAt: Date;
  leavers: Map<string, MatchPlayer>;
}

/**
 * Through which players of a room are told something, for as long as there is the room. What waits for the database
 * holds on to this alone: a long outage would otherwise keep every room in memory whose matches wait.
 */
interface Audience {
  tell: ((playerId: string, type: string, message: object) => void) | undefined;
}

export class MatchPlugin extends RoomPlugin {
  override readonly pluginName = "match" as const;
  #arena: MatchServices | undefined;
  #running: RunningMatch | undefined;
  readonly #audience: Audience = { tell: (...message) => this.#tell(...message) };

  /** Who sits where; a seat that waits for a reconnection stays. */
  readonly #seats = new Map<string, { playerId: string; name: string }>();

  protected override onCreate(options: { arena?: MatchServices }): void {
    if (!options.arena) throw new Error("MatchPlugin: this room was not defined through defineArena");
    this.#arena = options.arena;
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

  protected override onDispose(): void {
    this.#audience.tell = undefined;
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

  /**
   * What a client's player has equipped, by slot. Never throws, and may take as long as a database
   * statement may: a room that lets nobody wait for it starts the client bare and dresses it when this resolves.
   * @returns none where the database is away or nothing is known of items.
   */
  async loadoutOf(client: Client): Promise<Record<string, string>> {
    const seat = this.#seats.get(client.sessionId);
    if (!seat || !this.#arena?.loadoutOf) return {};
    try {
      return await this.#arena.loadoutOf(seat.playerId);
    } catch (error) {
      logger.warn(
        { err: error, playerId: seat.playerId },
        "the player's items cannot be read: joined without",
      );
      return {};
    }
  }

  /** Starts a match; one that was running and never finished is dropped. */
  begin({ mode, map, queue, teamGame = false }: MatchSetup): { matchId: string; seed: number } {
    const matchId = randomUUID();
    const seed = randomInt(2 ** 32);
    this.#running = {
      matchId,
      seed,
      mode,
      map,
      queue: queue ?? this.room.roomName,
      teamGame,
      startedAt: new Date(),
      leavers: new Map(),
    };
    return { matchId, seed };
  }

  /**
   * Call when a client leaves for good while a match runs, before its `onLeave` is over; or, before `finish`, for one
   * who still holds a seat and did not play.
   */
  noteLeft(client: Pick<Client, "sessionId">, standing: Standing): void {
    const identity = this.#seats.get(client.sessionId);
    if (!identity) return;
    // Field by field: a schema instance's fields are accessors, which a spread does not copy.
    const { team, score, kills, deaths } = standing;
    const leaver = { ...identity, team, score, kills, deaths, placement: 0, won: false, left: true };
    this.#running?.leavers.set(identity.playerId, leaver);
  }

  /**
   * Ends the match and records it; resolves as soon as the result is safe, and never throws for storage's sake.
   * @param standings of the clients still here, by session.
   * @param fighters how many fought, bots included.
   * @param bots those among them, for the players' ratings.
   * @param replay of `ReplayPlugin.finish`: the result is made safe when it is known where the recording is.
   */
  async finish(
    standings: readonly FinalStanding[],
    fighters: number,
    bots: readonly MatchBot[] = [],
    replay?: Promise<{ replay: string } | undefined>,
  ): Promise<void> {
    const match = this.#running;
    if (!match || !this.#arena) return;
    this.#running = undefined;
    const result = this.#resultOf(match, standings, fighters, bots, this.#arena.build);
    if (result.players.length === 0) return;
    if (replay) Object.assign(result, await replay);
    const { kept, saved } = await this.#arena.recordMatch(result);
    if (!kept) return tellAll(this.#audience, result, "save_failed", "match_queue_full");
    tellAll(this.#audience, result, "saving");
    void tellWhenSaved(this.#audience, result, saved);
  }

  #resultOf(
    match: RunningMatch,
    standings: readonly FinalStanding[],
    fighters: number,
    bots: readonly MatchBot[],
    build: string,
  ): MatchResult {
    const { leavers, ...rest } = match;
    const players = new Map(leavers);
    for (const leaver of players.values()) leaver.placement = fighters;
    // Field by field: what else a room's objects hold is no part of a result.
    for (const { sessionId, team, score, kills, deaths, placement, won, late } of standings) {
      const identity = this.#seats.get(sessionId);
      if (!identity) continue;
      const standing = { team, score, kills, deaths, placement, won, left: false, ...(late ? { late } : {}) };
      players.set(identity.playerId, { ...identity, ...standing });
    }
    return {
      ...rest,
      room: this.room.roomName,
      build,
      endedAt: new Date(),
      fighters,
      players: [...players.values()],
      bots: bots.map(({ team, placement }) => ({ team, placement })),
    };
  }

  #tell(playerId: string, type: string, message: object): void {
    const sessionId = this.sessionOf(playerId);
    const client = sessionId === undefined ? undefined : this.room.clients.get(sessionId);
    client?.send(type, message);
  }
}

function tellAll(
  audience: Audience,
  { matchId, players }: MatchResult,
  type: "saving" | "save_failed",
  code?: ErrorCode,
): void {
  const message = code === undefined ? { matchId } : { matchId, code };
  for (const { playerId } of players) audience.tell?.(playerId, type, message);
}

async function tellWhenSaved(
  audience: Audience,
  result: MatchResult,
  saved: Promise<PlayerProgress[] | undefined>,
): Promise<void> {
  try {
    const progress = await saved;
    if (!progress) return tellAll(audience, result, "save_failed", "internal_error");
    for (const { playerId, ...own } of progress)
      audience.tell?.(playerId, "saved", { matchId: result.matchId, ...own });
  } catch (error) {
    logger.error({ err: error, matchId: result.matchId }, "players could not be told of their result");
  }
}
