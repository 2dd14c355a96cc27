/**
 * The client's side of a room's unreliable lane: a WebRTC data channel beside the WebSocket, for what is worth nothing
 * when it comes late. Works with the SDK as it is:
 *
 * ```ts
 * const room = await client.joinOrCreate("match");
 * const lane = openLane(room);                      // before anything is awaited
 * const input = room.input({ mode: "unreliable", historySize: 8 });
 * // each step: input.data.x = …; keepWhole(input); input.send();
 * ```
 * Everything goes on by the WebSocket where there is no WebRTC, where the room has no lane, and while nothing comes
 * through: a ping goes out after 250 ms of silence, and whoever hears nothing for a second says so by the way that is
 * left. A channel that closes, or stays dead, is opened anew, with growing pauses. The lane survives the SDK's
 * reconnection, and ends with the room.
 *
 * Order: the server's patches are handed to the room in their order, each once. Which of the two ways they come by is
 * what the WebSocket says; a repeat of a lost one comes in time or not at all.
 */
import type { Room } from "@colyseus/sdk";
import { deliverPatch } from "./deliver-patch.ts";
import { type CreatePeer, type LaneChannel, type LaneConnection, nativePeer } from "./lane-peer.ts";
import { PatchIntake } from "./patch-intake.ts";

export type { CreatePeer, LaneChannel, LaneConfiguration, LaneConnection } from "./lane-peer.ts";

const MESSAGE = "__lane";
const PING = 2;
const DEAF_PING = 3;
const INPUTS = 20;
const CODE_MASK = 0x1f;
const SILENCE_MS = 1000;
const PING_MS = 250;
/** A channel without a sound for so long is given up. */
const DEAD_MS = 5000;
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 30_000;
/** Time to open; then it is tried anew. */
const OPENING_MS = 10_000;
const MOST_BUFFERED = 16 * 1024;

/** off: no lane here. connecting, open. down: it was open, or could not be opened; the WebSocket carries all. */
export type LaneState = "off" | "connecting" | "open" | "down";

export interface LaneStatistics {
  /** Patches that were handed to the room. */
  patches: number;
  /** Of these, such as came only with a later datagram. */
  recovered: number;
  /** Patches that never came. */
  lost: number;
  bytesReceived: number;
  bytesSent: number;
}

export interface LaneOptions {
  /** Makes a peer connection; the browser's by default. */
  createPeer?: CreatePeer | undefined;
  now?: () => number;
}

interface Candidate {
  candidate: string;
  sdpMid: string | null;
}

/** What the server says by the WebSocket; it is of our own build, or of another. */
type Signal = Partial<
  Record<"kind" | "sdp" | "candidate" | "mid" | "iceServers" | "candidates" | "epoch", unknown>
>;

/** How often an input goes out whole: the others are what changed since the one before. */
const INPUTS_PER_WHOLE = 4;
const METADATA: symbol = Symbol.metadata ?? Symbol.for("Symbol.metadata");

/**
 * Call it before each `input.send()` of an unreliable input. The SDK sends what changed since the input before; when more
 * in a row are lost than a frame repeats, the server would hold what was let go in them for good. Every fourth input is
 * sent whole.
 */
export function keepWhole(input: { data: object; sentCount: number }): void {
  if (input.sentCount % INPUTS_PER_WHOLE !== 0) return;
  const data = input.data as { setDirty?: (field: string) => void };
  const described = input.data.constructor as unknown as Record<
    symbol,
    Record<number, { name: string }> | undefined
  >;
  const fields = described[METADATA];
  for (const { name } of Object.values(fields ?? {})) data.setDirty?.(name);
}

/** Call it right after the room was joined. */
export function openLane<Type, State>(room: Room<Type, State>, options: LaneOptions = {}): UnreliableLane {
  return new UnreliableLane(room as never, options);
}

export class UnreliableLane {
  readonly statistics: LaneStatistics = { patches: 0, recovered: 0, lost: 0, bytesReceived: 0, bytesSent: 0 };
  onChange: ((state: LaneState) => void) | undefined;
  readonly #room: Room<unknown, unknown>;
  readonly #createPeer: CreatePeer | undefined;
  readonly #now: () => number;
  readonly #pulse: ReturnType<typeof setInterval>;
  readonly #intake = new PatchIntake();
  /** What the server wants to be connected with; undefined in a room that has no lanes. */
  #offered: { iceServers: never[]; candidates: boolean } | undefined;
  #peer: LaneConnection | undefined;
  /** Open. */
  #channel: LaneChannel | undefined;
  #state: LaneState = "off";
  #openedAt = 0;
  #heardAt = Number.NEGATIVE_INFINITY;
  #sentAt = 0;
  #pauseMs = FIRST_PAUSE_MS;
  #retryAt = Number.POSITIVE_INFINITY;
  #closed = false;

  constructor(room: Room<unknown, unknown>, { createPeer, now = () => performance.now() }: LaneOptions) {
    this.#room = room;
    this.#now = now;
    this.#createPeer = createPeer ?? nativePeer();
    room.onMessage(MESSAGE, (signal: Signal) => void this.#hear(signal));
    room.onLeave(() => this.close());
    this.#sendInputsByLane();
    this.#pulse = setInterval(() => this.#beat(), PING_MS);
  }

  get state(): LaneState {
    return this.#state;
  }

  /** The STUN and TURN servers that the room's server names; for whatever else connects directly. */
  get iceServers(): readonly never[] {
    return this.#offered?.iceServers ?? [];
  }

  /** Back to the WebSocket, for good. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#pulse);
    if (this.#peer) this.#signal({ kind: "down" });
    this.#dropPeer();
    this.#become("off");
  }

  /** Something came by the channel within the last second. */
  get #hears(): boolean {
    return this.#channel !== undefined && this.#now() - this.#heardAt <= SILENCE_MS;
  }

  /** The SDK's own way stays underneath: it is taken whenever the lane does not carry. */
  #sendInputsByLane(): void {
    const { connection } = this.#room;
    const sendReliably = connection.send.bind(connection);
    connection.sendUnreliable = (data: Uint8Array) => {
      if (!this.#send(data)) sendReliably(data);
    };
  }

  #send(data: Uint8Array): boolean {
    const channel = this.#channel;
    if (((data[0] ?? 0) & CODE_MASK) !== INPUTS || channel?.readyState !== "open") return false;
    if (!this.#intake.open || !this.#hears || channel.bufferedAmount > MOST_BUFFERED) return false;
    // Copied: the SDK writes the next input over this one.
    return this.#transmit(channel, data.slice());
  }

  #transmit(channel: LaneChannel, datagram: Uint8Array): boolean {
    try {
      channel.send(datagram as never);
    } catch {
      // It closed just now; its event is on the way.
      return false;
    }
    this.#sentAt = this.#now();
    this.statistics.bytesSent += datagram.length;
    return true;
  }

  async #hear({ kind, sdp, candidate, mid, iceServers, candidates, epoch }: Signal): Promise<void> {
    try {
      if (kind === "available") {
        const servers = Array.isArray(iceServers) ? (iceServers as never[]) : [];
        this.#offered = { iceServers: servers, candidates: candidates === true };
        // After a reconnection the channel may well be there still.
        if (!this.#peer) await this.#offer();
      } else if (kind === "answer" && typeof sdp === "string") {
        await this.#peer?.setRemoteDescription({ type: "answer", sdp });
      } else if (kind === "candidate" && typeof candidate === "string" && typeof mid === "string") {
        await this.#peer?.addIceCandidate({ candidate, sdpMid: mid });
      } else if (kind === "up" && typeof epoch === "number" && this.#channel) {
        this.#intake.begin(epoch);
        this.#pauseMs = FIRST_PAUSE_MS;
        this.#become("open");
      } else if (kind === "down") {
        this.#intake.end();
        if (this.#channel) this.#become("down");
      }
    } catch {
      this.#failed();
    }
  }

  async #offer(): Promise<void> {
    if (this.#closed || !this.#offered || !this.#createPeer) return;
    this.#dropPeer();
    this.#become("connecting");
    this.#retryAt = this.#now() + OPENING_MS;
    const { iceServers, candidates } = this.#offered;
    const peer = this.#createPeer({ iceServers });
    this.#peer = peer;
    const whileOurs =
      <Event>(react: (event: Event) => void) =>
      (event: Event): void => {
        if (this.#peer === peer) react(event);
      };
    const channel = peer.createDataChannel("lane", { ordered: false, maxRetransmits: 0 });
    channel.binaryType = "arraybuffer";
    channel.addEventListener(
      "open",
      whileOurs(() => this.#opened(channel)),
    );
    channel.addEventListener(
      "close",
      whileOurs(() => this.#failed()),
    );
    channel.addEventListener(
      "message",
      whileOurs(({ data }: { data: unknown }) => {
        if (data instanceof ArrayBuffer) this.#receive(new Uint8Array(data));
      }),
    );
    peer.addEventListener(
      "icecandidate",
      whileOurs(({ candidate }: { candidate: Candidate | null }) => {
        if (candidates && candidate?.candidate)
          this.#signal({ kind: "candidate", candidate: candidate.candidate, mid: candidate.sdpMid ?? "0" });
      }),
    );
    peer.addEventListener(
      "connectionstatechange",
      whileOurs(() => {
        if (peer.connectionState === "failed") this.#failed();
      }),
    );
    const offer = await peer.createOffer();
    if (this.#peer !== peer) return;
    await peer.setLocalDescription(offer as never);
    if (this.#peer === peer)
      this.#signal({ kind: "offer", sdp: withoutCandidates(peer.localDescription?.sdp ?? offer.sdp ?? "") });
  }

  #opened(channel: LaneChannel): void {
    this.#channel = channel;
    this.#openedAt = this.#now();
    this.#heardAt = Number.NEGATIVE_INFINITY;
    this.#ping();
  }

  #signal(message: Record<string, unknown>): void {
    if (this.#room.connection.isOpen) this.#room.send(MESSAGE, message);
  }

  #failed(): void {
    if (this.#closed) return;
    // The server may believe in it still.
    if (this.#peer) this.#signal({ kind: "down" });
    this.#dropPeer();
    this.#become("down");
    this.#retryAt = this.#now() + this.#pauseMs;
    this.#pauseMs = Math.min(LONGEST_PAUSE_MS, this.#pauseMs * 2);
  }

  #dropPeer(): void {
    const peer = this.#peer;
    this.#peer = undefined;
    this.#channel = undefined;
    this.#intake.end();
    peer?.close();
  }

  /** Four times a second. */
  #beat(): void {
    const now = this.#now();
    if (this.#channel) {
      if (now - Math.max(this.#heardAt, this.#openedAt) > DEAD_MS) return this.#failed();
      if (this.#state === "open" && !this.#hears) this.#become("down");
      if (!this.#hears || now - this.#sentAt >= PING_MS - 10) this.#ping();
    } else if (now >= this.#retryAt && this.#room.connection.isOpen) {
      this.#retryAt = Number.POSITIVE_INFINITY;
      if (this.#state === "connecting") this.#failed();
      else void this.#offer().catch(() => this.#failed());
    }
  }

  #ping(): void {
    const channel = this.#channel;
    if (channel?.readyState === "open")
      this.#transmit(channel, Uint8Array.of(this.#hears ? PING : DEAF_PING));
  }

  #become(state: LaneState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.onChange?.(state);
  }

  #receive(datagram: Uint8Array): void {
    const heard = this.#hears;
    this.#heardAt = this.#now();
    this.statistics.bytesReceived += datagram.length;
    // The server waits for this: it does not know yet that we hear it.
    if (!heard) this.#ping();
    const intake = this.#intake.take(datagram);
    if (!intake) return;
    this.#become("open");
    this.statistics.patches += intake.patches.length;
    this.statistics.recovered += intake.recovered;
    this.statistics.lost += intake.lost;
    for (const patch of intake.patches) deliverPatch(this.#room, patch);
  }
}

/** They go by themselves, if at all. */
function withoutCandidates(sdp: string): string {
  return sdp
    .split("\r\n")
    .filter((line) => !/^a=(candidate|end-of-candidates)/.test(line))
    .join("\r\n");
}
