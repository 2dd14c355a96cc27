/**
 * The browser's connection with one teammate: one sound each way, nothing else. Nothing is sent while the player does
 * not speak. What fails closes it; `ended` says so once.
 */

/** A browser tells how loud a sound is, from 0 to 1; an ordinary voice is well above it. */
const SPEAKING_LEVEL = 0.012;
/** Pauses between words are no pauses. */
const SPEAKING_MS = 350;

export interface VoicePeerOptions {
  configuration: RTCConfiguration;
  candidate: (candidate: RTCIceCandidateInit) => void;
  ended: () => void;
}

export class VoicePeer {
  muted = false;
  readonly #connection: RTCPeerConnection;
  readonly #sound = new Audio();
  #sender: RTCRtpSender | undefined;
  #receiver: RTCRtpReceiver | undefined;
  #track: MediaStreamTrack | null = null;
  #waiting: RTCIceCandidateInit[] | undefined = [];
  #spokeAt = Number.NEGATIVE_INFINITY;

  constructor(options: VoicePeerOptions) {
    const connection = new RTCPeerConnection(options.configuration);
    this.#connection = connection;
    this.#sound.autoplay = true;
    connection.addEventListener("icecandidate", ({ candidate }) => {
      // By TCP a voice is better not heard at all.
      if (candidate?.protocol === "udp") options.candidate(candidate.toJSON());
    });
    connection.addEventListener("track", ({ track, receiver }) => {
      this.#receiver = receiver;
      this.#sound.srcObject = new MediaStream([track]);
      // Browsers want a click first; the one that switched voice on is it.
      this.#sound.play().catch(() => undefined);
    });
    connection.addEventListener("connectionstatechange", () => {
      if (connection.connectionState === "failed") options.ended();
    });
  }

  get connected(): boolean {
    return this.#connection.connectionState === "connected";
  }

  /** Whether something was to be heard lately; also while muted. */
  speaks(now: number): boolean {
    const level = this.#receiver?.getSynchronizationSources()[0]?.audioLevel ?? 0;
    if (level > SPEAKING_LEVEL) this.#spokeAt = now;
    return now - this.#spokeAt < SPEAKING_MS;
  }

  setMuted(muted: boolean): void {
    this.muted = muted;
    this.#sound.muted = muted;
  }

  /** @param track the microphone's, while the player speaks. */
  async send(track: MediaStreamTrack | null): Promise<void> {
    this.#track = track;
    await this.#sender?.replaceTrack(track);
  }

  async offer(): Promise<RTCSessionDescriptionInit> {
    this.#sender = this.#connection.addTransceiver("audio", { direction: "sendrecv" }).sender;
    await this.#sender.replaceTrack(this.#track);
    const offer = await this.#connection.createOffer();
    await this.#connection.setLocalDescription(offer);
    return offer;
  }

  async answer(offer: RTCSessionDescriptionInit): Promise<RTCSessionDescriptionInit> {
    await this.#connection.setRemoteDescription(offer);
    const [transceiver] = this.#connection.getTransceivers();
    if (transceiver) {
      transceiver.direction = "sendrecv";
      this.#sender = transceiver.sender;
      await this.#sender.replaceTrack(this.#track);
    }
    const answer = await this.#connection.createAnswer();
    await this.#connection.setLocalDescription(answer);
    await this.#addWaiting();
    return answer;
  }

  async accept(answer: RTCSessionDescriptionInit): Promise<void> {
    await this.#connection.setRemoteDescription(answer);
    await this.#addWaiting();
  }

  /** Candidates can be here before the description that they belong to. */
  async addCandidate(candidate: RTCIceCandidateInit): Promise<void> {
    if (this.#waiting) this.#waiting.push(candidate);
    else await this.#connection.addIceCandidate(candidate).catch(() => undefined);
  }

  close(): void {
    this.#connection.close();
    this.#sound.srcObject = null;
  }

  async #addWaiting(): Promise<void> {
    const waiting = this.#waiting ?? [];
    this.#waiting = undefined;
    // One that cannot be used is no reason to hang up: others may do.
    for (const candidate of waiting) await this.#connection.addIceCandidate(candidate).catch(() => undefined);
  }
}
