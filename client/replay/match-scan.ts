/**
 * Runs a recording once from end to end, ahead of whoever watches it: finds who killed whom and when, whether it comes
 * to what was recorded, and keeps snapshots on the way, so that any moment can be shown without running everything
 * before it. In slices, as the caller has time. Pure. It has a run of its own.
 *
 * Bounded: at most `MOST_SNAPSHOTS` and `MOST_KILLS`; of a longer match snapshots lie farther apart, and kills beyond
 * are not marked.
 */
import type { Rerun, RerunSnapshot } from "../../rooms/skirmish/shared/rerun.ts";

export const MOST_SNAPSHOTS = 400;
const MOST_KILLS = 2000;
const SNAPSHOT_SECONDS = 5;
/** Ticks between two looks at the time. */
const SLICE_TICKS = 16;

/** Somebody as a mark of the timeline shows them. */
export interface MarkedFighter {
  key: string;
  name: string;
  slot: number;
  team: number;
}

export interface KillMark {
  tick: number;
  /** Undefined when the victim has nobody else to blame. */
  by: MarkedFighter | undefined;
  victim: MarkedFighter;
}

export class MatchScan {
  readonly kills: KillMark[] = [];
  /** At which tick each phase began. */
  readonly phases: { tick: number; phase: string }[] = [];
  readonly #run: Rerun;
  readonly #every: number;
  readonly #snapshots: RerunSnapshot[];
  #broken: string | undefined;
  #done = false;

  /** @param run at its start; nobody else's. */
  constructor(run: Rerun) {
    this.#run = run;
    this.#every = Math.max(SNAPSHOT_SECONDS * run.tickRate, Math.ceil(run.ticks / (MOST_SNAPSHOTS - 1)));
    this.#snapshots = [run.snapshot()];
    this.phases.push({ tick: 0, phase: run.world.phase });
  }

  /** Ticks that were run. */
  get tick(): number {
    return this.#run.tick;
  }

  get done(): boolean {
    return this.#done;
  }

  /** Why it cannot be run to its end. */
  get broken(): string | undefined {
    return this.#broken;
  }

  /** The first tick found so far that does not come to what was recorded. */
  get mismatchTick(): number | undefined {
    return this.#run.mismatch?.tick;
  }

  /** The last tick that can be shown. */
  get end(): number {
    return this.#done ? this.#run.tick : this.#run.ticks;
  }

  /** Goes on until it is done or the time is up. */
  advance(timeIsUp: () => boolean): void {
    while (!this.#done) {
      for (let tick = 0; tick < SLICE_TICKS && !this.#done; tick += 1) this.#step();
      if (timeIsUp()) return;
    }
  }

  /**
   * @param runUp how many ticks before `tick` it has to lie, where there are as many.
   * @returns the latest one that fits; there is always one.
   */
  snapshotBefore(tick: number, runUp: number): RerunSnapshot {
    const place = Math.floor(Math.max(0, tick - runUp) / this.#every);
    return this.#snapshots[Math.min(place, this.#snapshots.length - 1)] as RerunSnapshot;
  }

  #step(): void {
    const run = this.#run;
    try {
      this.#done = !run.advance();
    } catch (error) {
      this.#broken = error instanceof Error ? error.message : "it is no recording";
      this.#done = true;
    }
    if (this.#done) return;
    for (const event of run.events) if (event[0] === "kill") this.#markKill(event[1], event[2]);
    const { phase } = run.world;
    if (phase !== this.phases.at(-1)?.phase) this.phases.push({ tick: run.tick, phase });
    if (run.tick % this.#every === 0 && run.tick < run.ticks) this.#snapshots.push(run.snapshot());
  }

  #markKill(by: number, victim: number): void {
    const fallen = this.#inSlot(victim);
    if (!fallen || this.kills.length >= MOST_KILLS) return;
    const killer = by === victim ? undefined : this.#inSlot(by);
    this.kills.push({ tick: this.#run.tick, by: killer, victim: fallen });
  }

  #inSlot(slot: number): MarkedFighter | undefined {
    for (const [key, fighter] of this.#run.world.fighters)
      if (fighter.slot === slot) return { key, name: fighter.name, slot, team: fighter.team };
    return undefined;
  }
}

/** The next kill in a direction, seen from a moment; undefined when there is none. */
export function nextKill(kills: readonly KillMark[], at: number, direction: 1 | -1): KillMark | undefined {
  return direction > 0 ? kills.find(({ tick }) => tick > at) : kills.findLast(({ tick }) => tick < at);
}

export type Verdict = "verifying" | "verified" | "differs" | "broken";

export function verdictOf({ done, broken, mismatchTick }: MatchScan): Verdict {
  if (mismatchTick !== undefined) return "differs";
  if (broken !== undefined) return "broken";
  return done ? "verified" : "verifying";
}
