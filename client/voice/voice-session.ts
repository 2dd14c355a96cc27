/**
 * Voice with the own team: off until the player switches it on, which is when the microphone is asked for. Whoever gives
 * none can listen. The sound goes from browser to browser; the room only introduces them (`TeamVoicePlugin`), and whoever
 * joins calls those who are there.
 *
 * Nothing is sent while the player does not speak: push-to-talk by default, or an open microphone. A connection that
 * fails is tried again by the one who called, `ATTEMPTS` times.
 */
import type { Room } from "@colyseus/sdk";
import { VoicePeer } from "./voice-peer.ts";

/** What of the SDK's room is used. */
export type VoiceRoom = Pick<Room<unknown, unknown>, "sessionId" | "send" | "onMessage">;

export type Microphone = "none" | "ready" | "refused";

interface Described {
  peerId: string;
  sdp: RTCSessionDescriptionInit;
}

interface Offered {
  peerId: string;
  candidate: RTCIceCandidateInit;
}

interface Call {
  peer: VoicePeer;
  /** This side called. */
  ours: boolean;
  attempt: number;
}

const ATTEMPTS = 3;
const RETRY_MS = 2000;

export class VoiceSession {
  /** "starting" while the browser asks for the microphone. */
  state: "off" | "starting" | "on" = "off";
  microphone: Microphone = "none";
  /** The microphone stays open; otherwise it is while `talk(true)`. */
  openMicrophone = false;
  /** Why the room said no. */
  refusal: string | undefined;
  onChange: (() => void) | undefined;
  readonly #room: VoiceRoom;
  readonly #calls = new Map<string, Call>();
  /** Teammates that are not to be heard, connected or not. */
  readonly #muted = new Set<string>();
  #configuration: RTCConfiguration = {};
  #track: MediaStreamTrack | undefined;
  #talking = false;
  /** Switched off and on: what was begun before does not go on. */
  #turn = 0;

  constructor(room: VoiceRoom) {
    this.#room = room;
    room.onMessage("webrtc:settings", (settings: { iceServers: RTCIceServer[]; relayOnly: boolean }) => {
      this.#configuration = {
        iceServers: settings.iceServers,
        iceTransportPolicy: settings.relayOnly ? "relay" : "all",
      };
    });
    room.onMessage("webrtc:peers", (ids: string[]) => {
      if (this.state === "on") for (const id of ids) void this.#call(id, 1);
    });
    // Whoever joined calls.
    room.onMessage("webrtc:peer-joined", () => undefined);
    room.onMessage("webrtc:peer-left", (id: string) => this.#hangUp(id));
    room.onMessage("webrtc:offer", ({ peerId, sdp }: Described) => {
      void this.#attempt(peerId, () => this.#answer(peerId, sdp));
    });
    room.onMessage("webrtc:answer", ({ peerId, sdp }: Described) => {
      void this.#attempt(peerId, async () => this.#calls.get(peerId)?.peer.accept(sdp));
    });
    room.onMessage("webrtc:ice-candidate", ({ peerId, candidate }: Offered) => {
      void this.#calls.get(peerId)?.peer.addCandidate(candidate);
    });
    room.onMessage("webrtc:refused", ({ code, message }: { code: string; message: string }) => {
      if (code !== "voice_unavailable" && code !== "voice_full") return;
      this.refusal = message;
      this.switchOff();
    });
  }

  /** Whether this browser can, and this page may: microphones are for secure pages. */
  static get possible(): boolean {
    return typeof RTCPeerConnection !== "undefined" && navigator.mediaDevices !== undefined;
  }

  /** Something goes out now. */
  get transmits(): boolean {
    return this.state === "on" && this.#track !== undefined && (this.openMicrophone || this.#talking);
  }

  async switchOn(): Promise<void> {
    if (this.state !== "off") return;
    this.state = "starting";
    this.refusal = undefined;
    this.#turn += 1;
    const turn = this.#turn;
    this.onChange?.();
    const track = await askForMicrophone();
    if (this.#turn !== turn) {
      track?.stop();
      return;
    }
    this.#track = track;
    this.microphone = track ? "ready" : "refused";
    // Unplugged, or taken back in the browser's own settings.
    track?.addEventListener("ended", () => {
      if (this.#track !== track) return;
      this.#track = undefined;
      this.microphone = "refused";
      this.#transmit();
    });
    this.state = "on";
    this.#transmit();
    this.#room.send("webrtc:join");
  }

  switchOff(): void {
    if (this.state === "off") return;
    if (this.state === "on") this.#room.send("webrtc:leave");
    this.#turn += 1;
    this.state = "off";
    for (const id of this.#calls.keys()) this.#hangUp(id);
    this.#track?.stop();
    this.#track = undefined;
    this.microphone = "none";
    this.#talking = false;
    this.onChange?.();
  }

  /** Push-to-talk. */
  talk(talking: boolean): void {
    if (talking === this.#talking) return;
    this.#talking = talking;
    this.#transmit();
  }

  setOpenMicrophone(open: boolean): void {
    this.openMicrophone = open;
    this.#transmit();
  }

  isMuted(id: string): boolean {
    return this.#muted.has(id);
  }

  setMuted(id: string, muted: boolean): void {
    if (muted) this.#muted.add(id);
    else this.#muted.delete(id);
    this.#calls.get(id)?.peer.setMuted(muted);
    this.onChange?.();
  }

  isConnected(id: string): boolean {
    return this.#calls.get(id)?.peer.connected === true;
  }

  speaks(id: string, now: number): boolean {
    if (id === this.#room.sessionId) return this.transmits;
    return this.#calls.get(id)?.peer.speaks(now) === true;
  }

  #transmit(): void {
    const track = this.#track;
    const sent = this.transmits && track ? track : null;
    if (track) track.enabled = sent !== null;
    for (const { peer } of this.#calls.values()) peer.send(sent).catch(() => undefined);
    this.onChange?.();
  }

  #open(id: string, ours: boolean, attempt: number): VoicePeer {
    this.#calls.get(id)?.peer.close();
    const peer = new VoicePeer({
      configuration: this.#configuration,
      candidate: (candidate) => {
        if (this.#calls.get(id)?.peer === peer)
          this.#room.send("webrtc:ice-candidate", { targetId: id, candidate });
      },
      ended: () => {
        if (this.#calls.get(id)?.peer === peer) this.#failed(id);
      },
    });
    peer.setMuted(this.#muted.has(id));
    void peer.send(this.transmits ? (this.#track ?? null) : null);
    this.#calls.set(id, { peer, ours, attempt });
    return peer;
  }

  #call(id: string, attempt: number): Promise<void> {
    return this.#attempt(id, async () => {
      const peer = this.#open(id, true, attempt);
      const { type, sdp } = await peer.offer();
      if (this.#calls.get(id)?.peer === peer)
        this.#room.send("webrtc:offer", { targetId: id, sdp: { type, sdp } });
    });
  }

  async #answer(id: string, offer: RTCSessionDescriptionInit): Promise<void> {
    if (this.state !== "on") return;
    // Both called at once: one call is enough, and both sides know which.
    if (this.#calls.get(id)?.ours && this.#room.sessionId < id) return;
    const peer = this.#open(id, false, 1);
    const { type, sdp } = await peer.answer(offer);
    if (this.#calls.get(id)?.peer === peer)
      this.#room.send("webrtc:answer", { targetId: id, sdp: { type, sdp } });
  }

  /** What the browser refuses ends this one call. */
  async #attempt(id: string, act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch {
      this.#failed(id);
    }
    this.onChange?.();
  }

  #failed(id: string): void {
    const call = this.#calls.get(id);
    this.#hangUp(id);
    if (!call?.ours || call.attempt >= ATTEMPTS) return;
    const turn = this.#turn;
    setTimeout(() => {
      if (this.#turn === turn && !this.#calls.has(id)) void this.#call(id, call.attempt + 1);
    }, RETRY_MS * call.attempt);
  }

  #hangUp(id: string): void {
    this.#calls.get(id)?.peer.close();
    this.#calls.delete(id);
    this.onChange?.();
  }
}

async function askForMicrophone(): Promise<MediaStreamTrack | undefined> {
  try {
    const stream = await navigator.mediaDevices.getUserMedia({
      audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true, channelCount: 1 },
    });
    return stream.getAudioTracks()[0];
  } catch {
    // Refused, or there is none.
    return undefined;
  }
}
