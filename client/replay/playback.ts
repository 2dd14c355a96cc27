/**
 * Where the viewer is in a recording: plays at any speed, goes to any moment, and says where everybody is between two
 * ticks. Pure: time comes in as seconds.
 *
 * A moment is a number of ticks, with a fraction. The run stands at the next whole tick; what is drawn lies between the
 * tick before, whose places are kept here, and that one. Going back restores a snapshot and runs on from there; it
 * takes a run-up, so that what is known of the ticks just before (shots, where everybody stood) is there too.
 *
 * A recording that breaks off ends where it does: `end` moves there.
 */
import type { Point } from "../../rooms/skirmish/shared/arena-map.ts";
import { PositionHistory } from "../../rooms/skirmish/shared/position-history.ts";
import type { Rerun, RerunSnapshot } from "../../rooms/skirmish/shared/rerun.ts";

export const SPEEDS = [0.5, 1, 2, 4, 8] as const;
export type Speed = (typeof SPEEDS)[number];

/** Enough for what shots look back at. */
export const RUN_UP_TICKS = 16;
/** Farther ahead, a snapshot is nearer. */
const MOST_TICKS_AHEAD = 200;
/** Farther than anybody moves in a tick: put there, and never between. */
const TELEPORT_METRES = 2;

export interface Pose {
  x: number;
  y: number;
  angle: number;
}

export interface PlaybackOptions {
  run: Rerun;
  /** The latest snapshot that lies so many ticks before; one at the start always fits. */
  snapshotBefore: (tick: number, runUp: number) => RerunSnapshot;
  /** After every tick. `passing` on the way to a moment that was asked for: nobody sees it. */
  onTick: (passing: boolean) => void;
  /** The run is put elsewhere: what was noted of its ticks counts no more. */
  onRestore: () => void;
}

export class Playback {
  readonly run: Rerun;
  playing = false;
  speed: Speed = 1;
  /** Where everybody stood at the ends of the latest ticks. */
  readonly history = new PositionHistory();
  readonly #options: PlaybackOptions;
  #at = 0;
  #end: number;
  #fighters = new Map<string, Pose & { alive: boolean }>();
  #shells = new Map<string, Pose>();

  constructor(options: PlaybackOptions) {
    this.#options = options;
    this.run = options.run;
    this.#end = options.run.ticks;
    this.#remember();
    this.history.record(this.run.world);
  }

  /** The moment that is shown, in ticks. */
  get at(): number {
    return this.#at;
  }

  get end(): number {
    return this.#end;
  }

  get atEnd(): boolean {
    return this.#at >= this.#end;
  }

  /** Nothing after this tick can be shown. */
  endAt(tick: number): void {
    this.#end = Math.min(this.#end, tick);
    this.#at = Math.min(this.#at, this.#end);
  }

  /** From the end it begins anew. */
  play(): void {
    if (this.atEnd) this.seek(0);
    this.playing = true;
  }

  /** At a whole tick: what is read then is what the run says. */
  pause(): void {
    if (!this.playing) return;
    this.playing = false;
    this.#at = this.run.tick;
  }

  /**
   * A frame went by.
   * @returns seconds of the match that it took.
   */
  advance(seconds: number): number {
    if (!this.playing) return 0;
    const from = this.#at;
    const to = Math.min(this.#end, from + seconds * this.speed * this.run.tickRate);
    while (this.run.tick < Math.ceil(to) && this.#step(false));
    this.#at = Math.min(to, this.#end);
    if (this.atEnd) this.playing = false;
    return (this.#at - from) / this.run.tickRate;
  }

  /** To a moment, silently. */
  seek(at: number): void {
    const target = Math.min(this.#end, Math.max(0, at));
    const tick = Math.ceil(target);
    const ahead = tick - this.run.tick;
    if (ahead < 0 || ahead > MOST_TICKS_AHEAD) this.#restore(tick);
    while (this.run.tick < tick && this.#step(true));
    this.#at = Math.min(target, this.#end);
  }

  /** One tick on or back, to a whole one. @returns seconds of the match that are seen going by. */
  step(direction: 1 | -1): number {
    this.playing = false;
    if (direction < 0) {
      this.seek(Math.ceil(this.#at) - 1);
      return 0;
    }
    const from = this.#at;
    const to = Math.min(this.#end, Math.floor(from) + 1);
    if (this.run.tick < to) this.#step(false);
    this.#at = Math.min(to, this.#end);
    return (this.#at - from) / this.run.tickRate;
  }

  /** Where a fighter is at this moment. @param into filled and returned. */
  fighterAt(key: string, into: Pose): Pose {
    const now = this.run.world.fighters.get(key);
    if (!now) return into;
    const before = this.#fighters.get(key);
    return between(before?.alive === true ? before : undefined, now, this.#share, into);
  }

  shellAt(key: string, into: Pose): Pose {
    const now = this.run.world.projectiles.get(key);
    return now ? between(this.#shells.get(key), now, this.#share, into) : into;
  }

  /** Where a shooter who looked back to that tick of the match saw somebody. */
  stoodAt(key: string, tick: number): Point | undefined {
    return this.history.at(key, tick);
  }

  /** How far from the tick before to the run's. */
  get #share(): number {
    return Math.min(1, Math.max(0, this.#at - (this.run.tick - 1)));
  }

  /** @returns false at the end. */
  #step(passing: boolean): boolean {
    this.#remember();
    let more = false;
    try {
      more = this.run.advance();
    } catch {
      more = false;
    }
    if (!more) {
      this.#end = Math.min(this.#end, this.run.tick);
      return false;
    }
    this.history.record(this.run.world);
    this.#options.onTick(passing);
    return true;
  }

  #restore(tick: number): void {
    const snapshot = this.#options.snapshotBefore(tick, RUN_UP_TICKS);
    // Running on from here may still be the shorter way.
    if (this.run.tick <= tick && this.run.tick >= snapshot.tick) return;
    this.#options.onRestore();
    this.run.restore(snapshot);
    this.history.clear();
    this.history.record(this.run.world);
    this.#remember();
  }

  #remember(): void {
    const { fighters, projectiles } = this.run.world;
    this.#fighters = new Map(
      [...fighters].map(([key, { x, y, angle, health }]) => [key, { x, y, angle, alive: health > 0 }]),
    );
    this.#shells = new Map([...projectiles].map(([key, { x, y, angle }]) => [key, { x, y, angle }]));
  }
}

/** Between two places; whoever was put somewhere, or is new, is there at once. */
export function between(before: Pose | undefined, now: Pose, share: number, into: Pose): Pose {
  const jumped =
    before === undefined ||
    Math.abs(now.x - before.x) > TELEPORT_METRES ||
    Math.abs(now.y - before.y) > TELEPORT_METRES;
  const from = jumped ? now : before;
  into.x = from.x + (now.x - from.x) * share;
  into.y = from.y + (now.y - from.y) * share;
  into.angle = from.angle + shortTurn(now.angle - from.angle) * share;
  return into;
}

/** The same turn the short way round, −π to π. */
function shortTurn(turn: number): number {
  return turn - Math.round(turn / (2 * Math.PI)) * 2 * Math.PI;
}

/** The next faster or slower speed. */
export function nextSpeed(speed: Speed, direction: 1 | -1): Speed {
  const place = SPEEDS.indexOf(speed) + direction;
  return SPEEDS[Math.min(SPEEDS.length - 1, Math.max(0, place))] as Speed;
}
