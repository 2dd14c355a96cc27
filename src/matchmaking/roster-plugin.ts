/**
 * Gives a room the people it was made for: who may come, on which team, who came late, and who is missing. A room that
 * no queue and no custom game made is open: everybody may come, until it is full.
 *
 * ```ts
 * plugins = definePlugins({ roster: new RosterPlugin(() => this.#status()), match: new MatchPlugin() });
 * // in onCreate:  const { placement } = this.plugins.roster;   // undefined: an open room
 * // in onJoin:    const team = this.plugins.roster.teamOf(playerId);
 * ```
 * Name it before plugins that note who joined: a stranger is turned away in its `onJoin` (`match_reserved`).
 *
 * While the room says that it is live and has open places, a rated match asks its queue every two seconds for
 * replacements; the queue answers by `admitPlayers` and seats. Whoever accepted a match and never came is reported as
 * having dodged it, once, when the room has been up for `NO_SHOW_SECONDS`; so is who leaves before the match is live.
 *
 * The room's listing always tells the lobby's room list and quick play what is played here (`metadata`).
 */
import { type Client, ErrorCode, RoomPlugin, ServerError } from "@colyseus/core";
import { ERRORS } from "../errors.ts";
import type { MatchmakingServices } from "./matchmaking-services.ts";
import type { PlacedSeat, Placement } from "./placement.ts";

const HEARTBEAT_MS = 2000;
/** Longer than a reserved seat is kept. */
const NO_SHOW_SECONDS = 20;
/** As long as a reserved seat is kept. */
const ARRIVAL_MS = 15_000;

/** How the match stands, as the room says it. */
export interface MatchStatus {
  mode: string;
  map: string;
  phase: string;
  /** People and places for people, spectators not counted. */
  players: number;
  places: number;
  /** Whether replacements would be of use. */
  live: boolean;
  /** Whether the room is on its way out: who leaves then is not to blame. */
  closing: boolean;
  secondsLeft: number;
  lengthSeconds: number;
  /** Of each team. */
  score: number[];
  /** Places of each team that no person holds. */
  open: number[];
}

export interface RosterEntry {
  readonly name: string;
  /** −1: a spectator. */
  readonly team: number;
  /** Came into a match that was running. */
  readonly late: boolean;
}

interface Identity {
  playerId: string;
  name: string;
}

export class RosterPlugin extends RoomPlugin {
  override readonly pluginName = "roster" as const;
  /** For whom the match was made; undefined for an open room. */
  placement: Placement | undefined;
  readonly #status: () => MatchStatus;
  readonly #entries = new Map<string, RosterEntry>();
  readonly #came = new Set<string>();
  /** Who is here, by session; a place that waits for a reconnection is held. */
  readonly #present = new Map<string, string>();
  /** Replacements on their way: until when their place is held. */
  readonly #coming = new Map<string, number>();
  /** Present players, for quick play: by session, a player may be here twice for a moment. */
  readonly #here = new Map<string, { playerId: string; mu: number; sigma: number; trustTier: number }>();
  #services: MatchmakingServices | undefined;
  readonly #createdAt = Date.now();
  #wentLive = false;
  /** Somebody went before the fight. */
  #spoilt = false;
  #reported = false;
  #published = "";

  constructor(status: () => MatchStatus) {
    super();
    this.#status = status;
  }

  protected override onCreate(options: {
    arena?: { matchmaking?: MatchmakingServices };
    placement?: unknown;
  }): void {
    const services = options.arena?.matchmaking;
    if (!services) throw new Error("RosterPlugin: this room was not defined through defineArena");
    this.#services = services;
    this.placement = services.readPlacement(options.placement);
    // What claims to be one and is not must not become an open room.
    if (options.placement !== undefined && !this.placement)
      throw new ServerError(ErrorCode.APPLICATION_ERROR, refusal("match_reserved"));
    if (this.placement) this.#reserveFor(this.placement);
    Object.assign(this.room, {
      admitPlayers: (seats: PlacedSeat[]) => this.#admit(seats),
      withdrawPlayers: (playerIds: string[]) => this.#withdraw(playerIds),
    });
    this.room.clock.setInterval(() => this.#beat(), HEARTBEAT_MS);
    this.room.clock.setTimeout(() => this.#reportMissing(), NO_SHOW_SECONDS * 1000);
  }

  protected override onJoin(client: Client): void {
    const { playerId } = client.auth as Identity;
    if (this.placement && !this.#entries.has(playerId))
      throw new ServerError(ErrorCode.APPLICATION_ERROR, refusal("match_reserved"));
    this.#came.add(playerId);
    this.#coming.delete(playerId);
    this.#present.set(client.sessionId, playerId);
    if (!this.placement) void this.#noteStanding(client.sessionId, playerId);
  }

  protected override onLeave(client: Client): void {
    const playerId = this.#present.get(client.sessionId);
    this.#present.delete(client.sessionId);
    this.#here.delete(client.sessionId);
    const replaced = [...this.#present.values()].includes(playerId ?? "");
    if (playerId !== undefined && !replaced) this.#noteEarlyLeave(playerId);
  }

  /** Nobody came at all. A room that was closed at once could not be filled, which is nobody's fault. */
  protected override onDispose(): void {
    const openedLongAgo = Date.now() - this.#createdAt > ARRIVAL_MS - 2000;
    if (openedLongAgo && !this.#status().closing) this.#reportMissing();
  }

  /** −1 for a spectator; undefined for everybody in an open room, and for strangers. */
  teamOf(playerId: string): number | undefined {
    return this.#entries.get(playerId)?.team;
  }

  isLate(playerId: string): boolean {
    return this.#entries.get(playerId)?.late ?? false;
  }

  #reserveFor({ seats }: Placement): void {
    for (const { playerId, name, team } of seats) this.#entries.set(playerId, { name, team, late: false });
    void this.room.setPrivate(true);
  }

  /** Called by queues of any process. @returns false: there is no room for all of them. */
  #admit(seats: readonly PlacedSeat[]): boolean {
    const status = this.#status();
    if (!this.placement) return status.players + seats.length <= status.places;
    if (!status.live) return false;
    const left = this.#openPlaces(status);
    for (const { team } of seats) {
      left[team] = (left[team] ?? 0) - 1;
      if ((left[team] ?? -1) < 0) return false;
    }
    // Whoever was here is no replacement.
    if (seats.some(({ playerId }) => this.#came.has(playerId))) return false;
    for (const { playerId, name, team } of seats) {
      this.#entries.set(playerId, { name, team, late: true });
      this.#coming.set(playerId, Date.now() + ARRIVAL_MS);
    }
    return true;
  }

  #withdraw(playerIds: readonly string[]): void {
    for (const playerId of playerIds) {
      this.#coming.delete(playerId);
      if (!this.#came.has(playerId)) this.#entries.delete(playerId);
    }
  }

  /** Places of each team that nobody holds and nobody is on the way to. */
  #openPlaces({ open }: MatchStatus): number[] {
    const left = [...open];
    for (const [playerId, until] of this.#coming) {
      const team = this.#entries.get(playerId)?.team ?? -1;
      if (Date.now() > until) this.#noteMissed(playerId);
      else left[team] = Math.max(0, (left[team] ?? 0) - 1);
    }
    return left;
  }

  #beat(): void {
    const status = this.#status();
    this.#publish(status);
    this.#wentLive ||= status.live;
    if (!this.placement?.queue || !status.live) return;
    const open = this.#openPlaces(status);
    if (open.some((count) => count > 0)) this.#askForReplacements(this.placement, status, open);
  }

  #askForReplacements({ queue, region }: Placement, status: MatchStatus, open: readonly number[]): void {
    const holders = [...new Set([...this.#present.values(), ...this.#coming.keys()])];
    void this.#services?.requestBackfill({
      queue,
      region,
      roomId: this.room.roomId,
      former: [...this.#came].filter((playerId) => !holders.includes(playerId)),
      score: status.score,
      secondsLeft: status.secondsLeft,
      lengthSeconds: status.lengthSeconds,
      teams: open.map((count, team) => ({
        open: count,
        players: holders.filter((playerId) => this.#entries.get(playerId)?.team === team),
      })),
    });
  }

  #publish({ mode, map, phase, players, places }: MatchStatus): void {
    const members = [...this.#here.values()];
    const metadata = { kind: "match", mode, map, phase, players, places, members };
    const text = JSON.stringify(metadata);
    if (text === this.#published) return;
    this.#published = text;
    void this.room.setMetadata(metadata).catch(() => undefined);
  }

  async #noteStanding(sessionId: string, playerId: string): Promise<void> {
    const standings = await this.#services
      ?.standingsOf([playerId], this.#services.quickPlayRating)
      .catch(() => undefined);
    const standing = standings?.get(playerId);
    if (!standing || !this.room.clients.get(sessionId)) return;
    this.#here.set(sessionId, { playerId, ...standing.skill, trustTier: standing.trustTier });
  }

  /** A replacement that accepted and never came. */
  #noteMissed(playerId: string): void {
    this.#coming.delete(playerId);
    this.#entries.delete(playerId);
    const key = `missed/${this.room.roomId}/${playerId}`;
    void this.#services?.noteDodge({ playerId, key, reason: "ready_missed" });
  }

  /** Who has seen the opponents and goes before the fight has dodged the match. */
  #noteEarlyLeave(playerId: string): void {
    const { live, closing } = this.#status();
    this.#wentLive ||= live;
    // Whoever follows the first one has nothing to play for any more.
    if (!this.placement?.queue || this.#wentLive || this.#spoilt || closing) return;
    if ((this.#entries.get(playerId)?.team ?? -1) < 0) return;
    this.#spoilt = true;
    const key = `left/${this.room.roomId}/${playerId}`;
    void this.#services?.noteDodge({ playerId, key, reason: "ready_missed" });
  }

  #reportMissing(): void {
    if (!this.placement?.queue || this.#reported) return;
    this.#reported = true;
    for (const { playerId } of this.placement.seats) {
      if (this.#came.has(playerId)) continue;
      this.#entries.delete(playerId);
      const key = `missed/${this.room.roomId}/${playerId}`;
      void this.#services?.noteDodge({ playerId, key, reason: "ready_missed" });
    }
  }
}

function refusal(code: "match_reserved"): string {
  return `${code}: ${ERRORS[code].message}`;
}
