/**
 * What each player does in a tick: takes what their budget allows from the room's input buffers, and finds out what a
 * shooter's screen showed, for as far back as the room compensates.
 */
import type { InputAPI, Rewind } from "@colyseus/core";
import type { SkirmishInput } from "../../schemas/skirmish-input.ts";
import { RewindStamp } from "../../src/index.ts";
import { InputBudget } from "./input-budget.ts";
import { PatchTimes } from "./patch-times.ts";
import { BUTTON_FIRE } from "./shared/constants.ts";
import type { FighterInput } from "./shared/fighter-step.ts";
import { SEEN_STEPS } from "./shared/match-log.ts";

interface Seat {
  budget: InputBudget;
  stamp: RewindStamp;
}

export interface PlayerInputsOptions {
  /** Bounds how far back a shot may look; without one all are judged in the present. */
  rewind: Rewind | undefined;
  /** Whether this player's shots are judged in the present. */
  isRestricted: (sessionId: string) => boolean;
  /**
   * Of each input.
   * @param seenTick what the player's screen showed, as far as it is believed.
   * @param missed whether inputs before it were thrown away.
   */
  consumed: (sessionId: string, input: FighterInput, seenTick: number | undefined, missed: boolean) => void;
  /** Of inputs that waited for too long. */
  dropped: (count: number) => void;
}

export class PlayerInputs {
  readonly patches = new PatchTimes();
  readonly #inputs: InputAPI<SkirmishInput>;
  readonly #options: PlayerInputsOptions;
  readonly #seats = new Map<string, Seat>();

  constructor(inputs: InputAPI<SkirmishInput>, options: PlayerInputsOptions) {
    this.#inputs = inputs;
    this.#options = options;
  }

  open(sessionId: string): void {
    this.#seats.set(sessionId, { budget: new InputBudget(), stamp: new RewindStamp() });
  }

  /** The time that was earned moves along: a new budget for each join would be speed for joining often. */
  passOn(from: string, to: string): void {
    const older = this.#seats.get(from);
    this.open(to);
    const seat = this.#seats.get(to);
    if (older && seat) seat.budget = older.budget;
    this.#seats.delete(from);
  }

  close(sessionId: string): void {
    this.#seats.delete(sessionId);
  }

  /** @param weaponCooldown the fighter's, before the tick: only a shot that is fired looks back. */
  consume(sessionId: string, weaponCooldown: number): FighterInput[] {
    const seat = this.#seats.get(sessionId);
    if (!seat) return [];
    const waiting = this.#inputs.get(sessionId);
    const { drop, take } = seat.budget.spend(waiting.size);
    if (drop > 0) {
      waiting.take(drop);
      this.#options.dropped(drop);
    }
    const consumed: FighterInput[] = [];
    const inPresent = this.#options.isRestricted(sessionId);
    for (let index = 0; index < take; index += 1) {
      const input = waiting.next();
      if (!input) break;
      const { moveX, moveY, aim, buttons } = input;
      const seen = this.#seenTick(seat, waiting.renderTime);
      const looksBack = (buttons & BUTTON_FIRE) !== 0 && weaponCooldown <= index && !inPresent;
      const kept = {
        moveX,
        moveY,
        aim,
        buttons,
        ...(looksBack && seen !== undefined ? { seenTick: seen } : {}),
      };
      consumed.push(kept);
      this.#options.consumed(sessionId, kept, seen, drop > 0 && index === 0);
    }
    return consumed;
  }

  #seenTick(seat: Seat, renderTime: number): number | undefined {
    const { rewind } = this.#options;
    if (rewind === undefined || renderTime <= 0) return undefined;
    // Nobody sees what was not sent yet; believing it would pull all stamps after it up to there.
    const stamp = Math.min(renderTime, rewind.lastRecordedAt);
    const { time } = rewind.at(seat.stamp.judge(stamp));
    const tick = this.patches.tickAt(time);
    return tick === undefined ? undefined : Math.round(tick * SEEN_STEPS) / SEEN_STEPS;
  }
}
