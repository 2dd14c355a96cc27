/**
 * One player as the server knows it: the inspection and the evidence, put together as `AntiCheatPlugin` does it for a
 * room, and beside them what the lab writes down. The evidence of an honest player is followed to the end, whatever
 * level it reaches.
 */
import type { FighterBody } from "../../../rooms/skirmish/shared/fighter-step.ts";
import type { Engagement } from "../../../src/anticheat/engagement.ts";
import {
  type Measure,
  type Observed,
  type OversteppedLimit,
  PlayerInspection,
} from "../../../src/anticheat/player-inspection.ts";
import { Suspicion } from "../../../src/anticheat/suspicion.ts";
import type { TrustLevel } from "../../../src/anticheat/trust/trust-services.ts";
import type { Validator } from "../../../src/anticheat/validator.ts";
import type { Cheat } from "./cheats.ts";
import type { AnticheatConfig } from "./lab-config.ts";
import type { Network } from "./networks.ts";
import type { HandsKind, Person } from "./people.ts";

const STEP_MS = 1000 / 30;
/** Farther than anybody moves in a tick. */
const TELEPORT_METRES = 2;
const NOWHERE = {
  at: "",
  room: "",
  matchId: "",
  fromTick: 0,
  toTick: 0,
  slot: 0,
  targetSlot: 0,
} as const;

/** What the server did about a player, from nothing that anybody notices to the end of the connection. */
export type Step = "restrict" | Exclude<TrustLevel, "trusted"> | "case" | "kick";

/** A flag: more than watching. Whoever is restricted alone is told from nobody. */
export const FLAGS: readonly Step[] = ["apart", "mitigated", "review", "case", "kick"];

export interface First {
  atMs: number;
  /** Engagements with shots until then. */
  engagements: number;
  by: string;
}

export interface TrialCount {
  observed: number;
  positive: number;
}

export interface SeatOutcome {
  kind: HandsKind;
  cheat: string;
  network: string;
  /** How long the player was there, and of it alive in a running match. */
  ms: number;
  livedMs: number;
  firsts: Partial<Record<Step, First>>;
  engagements: number;
  trials: Record<string, TrialCount>;
  /** Points of each limit. */
  limits: Record<string, number>;
  /** Logarithm of the highest e-value there was: of all trials together, and of each. */
  highest: number;
  /** Consumed while alive in a running match, as long as it is counted. */
  steps: number;
  stepMs: number;
  metres: number;
  shots: number;
  hits: number;
  lookBackMs: { sum: number; count: number; max: number };
}

export interface LabSeatOptions {
  key: string;
  slot: number;
  person: Person;
  cheat: Cheat | undefined;
  network: Network;
  validators: readonly Validator[];
  config: AnticheatConfig;
  /** Flags change nothing of what is counted: what a cheat would gain if nobody acted on them. */
  countsOn: boolean;
}

export class LabSeat {
  readonly key: string;
  readonly slot: number;
  readonly inspection: PlayerInspection;
  readonly outcome: SeatOutcome;
  isKicked = false;
  isGone = false;
  readonly #suspicion: Suspicion;
  readonly #countsOn: boolean;
  #now = 0;
  #mitigated = false;
  #flagged = false;
  #counts = true;
  #x = Number.NaN;
  #y = Number.NaN;
  #live = false;

  constructor({ key, slot, person, cheat, network, validators, config, countsOn }: LabSeatOptions) {
    this.#countsOn = countsOn;
    this.key = key;
    this.slot = slot;
    const weights: Record<string, number> = {};
    for (const { kind, name, settings } of validators)
      if (kind === "trial" && settings.enabled) weights[name] = settings.weight;
    this.#suspicion = new Suspicion({ thresholds: config.trust, weights });
    this.inspection = new PlayerInspection(validators, STEP_MS, 0, {
      overstepped: (event) => this.#overstepped(event),
      observed: (event) => this.#observed(event),
    });
    this.outcome = {
      kind: person.kind,
      cheat: cheat?.name ?? "",
      network: network.name,
      ms: 0,
      livedMs: 0,
      firsts: {},
      engagements: 0,
      trials: {},
      limits: {},
      highest: 0,
      steps: 0,
      stepMs: 0,
      metres: 0,
      shots: 0,
      hits: 0,
      lookBackMs: { sum: 0, count: 0, max: 0 },
    };
  }

  get isFlagged(): boolean {
    return this.#flagged;
  }

  isRestricted(now: number): boolean {
    this.#now = now;
    return this.#mitigated || this.inspection.isRestricted(now);
  }

  /** @param judgedTick of a shot, as far as it looks back: from the newest picture there is, the tick before. */
  consumed(tick: number, judgedTick: number | undefined): void {
    const { outcome } = this;
    if (!this.#counts || !this.#live) return;
    outcome.steps += 1;
    if (judgedTick === undefined) return;
    const ms = Math.max(0, tick - 1 - judgedTick) * STEP_MS;
    outcome.lookBackMs.sum += ms;
    outcome.lookBackMs.count += 1;
    outcome.lookBackMs.max = Math.max(outcome.lookBackMs.max, ms);
  }

  shot(hit: boolean): void {
    if (!this.#counts) return;
    this.outcome.shots += 1;
    if (hit) this.outcome.hits += 1;
  }

  engaged(engagement: Engagement): void {
    if (engagement.shots.length > 0) this.outcome.engagements += 1;
    this.inspection.engaged(engagement);
  }

  /** After each tick of a running match. */
  lived({ x, y, health }: FighterBody): void {
    this.#live = health > 0;
    if (health <= 0) {
      this.#x = Number.NaN;
      return;
    }
    const { outcome } = this;
    outcome.livedMs += STEP_MS;
    if (this.#counts) {
      outcome.stepMs += STEP_MS;
      const moved = Math.sqrt((x - this.#x) ** 2 + (y - this.#y) ** 2);
      if (moved < TELEPORT_METRES) outcome.metres += moved;
    }
    this.#x = x;
    this.#y = y;
  }

  leave(now: number): void {
    this.isGone = true;
    this.outcome.ms = now;
  }

  finish(now: number): void {
    if (!this.isGone) this.outcome.ms = now;
  }

  #overstepped({ limit, violation, reached }: OversteppedLimit): void {
    const { limits } = this.outcome;
    limits[limit.name] = (limits[limit.name] ?? 0) + violation.points;
    if (reached === undefined) return;
    const step: Record<Measure, Step> = { restrict: "restrict", suspect: "case", kick: "kick" };
    this.#reach(step[reached], limit.name);
    if (reached === "kick") this.isKicked = true;
  }

  #observed({ trial: { name, settings }, observation }: Observed): void {
    const { positive, p0 = settings.p0 } = observation;
    if (p0 >= settings.p1) return;
    const { outcome } = this;
    const count = (outcome.trials[name] ??= { observed: 0, positive: 0 });
    count.observed += 1;
    if (positive) count.positive += 1;
    const suspicion = this.#suspicion;
    const level = suspicion.observed({ name, p0, p1: settings.p1 }, positive, observation.measured, NOWHERE);
    outcome.highest = Math.max(outcome.highest, suspicion.logEvidence);
    if (level === undefined || level === "trusted") return;
    this.#mitigated = suspicion.isAtLeast("mitigated");
    this.#reach(level, name);
  }

  #reach(step: Step, by: string): void {
    const { firsts, engagements } = this.outcome;
    firsts[step] ??= { atMs: this.#now, engagements, by };
    if (!FLAGS.includes(step)) return;
    this.#flagged = true;
    this.#counts = this.#countsOn;
  }
}
