/** What the server wrote down, ready to be asked: which tick consumed an input, who stood where in a tick. Pure. */
import { median } from "../../median.ts";
import type { ServerRecord, ShotRecord, StoodFighter, TickRecord } from "./records.ts";

export class ServerStory {
  readonly ticks: readonly TickRecord[];
  readonly shots: readonly ShotRecord[];
  /** The machine's clock minus the one that patches carry. */
  readonly clockOffset: number;
  readonly #byTick = new Map<number, TickRecord>();
  readonly #shots = new Map<string, ShotRecord>();
  readonly #consumedIn = new Map<string, number>();
  readonly #acknowledgedIn = new Map<string, number>();

  constructor(records: readonly ServerRecord[]) {
    this.ticks = records.filter((record) => record.kind === "tick");
    this.shots = records.filter((record) => record.kind === "shot");
    this.clockOffset = median(this.ticks.map(({ at, elapsed }) => at - elapsed));
    for (const shot of this.shots) this.#shots.set(`${shot.slot}/${shot.sequence}`, shot);
    for (const record of this.ticks) {
      this.#byTick.set(record.tick, record);
      for (const { slot, consumed, acknowledged } of record.inputs) {
        for (const sequence of consumed) this.#consumedIn.set(`${slot}/${sequence}`, record.tick);
        this.#acknowledgedIn.set(`${slot}/${acknowledged}`, record.tick);
      }
    }
  }

  shotOf(slot: number, sequence: number): ShotRecord | undefined {
    return this.#shots.get(`${slot}/${sequence}`);
  }

  /** The tick that applied an input; undefined for one that never arrived or was thrown away. */
  tickOf(slot: number, sequence: number): number | undefined {
    return this.#consumedIn.get(`${slot}/${sequence}`);
  }

  /** The tick whose patch acknowledged an input as the latest. */
  acknowledgedIn(slot: number, sequence: number): number | undefined {
    return this.#acknowledgedIn.get(`${slot}/${sequence}`);
  }

  tick(tick: number): TickRecord | undefined {
    return this.#byTick.get(tick);
  }

  at(tick: number, slot: number): StoodFighter | undefined {
    return this.#byTick.get(tick)?.fighters.find((fighter) => fighter.slot === slot);
  }

  /** The latest input of a player that any tick applied. */
  latestOf(slot: number): number {
    for (let index = this.ticks.length - 1; index >= 0; index -= 1) {
      const turn = this.ticks[index]?.inputs.find((one) => one.slot === slot);
      if (turn) return turn.acknowledged;
    }
    return 0;
  }
}

export function readServerRecords(text: string): ServerRecord[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as ServerRecord);
}
