/**
 * Takes the server's datagrams apart, and says which of the patches in them are new. Pure.
 *
 *   1, epoch, (uint16 length, patch)+     oldest first; all but the last were in datagrams before
 *   patch: code | UNRELIABLE (| TIMED: uint32 time, uint32 input), uint16 sequence, body
 *
 * What is not of the epoch that the WebSocket has told of belongs before or after something that came, or is to come,
 * by the WebSocket, and is dropped; so is whatever is older than the newest patch that was taken.
 */
const PATCHES = 1;
const CODE_MASK = 0x1f;
const STATE_PATCH = 15;
const UNRELIABLE = 0x40;
const TIMED = 0x80;
const TIMED_BYTES = 8;

export interface Intake {
  /** New patches, in order. */
  patches: Uint8Array[];
  /** Those among them that an earlier datagram should have brought. */
  recovered: number;
  /** Patches that will not come any more. */
  lost: number;
}

export class PatchIntake {
  #epoch: number | undefined;
  #newest: number | undefined;

  /** From here on patches come by datagrams of this epoch. */
  begin(epoch: number): void {
    this.#epoch = epoch;
    this.#newest = undefined;
  }

  /** From here on patches come by the WebSocket. */
  end(): void {
    this.#epoch = undefined;
  }

  get open(): boolean {
    return this.#epoch !== undefined;
  }

  /** @returns undefined for what is no datagram of patches, or not of this epoch. */
  take(datagram: Uint8Array): Intake | undefined {
    if (datagram[0] !== PATCHES || this.#epoch === undefined || datagram[1] !== this.#epoch) return undefined;
    const frames = readFrames(datagram);
    if (!frames) return undefined;
    const intake: Intake = { patches: [], recovered: 0, lost: 0 };
    frames.forEach((frame, index) => {
      const sequence = sequenceOf(frame);
      const ahead = this.#newest === undefined ? 1 : ((sequence - this.#newest) << 16) >> 16;
      if (ahead <= 0) return;
      this.#newest = sequence;
      intake.patches.push(frame);
      intake.lost += ahead - 1;
      if (index < frames.length - 1) intake.recovered += 1;
    });
    return intake;
  }
}

function readFrames(datagram: Uint8Array): Uint8Array[] | undefined {
  const frames: Uint8Array[] = [];
  for (let at = 2; at < datagram.length; ) {
    const length = (datagram[at] ?? 0) | ((datagram[at + 1] ?? 0) << 8);
    const frame = datagram.subarray(at + 2, at + 2 + length);
    if (at + 2 + length > datagram.length || !isLanePatch(frame)) return undefined;
    frames.push(frame);
    at += 2 + length;
  }
  return frames;
}

function isLanePatch(frame: Uint8Array): boolean {
  const head = frame[0] ?? 0;
  const isPatch = (head & CODE_MASK) === STATE_PATCH && (head & UNRELIABLE) !== 0;
  return isPatch && frame.length >= sequenceAt(frame) + 2;
}

function sequenceAt(frame: Uint8Array): number {
  return ((frame[0] ?? 0) & TIMED) === 0 ? 1 : 1 + TIMED_BYTES;
}

function sequenceOf(frame: Uint8Array): number {
  const at = sequenceAt(frame);
  return (frame[at] ?? 0) | ((frame[at + 1] ?? 0) << 8);
}
