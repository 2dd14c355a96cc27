/**
 * One client's data channel, on the server: unordered, nothing sent twice. The client offers, this side answers; the
 * candidates of this side follow as they are found.
 *
 * Patches go by it while both hear each other: something came within `SILENCE_MS`, and the client did not say that it
 * hears nothing. Which way they go is decided with each patch, and told by the ordinary connection, whose order says
 * what came before: "up" with the epoch of the datagrams that count from there on, or "down".
 *
 * Bounded: while more than `MOST_BUFFERED` bytes wait to be sent, datagrams are dropped, which is what their lane is for;
 * a client that sends more than `MOST_MALFORMED` that are none, or more than `mostASecond` again and again, loses its
 * peer for good; one that does not open in `OPENING_MS` is closed. The library calls back on the event loop; what is
 * thrown there closes this peer and nothing else.
 */
import type { DataChannel, PeerConnection } from "node-datachannel";
import { DatagramWriter, kindOf, PING } from "./datagram.ts";
import type { PatchLane } from "./route-patches.ts";

const SILENCE_MS = 1000;
const OPENING_MS = 15_000;
const MOST_BUFFERED = 4096;
const MOST_MALFORMED = 20;
const MOST_DATAGRAM = 2048;
/** A larger patch goes by the ordinary connection: in pieces it would be lost as soon as one of them is. */
const MOST_PATCH = 4096;

/** Delays or drops what goes through it: development networks that are worse than they are. */
export interface DatagramShaper {
  datagrams<Item>(deliver: (item: Item) => void): (item: Item) => void;
}

/** What the server tells a client of its lane. */
export type LaneSignal =
  | { kind: "answer"; sdp: string }
  | { kind: "candidate"; candidate: string; mid: string }
  | { kind: "up"; epoch: number }
  | { kind: "down" };

export interface LanePeerOptions {
  connection: PeerConnection;
  /** Another number each time, for datagrams to be told from those before. */
  nextEpoch: () => number;
  now: () => number;
  /** Datagrams a second that are a client's due. */
  mostASecond: number;
  /** Inputs, as the client encoded them. */
  received: (frame: Buffer) => void;
  /** To the client, by its ordinary connection. */
  signal: (message: LaneSignal) => void;
  /** @param misbehaved the client is to have no other. */
  closed: (reason: string, misbehaved: boolean) => void;
  /** A callback threw: a bug, or the library's. */
  failed: (error: unknown) => void;
  shape?: DatagramShaper | undefined;
}

export class LanePeer implements PatchLane {
  /** On the channel, without the heads of SCTP, DTLS and UDP. */
  bytesSent = 0;
  readonly #options: LanePeerOptions;
  readonly #transmit: (datagram: Uint8Array) => void;
  readonly #take: (datagram: Uint8Array) => void;
  readonly #opening: NodeJS.Timeout;
  #channel: DataChannel | undefined;
  /** Patches go by the channel now. */
  #writer: DatagramWriter | undefined;
  #heardAt = Number.NEGATIVE_INFINITY;
  /** The client hears us: it says so with every ping. */
  #heard = false;
  #malformed = 0;
  #second = { at: 0, count: 0 };
  #closed = false;

  constructor(options: LanePeerOptions) {
    this.#options = options;
    const { connection, signal, shape } = options;
    const transmit = this.#guard((datagram: Uint8Array) => this.#transmitNow(datagram));
    const take = this.#guard((datagram: Uint8Array) => this.#takeNow(datagram));
    this.#transmit = shape?.datagrams(transmit) ?? transmit;
    this.#take = shape?.datagrams(take) ?? take;
    this.#opening = setTimeout(() => this.close("it did not open in time"), OPENING_MS).unref();
    connection.onLocalDescription(
      this.#guard((sdp: string, type: string) => {
        if (type === "answer") signal({ kind: "answer", sdp });
      }),
    );
    connection.onLocalCandidate(
      this.#guard((candidate: string, mid: string) => signal({ kind: "candidate", candidate, mid })),
    );
    connection.onStateChange(
      this.#guard((state: string) => {
        if (state === "failed" || state === "closed" || state === "disconnected") this.close(state);
      }),
    );
    connection.onDataChannel(this.#guard((channel: DataChannel) => this.#opened(channel)));
  }

  /** Whether what is sent is likely to arrive. */
  get alive(): boolean {
    return this.#channel !== undefined && this.#heard && this.#options.now() - this.#heardAt < SILENCE_MS;
  }

  get open(): boolean {
    return this.#writer !== undefined;
  }

  /** @throws Error for a description that the library refuses. */
  offer(sdp: string): void {
    this.#options.connection.setRemoteDescription(sdp, "offer");
  }

  /** @throws Error for a candidate that the library refuses. */
  candidate(candidate: string, mid: string): void {
    this.#options.connection.addRemoteCandidate(candidate, mid);
  }

  send(patch: Uint8Array): boolean {
    if (!this.alive || patch.length > MOST_PATCH) {
      this.#turnDown();
      return false;
    }
    if (!this.#writer) this.#turnUp();
    const datagram = this.#writer?.write(patch);
    if (datagram) this.#transmit(datagram);
    return true;
  }

  restart(): void {
    if (this.#writer) this.#turnUp();
  }

  close(reason: string, misbehaved = false): void {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#opening);
    this.#channel = undefined;
    this.#turnDown();
    try {
      this.#options.connection.close();
    } catch (error) {
      this.#options.failed(error);
    }
    this.#options.closed(reason, misbehaved);
  }

  #turnUp(): void {
    const epoch = this.#options.nextEpoch() & 0xff;
    this.#writer = new DatagramWriter(epoch);
    this.#options.signal({ kind: "up", epoch });
  }

  #turnDown(): void {
    if (!this.#writer) return;
    this.#writer = undefined;
    this.#options.signal({ kind: "down" });
  }

  #guard<Arguments extends unknown[]>(callback: (...given: Arguments) => void) {
    return (...given: Arguments): void => {
      if (this.#closed) return;
      try {
        callback(...given);
      } catch (error) {
        this.#options.failed(error);
        this.close("a callback threw");
      }
    };
  }

  #opened(channel: DataChannel): void {
    if (this.#channel !== undefined) {
      // One peer has one channel.
      channel.close();
      return this.#countMalformed();
    }
    clearTimeout(this.#opening);
    this.#channel = channel;
    channel.onClosed(this.#guard(() => this.close("the channel closed")));
    channel.onError(this.#guard(() => this.close("the channel failed")));
    channel.onMessage(
      this.#guard((message: string | Buffer | ArrayBuffer) => {
        if (typeof message === "string") this.#countMalformed();
        else this.#take(message instanceof ArrayBuffer ? new Uint8Array(message) : message);
      }),
    );
  }

  #transmitNow(datagram: Uint8Array): void {
    const channel = this.#channel;
    if (!channel?.isOpen() || channel.bufferedAmount() > MOST_BUFFERED) return;
    try {
      if (channel.sendMessageBinary(datagram)) this.bytesSent += datagram.length;
    } catch {
      // It closed on another thread in between; its callback is on the way.
    }
  }

  #takeNow(datagram: Uint8Array): void {
    const kind = kindOf(datagram);
    if (kind === undefined || datagram.length > MOST_DATAGRAM || !this.#isDue())
      return this.#countMalformed();
    this.#heardAt = this.#options.now();
    if (kind === "inputs") return this.#options.received(Buffer.from(datagram));
    this.#heard = kind === "ping";
    this.#transmit(Uint8Array.of(PING));
  }

  #isDue(): boolean {
    const at = Math.floor(this.#options.now() / 1000);
    this.#second = { at, count: at === this.#second.at ? this.#second.count + 1 : 1 };
    return this.#second.count <= this.#options.mostASecond;
  }

  #countMalformed(): void {
    this.#malformed += 1;
    if (this.#malformed > MOST_MALFORMED) this.close("too much that is no datagram of ours", true);
  }
}
