/**
 * A player's inputs on the server, as Colyseus' buffer keeps them: at most 32, the oldest go first. What comes out of the
 * network is shown to the inspection as it came, made legal, and kept. Rings, reused.
 */
import type { SkirmishInput } from "../../../schemas/skirmish-input.ts";
import type { LabSeat } from "./lab-seat.ts";
import type { Uplink, UplinkListener } from "./uplink.ts";
import { Uplink as Columns } from "./uplink.ts";

const MOST = 32;

interface Frame {
  moveX: number;
  moveY: number;
  aim: number;
  buttons: number;
}

export class InputQueue implements UplinkListener {
  /** Of the input that `next` answered. */
  renderTime = 0;
  /** The sequence number of the latest input that was taken, or dropped. */
  consumedUpTo = -1;
  readonly #frames = Array.from({ length: MOST }, (): Frame => ({ moveX: 0, moveY: 0, aim: 0, buttons: 0 }));
  readonly #stamps = new Float64Array(MOST);
  readonly #sequences = new Float64Array(MOST);
  readonly #received = { at: 0, stampAt: 0, fields: {} as Readonly<Record<string, number>> };
  #head = 0;
  #tail = 0;
  #up!: Uplink;
  #seat!: LabSeat;
  #sanitize!: (frame: SkirmishInput) => void;

  listen(up: Uplink, seat: LabSeat, sanitize: (frame: SkirmishInput) => void): void {
    this.#up = up;
    this.#seat = seat;
    this.#sanitize = sanitize;
  }

  get size(): number {
    return this.#tail - this.#head;
  }

  next(): SkirmishInput | undefined {
    if (this.#head === this.#tail) return undefined;
    const slot = this.#head % MOST;
    this.#head += 1;
    this.renderTime = this.#stamps[slot] as number;
    this.consumedUpTo = this.#sequences[slot] as number;
    return this.#frames[slot] as unknown as SkirmishInput;
  }

  take(count: number): void {
    for (let index = 0; index < count; index += 1) this.next();
  }

  input(at: number, sequence: number): void {
    const up = this.#up;
    const from = Columns.slot(sequence);
    if (this.size === MOST) this.next();
    const slot = this.#tail % MOST;
    const frame = this.#frames[slot] as Frame;
    frame.moveX = up.moveX[from] as number;
    frame.moveY = up.moveY[from] as number;
    frame.aim = up.aim[from] as number;
    frame.buttons = up.buttons[from] as number;
    const stamp = up.stamps[from] as number;
    const received = this.#received;
    received.at = at;
    received.stampAt = Math.max(0, stamp);
    received.fields = frame as unknown as Readonly<Record<string, number>>;
    this.#seat.inspection.received(received);
    this.#sanitize(frame as unknown as SkirmishInput);
    this.#stamps[slot] = stamp;
    this.#sequences[slot] = sequence;
    this.#tail += 1;
  }

  echo(at: number, sentAt: number): void {
    this.#seat.inspection.proved({ at, sentAt });
  }
}
