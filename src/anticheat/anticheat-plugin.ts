/**
 * Watches the players of a room: lists validators, runs them over what comes in, and acts in this order: what a cheat
 * would gain is taken away first (the room asks `isRestricted`), then evidence is gathered, and only what cannot be honest
 * closes a connection, with 4420 `input_illegal`. Statistics never close one. Needs a room that is defined through
 * `defineArena`, with `static onAuth = requirePlayer` and `defineInput`.
 *
 * ```ts
 * plugins = definePlugins({
 *   anticheat: new AntiCheatPlugin({
 *     tickRate: 30,
 *     validators: (thresholds) => [
 *       ...inputValidators(thresholds, { ranges: { moveX: [-1, 1], buttons: [0, 7] } }),
 *       ...combatValidators(thresholds),
 *     ],
 *     place: (sessionId) => ({ matchId: this.state.matchId, tick: this.state.tick, slot: this.slotOf(sessionId) }),
 *   }),
 * });
 * // a consumed input:   this.plugins.anticheat.acted(sessionId, firing, enemyInSight);
 * // an engagement ends: this.plugins.anticheat.engaged(sessionId, engagement);
 * // a shot looks back:  if (!this.plugins.anticheat.isRestricted(sessionId)) …
 * ```
 * Order: inputs are seen as they are decoded, before `sanitize`. A player's standing comes from storage a little after
 * the join; what is observed before that counts. A connection that comes back keeps its points and loses what was known
 * of its link. What the player did here is handed on when the player leaves, and every `KEPT_EVERY_MS`.
 *
 * Nothing here throws into the room for storage's sake. What it does not do: ban (`trust/`), or judge what the room
 * does not tell it of.
 */
import { randomInt } from "node:crypto";
import { type Client, logger, RoomPlugin } from "@colyseus/core";
import type { ValidatorConfig } from "../config/validator-config.ts";
import { ERRORS } from "../errors.ts";
import type { Engagement } from "./engagement.ts";
import { LinkProver } from "./link-prover.ts";
import { type Observed, type OversteppedLimit, PlayerInspection } from "./player-inspection.ts";
import { type EvidencePlace, Suspicion } from "./suspicion.ts";
import type { TrustThresholds } from "./trust/evidence.ts";
import type { TrustLevel, TrustServices } from "./trust/trust-services.ts";
import type { Validator } from "./validator.ts";

const KEPT_EVERY_MS = 60_000;
/** A limit that was overstepped is shown with what came before it. */
const SHOWN_BEFORE_SECONDS = 3;
const NONCE_BYTES = 4;

/** What the plugin needs of `options.arena`, which the arena hands to every room it creates. */
export interface AntiCheatServices {
  trust: TrustServices;
  anticheat: {
    thresholds: ValidatorConfig;
    trust: TrustThresholds;
    proofEveryMs: number;
    watchInputs(
      room: object,
      watch: (client: Client, fields: Readonly<Record<string, number>>, stampMs: number) => void,
    ): void;
    ping(client: Client, data: Uint8Array): void;
    hearPongs(client: Client, heard: (data: Uint8Array) => void): void;
  };
}

export interface PlayerPlace {
  matchId: string;
  /** Of the match's recording, counted from its start. */
  tick: number;
  /** The fighter's number in the match; −1 for none. */
  slot: number;
}

export interface AntiCheatOptions {
  /** Inputs a second that move a player on. */
  tickRate: number;
  validators: (thresholds: ValidatorConfig) => Validator[];
  place: (sessionId: string) => PlayerPlace;
}

interface Seat {
  playerId: string;
  inspection: PlayerInspection;
  suspicion: Suspicion;
  /** Of the present connection. */
  client: Client;
  prover: LinkProver;
  playedFrom: number;
  forget: () => void;
}

export class AntiCheatPlugin extends RoomPlugin {
  override readonly pluginName = "anticheat" as const;
  readonly #options: AntiCheatOptions;
  readonly #seats = new Map<string, Seat>();
  #services!: AntiCheatServices;
  #validators: Validator[] = [];
  #weights: Record<string, number> = {};
  /** What the room's clock is behind the process's, at the least. */
  #clockOffset = Number.POSITIVE_INFINITY;

  constructor(options: AntiCheatOptions) {
    super();
    this.#options = options;
  }

  protected override onCreate({ arena }: { arena?: AntiCheatServices }): void {
    if (!arena) throw new Error("AntiCheatPlugin: this room was not defined through defineArena");
    this.#services = arena;
    this.#validators = this.#options.validators(arena.anticheat.thresholds);
    for (const { kind, name, settings } of this.#validators)
      if (kind === "trial" && settings.enabled) this.#weights[name] = settings.weight;
    arena.anticheat.watchInputs(this.room, (client, fields, stampMs) =>
      this.#received(client, fields, stampMs),
    );
    this.room.clock.setInterval(() => this.#prove(), arena.anticheat.proofEveryMs);
    this.room.clock.setInterval(() => this.#keepAll(), KEPT_EVERY_MS);
  }

  protected override onJoin(client: Client): void {
    const { playerId } = (client.auth ?? {}) as { playerId?: string };
    if (!playerId) throw new Error("AntiCheatPlugin: the room's class needs `static onAuth = requirePlayer`");
    const { trust, anticheat } = this.#services;
    const { sessionId } = client;
    const now = performance.now();
    const suspicion = new Suspicion({ thresholds: anticheat.trust, weights: this.#weights });
    const inspection = new PlayerInspection(this.#validators, 1000 / this.#options.tickRate, now, {
      overstepped: (event) => this.#overstepped(sessionId, event),
      observed: (event) => this.#observed(sessionId, event),
    });
    const forget = trust.listen(playerId, (standing) =>
      standing.level === "trusted" ? suspicion.clear() : suspicion.adopt(standing),
    );
    const seat = {
      playerId,
      inspection,
      suspicion,
      client,
      prover: new LinkProver(),
      playedFrom: now,
      forget,
    };
    this.#seats.set(sessionId, seat);
    this.#listen(seat);
    void trust.standingOf(playerId).then((standing) => suspicion.adopt(standing));
  }

  protected override onLeave(client: Client): void {
    const seat = this.#seats.get(client.sessionId);
    if (!seat) return;
    this.#seats.delete(client.sessionId);
    seat.forget();
    this.#keep(seat);
  }

  protected override onDispose(): void {
    for (const seat of this.#seats.values()) {
      seat.forget();
      this.#keep(seat);
    }
    this.#seats.clear();
  }

  /** Whether what lag compensation and the like give should be taken away from this player, now. */
  isRestricted(sessionId: string): boolean {
    const seat = this.#seats.get(sessionId);
    return (
      seat !== undefined &&
      (seat.inspection.isRestricted(performance.now()) || seat.suspicion.isAtLeast("mitigated"))
    );
  }

  levelOf(sessionId: string): TrustLevel {
    return this.#seats.get(sessionId)?.suspicion.level ?? "trusted";
  }

  /** The shortest of the latest seconds, milliseconds; undefined when the client proves nothing. */
  roundTripMs(sessionId: string): number | undefined {
    return this.#seats.get(sessionId)?.inspection.history.shortestRoundTrip(performance.now() - 10_000);
  }

  /** Of each input that the simulation consumed. */
  acted(sessionId: string, trigger: boolean, enemyInSight: boolean): void {
    this.#seats.get(sessionId)?.inspection.acted(performance.now(), trigger, enemyInSight);
  }

  engaged(sessionId: string, engagement: Engagement): void {
    this.#seats.get(sessionId)?.inspection.engaged(engagement);
  }

  /** A player asked for something by a message. */
  asked(client: Client, action: string, allowed: boolean): void {
    this.#seats.get(client.sessionId)?.inspection.asked({ at: performance.now(), action, allowed });
  }

  /** The room's ticks are late: nobody is to blame for what follows. @param lateMs by so much. */
  noteLateness(lateMs: number): void {
    const now = performance.now();
    for (const { inspection } of this.#seats.values()) inspection.freeze(now, lateMs + 1000);
  }

  #received(client: Client, fields: Readonly<Record<string, number>>, stampMs: number): void {
    const at = performance.now();
    this.#clockOffset = Math.min(this.#clockOffset, at - this.room.clock.elapsedTime);
    const stampAt = stampMs > 0 ? stampMs + this.#clockOffset : 0;
    this.#seats.get(client.sessionId)?.inspection.received({ at, stampAt, fields });
  }

  #prove(): void {
    const at = performance.now();
    for (const client of this.room.clients) {
      const seat = this.#seats.get(client.sessionId);
      if (!seat) continue;
      if (seat.client !== client) this.#reconnected(seat, client);
      const nonce = randomInt(2 ** 32);
      const data = Buffer.alloc(NONCE_BYTES);
      data.writeUInt32LE(nonce);
      seat.prover.sent(nonce, at);
      this.#services.anticheat.ping(client, data);
    }
  }

  #reconnected(seat: Seat, client: Client): void {
    seat.client = client;
    seat.prover = new LinkProver();
    seat.inspection.reopen(performance.now());
    this.#listen(seat);
  }

  #listen(seat: Seat): void {
    const { client, prover } = seat;
    this.#services.anticheat.hearPongs(client, (data) => {
      // Colyseus' own pings carry nothing.
      if (data.length !== NONCE_BYTES || seat.prover !== prover) return;
      const nonce = new DataView(data.buffer, data.byteOffset, NONCE_BYTES).getUint32(0, true);
      const proof = prover.echoed(nonce, performance.now());
      if (proof) seat.inspection.proved(proof);
    });
  }

  #observed(sessionId: string, { trial, observation, engagement }: Observed): void {
    const seat = this.#seats.get(sessionId);
    if (!seat) return;
    const { name, settings } = trial;
    const { positive, measured, p0 = settings.p0 } = observation;
    // Where more is expected of the honest than of a cheat nothing is learnt.
    if (p0 >= settings.p1) return;
    const place = this.#placeOf(sessionId, engagement);
    const level = seat.suspicion.observed({ name, p0, p1: settings.p1 }, positive, measured, place);
    if (level) this.#decide(seat, level, name, false);
  }

  #overstepped(sessionId: string, { limit, violation, points, reached }: OversteppedLimit): void {
    const seat = this.#seats.get(sessionId);
    if (!seat || reached === undefined) return;
    const measured = { ...violation.measured, points };
    const isCase = reached !== "restrict";
    const place = this.#placeOf(sessionId);
    const level = seat.suspicion.overstepped(limit.name, measured, place, isCase ? "review" : undefined);
    const { playerId } = seat;
    const { roomId } = this.room;
    logger.warn(
      { roomId, sessionId, playerId, validator: limit.name, measured, reached },
      "a limit was overstepped",
    );
    if (reached === "kick") {
      this.#decide(seat, "review", limit.name, true);
      seat.client.leave(ERRORS.input_illegal.close, "input_illegal");
    } else if (level) this.#decide(seat, level, limit.name, false);
  }

  #decide({ playerId, suspicion }: Seat, level: TrustLevel, reason: string, kicked: boolean): void {
    const { evidence, logEvidence } = suspicion;
    const { matchId = "" } = evidence.at(-1) ?? {};
    this.#services.trust.decide({
      playerId,
      level,
      kicked,
      reason,
      logEvidence,
      room: this.room.roomName,
      matchId,
      at: new Date().toISOString(),
      evidence: [...evidence],
    });
  }

  #placeOf(sessionId: string, engagement?: Engagement): EvidencePlace {
    const { matchId, tick, slot } = this.#options.place(sessionId);
    const about = { at: new Date().toISOString(), room: this.room.roomName, matchId };
    if (!engagement) {
      const fromTick = Math.max(0, tick - SHOWN_BEFORE_SECONDS * this.#options.tickRate);
      return { ...about, slot, targetSlot: -1, fromTick, toTick: tick };
    }
    const { fromTick, toTick, targetSlot } = engagement;
    return { ...about, slot: engagement.slot, targetSlot, fromTick, toTick };
  }

  #keepAll(): void {
    for (const seat of this.#seats.values()) this.#keep(seat);
  }

  #keep(seat: Seat): void {
    const now = performance.now();
    seat.suspicion.played(now - seat.playedFrom);
    seat.playedFrom = now;
    this.#services.trust.keepWindow(seat.playerId, seat.suspicion.window);
  }
}
