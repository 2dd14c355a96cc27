/**
 * Skirmish's side of the anti-cheat: what its controls can send, who shoots at whom, and when the room's own ticks are
 * late. The validators and what follows from them are the plugin's.
 */
import {
  type AntiCheatPlugin,
  combatValidators,
  inputValidators,
  type PlayerPlace,
  type Validator,
  type ValidatorConfig,
} from "../../src/index.ts";
import { EngagementFeed, type EngagementFeedOptions } from "./engagement-feed.ts";
import { ALL_BUTTONS, BUTTON_FIRE, TICK_RATE } from "./shared/constants.ts";
import type { FighterInput } from "./shared/fighter-step.ts";
import type { MatchEvent, MatchWorld } from "./shared/match-world.ts";
import type { PositionHistory } from "./shared/position-history.ts";

const STEP_MS = 1000 / TICK_RATE;
/** Ticks that come in one go, or later than this, are the server's fault. */
const LATE_TICKS = 2;

/** What the game's own controls can send: see `schemas/skirmish-input.ts`. */
export function skirmishValidators(thresholds: ValidatorConfig): Validator[] {
  const ranges = { moveX: [-1, 1], moveY: [-1, 1], buttons: [0, ALL_BUTTONS] } as const;
  return [...inputValidators(thresholds, { ranges }), ...combatValidators(thresholds)];
}

type Watcher = Pick<AntiCheatPlugin, "acted" | "engaged" | "noteLateness">;

export class MatchWatch {
  readonly #anticheat: Watcher;
  readonly #feed: EngagementFeed;
  #startTick = 0;
  #tickedAt: number | undefined;

  constructor(anticheat: Watcher, options: Pick<EngagementFeedOptions, "map" | "mightSee">) {
    this.#anticheat = anticheat;
    this.#feed = new EngagementFeed({
      ...options,
      finished: (sessionId, engagement) => anticheat.engaged(sessionId, engagement),
    });
  }

  /** A match begins with the next tick. */
  begin(tick: number): void {
    this.#startTick = tick;
    this.#feed.begin(tick);
  }

  /** Of each consumed input; see `EngagementFeed.consumed`. */
  consumed(
    sessionId: string,
    input: FighterInput,
    seenTick: number | undefined,
    missed: boolean,
    tick: number,
  ): void {
    this.#feed.consumed(sessionId, input, seenTick, missed, tick);
    this.#anticheat.acted(sessionId, (input.buttons & BUTTON_FIRE) !== 0, this.#feed.isInFight(sessionId));
  }

  happened(event: MatchEvent): void {
    this.#feed.happened(event);
  }

  leave(sessionId: string, slot: number): void {
    this.#feed.leave(sessionId, slot);
  }

  /** @param now milliseconds, of any clock that does not jump. */
  afterTick(world: MatchWorld, history: PositionHistory, now: number): void {
    const lateMs = this.#tickedAt === undefined ? 0 : now - this.#tickedAt - STEP_MS;
    this.#tickedAt = now;
    if (lateMs > LATE_TICKS * STEP_MS) this.#anticheat.noteLateness(lateMs);
    if (world.phase === "live") this.#feed.afterTick(world, history);
  }

  /** Where evidence of this moment stands in the match's recording. */
  placeOf(sessionId: string, { matchId, tick, fighters }: MatchWorld & { matchId: string }): PlayerPlace {
    return { matchId, tick: tick - this.#startTick, slot: fighters.get(sessionId)?.slot ?? -1 };
  }
}
