/**
 * The last half minute of a connection, a slot every quarter of a second: what the network panel shows. Pure; a fixed
 * amount of memory, nothing made for a sample.
 *
 * A slot that was missed by a slow frame or two is as the one after it; a page that slept leaves a gap, and what the
 * counters grew by meanwhile is nobody's. A value that is not known is NaN.
 */

export const SLOT_MS = 250;
export const SLOTS = 120;
/** Rates of few things (a lost datagram among seven) say something over a second only. */
const SLOTS_PER_SECOND = 1000 / SLOT_MS;
const LONGEST_FILLED = SLOTS_PER_SECOND;

/** How patches come now. */
export type Way = "reconnecting" | "websocket" | "channel";
export const WAYS: readonly Way[] = ["reconnecting", "websocket", "channel"];

/** Values of now, and counters that only grow. */
export interface NetworkReading {
  way: Way;
  /** Of a bare frame by the WebSocket; NaN before the first came back. */
  roundTripMs: number;
  /** From an input to its acknowledgement. */
  answerMs: number;
  jitterMs: number;
  /** How much older than the present others are drawn. */
  drawnAgeMs: number;
  /** Counters: of the lane's patches. */
  datagrams: number;
  /** Those that did not come in time; most are made up for by the next. */
  datagramsMissing: number;
  patchesLost: number;
  /** Counters: of both ways together. */
  bytes: number;
  patches: number;
  /** Counters: of unexplained corrections, and by how many metres together. */
  corrections: number;
  corrected: number;
}

const MEASURED = ["roundTripMs", "answerMs", "jitterMs", "drawnAgeMs"] as const;
const COUNTED = [
  "datagrams",
  "datagramsMissing",
  "patchesLost",
  "bytes",
  "patches",
  "corrections",
  "corrected",
] as const;
const DERIVED = ["way", "lossPercent", "bytesPerSecond", "patchesPerSecond"] as const;
const NAMES = [...MEASURED, ...COUNTED, ...DERIVED] as const;

/** What a counter's series holds is what it grew by in a slot. */
export type Series = (typeof NAMES)[number];

export class NetworkHistory {
  readonly #rings = Object.fromEntries(
    NAMES.map((name) => [name, new Float32Array(SLOTS).fill(Number.NaN)]),
  ) as Record<Series, Float32Array>;
  readonly #sorted = new Float32Array(SLOTS);
  /** Where the newest slot stands in the rings. */
  #head = 0;
  #slot: number | undefined;
  #at = 0;
  #last: NetworkReading | undefined;

  /** Whether it is time for another reading. */
  isDue(now: number): boolean {
    return this.#slot === undefined || Math.floor(now / SLOT_MS) > this.#slot;
  }

  /** Call it when one is due; earlier ones are not looked at. */
  note(now: number, reading: NetworkReading): void {
    if (!this.isDue(now)) return;
    const slot = Math.floor(now / SLOT_MS);
    const passed = slot - (this.#slot ?? slot - 1);
    const last = this.#last;
    const seconds = (now - this.#at) / 1000;
    this.#slot = slot;
    this.#at = now;
    this.#last = reading;
    const slept = passed > LONGEST_FILLED;
    if (slept) for (let missed = 1; missed < Math.min(passed, SLOTS); missed += 1) this.#advance();
    for (let filled = slept ? 1 : passed; filled > 0; filled -= 1) {
      this.#advance();
      this.#set("way", WAYS.indexOf(reading.way));
      for (const name of MEASURED) this.#set(name, reading[name]);
      if (!last || slept) continue;
      // Of the slots that one reading stands for, the first has all that was counted.
      const share = filled === passed ? 1 : 0;
      for (const name of COUNTED) this.#set(name, grown(last, reading, name) * share);
      this.#set("bytesPerSecond", grown(last, reading, "bytes") / seconds);
      this.#set("patchesPerSecond", grown(last, reading, "patches") / seconds);
      const datagrams = this.sum("datagrams", SLOTS_PER_SECOND);
      if (datagrams > 0)
        this.#set("lossPercent", (100 * this.sum("datagramsMissing", SLOTS_PER_SECOND)) / datagrams);
    }
  }

  /** @param age in slots, 0 for the newest. */
  at(series: Series, age: number): number {
    if (age < 0 || age >= SLOTS) return Number.NaN;
    return this.#rings[series][(this.#head - age + SLOTS) % SLOTS] as number;
  }

  /** The largest value, NaN when none is known. */
  most(series: Series, slots = SLOTS): number {
    let most = Number.NaN;
    for (let age = 0; age < slots; age += 1) {
      const value = this.at(series, age);
      if (!(value <= most) && !Number.isNaN(value)) most = value;
    }
    return most;
  }

  /** The value that this share (0–1) of those that are known does not exceed, NaN when none is. */
  quantile(series: Series, share: number): number {
    let known = 0;
    for (const value of this.#rings[series]) {
      if (Number.isNaN(value)) continue;
      this.#sorted[known] = value;
      known += 1;
    }
    if (known === 0) return Number.NaN;
    return this.#sorted.subarray(0, known).sort()[Math.ceil(known * share) - 1] as number;
  }

  /** What is not known counts as nothing. */
  sum(series: Series, slots = SLOTS): number {
    let sum = 0;
    for (let age = 0; age < slots; age += 1) sum += this.at(series, age) || 0;
    return sum;
  }

  /** Over the last second: a value that changes with each patch can still be read. NaN when none is known. */
  recent(series: Series): number {
    let sum = 0;
    let known = 0;
    for (let age = 0; age < SLOTS_PER_SECOND; age += 1) {
      const value = this.at(series, age);
      if (Number.isNaN(value)) continue;
      sum += value;
      known += 1;
    }
    return known === 0 ? Number.NaN : sum / known;
  }

  #advance(): void {
    this.#head = (this.#head + 1) % SLOTS;
    for (const name of NAMES) this.#rings[name][this.#head] = Number.NaN;
  }

  #set(series: Series, value: number): void {
    this.#rings[series][this.#head] = value;
  }
}

/** Counters that begin anew have not grown. */
function grown(last: NetworkReading, reading: NetworkReading, counter: (typeof COUNTED)[number]): number {
  return Math.max(0, reading[counter] - last[counter]);
}
