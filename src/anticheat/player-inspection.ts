/**
 * Runs the validators over what one player does, and keeps their points: clamp first, suspect second, punish last. Pure
 * but for what it tells. One for each session; a player who reconnects keeps it (`reopen`).
 *
 * Order: a validator sees the history as it was before the moment that it judges. Points fall off with time. While the
 * server itself is late nobody is given points for it (`freeze`); what validators know of the link goes on.
 */
import type { Engagement } from "./engagement.ts";
import { PlayerHistory } from "./player-history.ts";
import type {
  AskedAction,
  Click,
  Limit,
  LinkProof,
  Observation,
  ReceivedInput,
  Stall,
  Trial,
  Validator,
  Violation,
} from "./validator.ts";

/** What limits ask for, the weakest first. */
export type Measure = "restrict" | "suspect" | "kick";

export interface OversteppedLimit {
  limit: Limit;
  violation: Violation;
  /** After it. */
  points: number;
  /** What the points are enough for, now for the first time; undefined when nothing new. */
  reached: Measure | undefined;
}

export interface Observed {
  trial: Trial;
  observation: Observation;
  /** Absent for what is no engagement. */
  engagement?: Engagement;
}

export interface InspectionListener {
  overstepped(event: OversteppedLimit): void;
  observed(event: Observed): void;
}

interface Watch<V extends Validator> {
  readonly validator: V;
  readonly state: unknown;
}

interface Meter extends Watch<Limit> {
  points: number;
  countedAt: number;
  reached: Measure | undefined;
}

/** Somebody who is restricted stays so a while: evidence comes in bits. */
const RESTRICTED_MS = 1100;
/** A tab that was hidden, a match that had not begun: no stall. */
const LONGEST_STALL_MS = 10_000;
const MEASURES: readonly Measure[] = ["restrict", "suspect", "kick"];

export class PlayerInspection {
  readonly history: PlayerHistory;
  readonly #limits: Meter[] = [];
  readonly #trials: Watch<Trial>[] = [];
  readonly #listener: InspectionListener;
  #restrictedUntil = 0;
  #frozenUntil = 0;
  #clickedAt: number | undefined;
  #pressed = false;
  #inputs = 0;
  #inFight = false;
  #inputsInFight = 0;

  /** @param stepMs what one input moves its player by. @param now milliseconds; one clock for all calls. */
  constructor(validators: readonly Validator[], stepMs: number, now: number, listener: InspectionListener) {
    this.history = new PlayerHistory(stepMs, now);
    this.#listener = listener;
    for (const validator of validators) {
      if (!validator.settings.enabled) continue;
      const state = validator.start(this.history);
      if (validator.kind === "limit")
        this.#limits.push({ validator, state, points: 0, countedAt: now, reached: undefined });
      else this.#trials.push({ validator, state });
    }
  }

  /** Whether the room should take advantages away from the player, now. */
  isRestricted(now: number): boolean {
    return now < this.#restrictedUntil;
  }

  /** Of all inputs so far, those with an enemy in sight. */
  get fightShare(): number {
    return this.#inputs === 0 ? 0 : this.#inputsInFight / this.#inputs;
  }

  /** Before the input is made a legal one. */
  received(input: ReceivedInput): void {
    const before = this.history.inputAt(0);
    const waited = before === undefined ? 0 : input.at - before;
    if (waited > 0 && waited < LONGEST_STALL_MS) this.#stalled(input.at, waited);
    for (const meter of this.#limits)
      this.#count(meter, meter.validator.received?.(meter.state, input, this.history), input.at);
    this.history.note(input);
  }

  proved(proof: LinkProof): void {
    for (const meter of this.#limits)
      this.#count(meter, meter.validator.proved?.(meter.state, proof, this.history), proof.at);
    this.history.prove(proof);
  }

  asked(action: AskedAction): void {
    for (const meter of this.#limits)
      this.#count(meter, meter.validator.asked?.(meter.state, action, this.history), action.at);
  }

  /**
   * An input was consumed.
   * @param inFight whether an enemy is in sight.
   */
  acted(at: number, trigger: boolean, inFight: boolean): void {
    this.#inputs += 1;
    this.#inFight = inFight;
    if (inFight) this.#inputsInFight += 1;
    if (trigger && !this.#pressed) {
      const ticks = this.#clickedAt === undefined ? 0 : this.#inputs - this.#clickedAt;
      this.#clickedAt = this.#inputs;
      if (ticks > 0) this.#clicked({ at, ticks });
    }
    this.#pressed = trigger;
  }

  engaged(engagement: Engagement): void {
    for (const { validator, state } of this.#trials) {
      const observation = validator.engaged?.(state, engagement, this.history);
      if (observation) this.#listener.observed({ trial: validator, observation, engagement });
    }
  }

  /** The server is late: for so long nobody is to blame for anything. */
  freeze(now: number, forMs: number): void {
    this.#frozenUntil = Math.max(this.#frozenUntil, now + forMs);
  }

  /** The player is back on another connection. */
  reopen(now: number): void {
    this.history.reopen(now);
    for (const meter of this.#limits) Object.assign(meter, { state: meter.validator.start(this.history) });
  }

  #clicked(click: Click): void {
    for (const { validator, state } of this.#trials) {
      const observation = validator.clicked?.(state, click, this.history);
      if (observation) this.#listener.observed({ trial: validator, observation });
    }
  }

  #stalled(at: number, forMs: number): void {
    const stall: Stall = { at, forMs, inFight: this.#inFight, fightShare: this.fightShare };
    for (const { validator, state } of this.#trials) {
      if (!validator.stalled) continue;
      const observation = validator.stalled(state, stall, this.history);
      if (observation) this.#listener.observed({ trial: validator, observation });
    }
  }

  #count(meter: Meter, violation: Violation | undefined, now: number): void {
    if (violation === undefined || now < this.#frozenUntil) return;
    const { restrictAt, suspectAt, kickAt, pointsLostPerSecond } = meter.validator.settings;
    const lost = ((now - meter.countedAt) / 1000) * pointsLostPerSecond;
    const left = Math.max(0, meter.points - Math.max(0, lost));
    // Whoever has lost them all begins anew.
    if (left === 0) meter.reached = undefined;
    meter.points = left + violation.points;
    meter.countedAt = now;
    const enough = (points: number | undefined): boolean => points !== undefined && meter.points >= points;
    if (enough(restrictAt)) this.#restrictedUntil = now + RESTRICTED_MS;
    const measure = enough(kickAt)
      ? "kick"
      : enough(suspectAt)
        ? "suspect"
        : enough(restrictAt)
          ? "restrict"
          : undefined;
    const isNew =
      measure !== undefined &&
      MEASURES.indexOf(measure) > (meter.reached ? MEASURES.indexOf(meter.reached) : -1);
    if (isNew) meter.reached = measure;
    this.#listener.overstepped({
      limit: meter.validator,
      violation,
      points: meter.points,
      reached: isNew ? measure : undefined,
    });
  }
}
