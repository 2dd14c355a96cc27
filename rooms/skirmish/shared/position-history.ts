/**
 * Where every fighter stood at the ends of the latest ticks: what a shooter's screen showed can be looked up again
 * (lag compensation). Kept beside the world and not on its entities, so that a match that is run again finds the same.
 * `@colyseus/core`'s `Rewind` records schema instances by the server's clock; a parity test holds the two together.
 */
import type { Point } from "./arena-map.ts";
import type { MatchWorld } from "./match-world.ts";

/** A power of two. At 30 ticks a second half a second: twice what is ever looked back. */
const KEPT_TICKS = 16;
/** Farther than anybody moves in a tick: the fighter was put there, and was never between. */
const TELEPORT_METRES = 2;

export interface HistorySnapshot {
  readonly newest: number;
  readonly tracks: readonly [string, Track][];
}

interface Track {
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** The first tick that was recorded without a gap. */
  since: number;
}

export class PositionHistory {
  readonly #tracks = new Map<string, Track>();
  #newest = -1;

  /** The latest recorded tick; −1 before the first. */
  get newest(): number {
    return this.#newest;
  }

  /** At the end of each tick, once. */
  record(world: MatchWorld): void {
    const { tick, fighters } = world;
    const gap = tick !== this.#newest + 1;
    this.#newest = tick;
    const slot = tick % KEPT_TICKS;
    fighters.forEach((fighter, key) => {
      let track = this.#tracks.get(key);
      if (track === undefined || gap) {
        track = { x: new Float64Array(KEPT_TICKS), y: new Float64Array(KEPT_TICKS), since: tick };
        this.#tracks.set(key, track);
      }
      track.x[slot] = fighter.x;
      track.y[slot] = fighter.y;
    });
    if (this.#tracks.size > fighters.size) this.#forgetTheGone(world);
  }

  /**
   * @param tick may lie between two ticks; what is older than what is kept is answered with the oldest, what is newer
   * with the newest.
   * @returns undefined for somebody who was not there.
   */
  at(key: string, tick: number): Point | undefined {
    const track = this.#tracks.get(key);
    if (track === undefined) return undefined;
    const oldest = Math.max(track.since, this.#newest - KEPT_TICKS + 1);
    const inside = Math.min(Math.max(tick, oldest), this.#newest);
    const before = Math.floor(inside);
    const share = inside - before;
    const from = before % KEPT_TICKS;
    const x = track.x[from] as number;
    const y = track.y[from] as number;
    if (share === 0) return { x, y };
    const to = (before + 1) % KEPT_TICKS;
    const dx = (track.x[to] as number) - x;
    const dy = (track.y[to] as number) - y;
    if (Math.abs(dx) > TELEPORT_METRES || Math.abs(dy) > TELEPORT_METRES) return { x: x + dx, y: y + dy };
    return { x: x + dx * share, y: y + dy * share };
  }

  /** A new match looks back at nothing of the one before. */
  clear(): void {
    this.#tracks.clear();
    this.#newest = -1;
  }

  snapshot(): HistorySnapshot {
    return { newest: this.#newest, tracks: copyTracks(this.#tracks) };
  }

  restore({ newest, tracks }: HistorySnapshot): void {
    this.clear();
    this.#newest = newest;
    for (const [key, track] of copyTracks(tracks)) this.#tracks.set(key, track);
  }

  #forgetTheGone(world: MatchWorld): void {
    for (const key of this.#tracks.keys())
      if (world.fighters.get(key) === undefined) this.#tracks.delete(key);
  }
}

function copyTracks(tracks: Iterable<[string, Track]>): [string, Track][] {
  return [...tracks].map(([key, { x, y, since }]) => [key, { x: x.slice(), y: y.slice(), since }]);
}
