/**
 * Sounds, synthesised: filtered noise and short tones. Silent until the page has had a gesture (browsers insist), and
 * while muted; the choice is kept in localStorage. At most 18 sounds at a time, further ones are dropped.
 */

const MUTED_KEY = "skirmish.muted";
const MOST_VOICES = 18;
const MASTER_VOLUME = 0.32;
/** Beyond this distance nothing is heard, metres. */
const EARSHOT = 26;

interface Tone {
  wave: OscillatorType;
  from: number;
  to: number;
  seconds: number;
  volume: number;
  delay?: number;
}

interface Hiss {
  filter: BiquadFilterType;
  from: number;
  to: number;
  seconds: number;
  volume: number;
}

export class Sound {
  muted = localStorage.getItem(MUTED_KEY) === "1";
  #context: AudioContext | undefined;
  #master: GainNode | undefined;
  #noise: AudioBuffer | undefined;
  #voices = 0;
  readonly #listeners = new AbortController();

  constructor() {
    const { signal } = this.#listeners;
    for (const type of ["pointerdown", "keydown"] as const)
      window.addEventListener(type, () => this.#unlock(), { signal });
    if (navigator.userActivation?.hasBeenActive) this.#unlock();
  }

  toggleMuted(): void {
    this.muted = !this.muted;
    localStorage.setItem(MUTED_KEY, this.muted ? "1" : "0");
    if (this.#master) this.#master.gain.value = this.muted ? 0 : MASTER_VOLUME;
  }

  rifle(distance: number): void {
    this.#hiss({ filter: "bandpass", from: 2400, to: 500, seconds: 0.09, volume: 0.7 }, distance);
    this.#tone({ wave: "square", from: 210, to: 60, seconds: 0.06, volume: 0.22 }, distance);
  }

  launcher(distance: number): void {
    this.#tone({ wave: "sine", from: 190, to: 48, seconds: 0.22, volume: 0.9 }, distance);
    this.#hiss({ filter: "lowpass", from: 900, to: 200, seconds: 0.2, volume: 0.5 }, distance);
  }

  burst(distance: number): void {
    this.#hiss({ filter: "lowpass", from: 1600, to: 60, seconds: 0.65, volume: 1.3 }, distance);
    this.#tone({ wave: "sine", from: 110, to: 28, seconds: 0.5, volume: 1.1 }, distance);
  }

  dash(distance: number): void {
    this.#hiss({ filter: "bandpass", from: 500, to: 2600, seconds: 0.16, volume: 0.4 }, distance);
  }

  hitConfirmed(): void {
    this.#tone({ wave: "triangle", from: 1250, to: 900, seconds: 0.05, volume: 0.35 }, 0);
  }

  killConfirmed(): void {
    this.#tone({ wave: "triangle", from: 660, to: 660, seconds: 0.09, volume: 0.4 }, 0);
    this.#tone({ wave: "triangle", from: 990, to: 990, seconds: 0.16, volume: 0.4, delay: 0.08 }, 0);
  }

  hurt(): void {
    this.#tone({ wave: "sawtooth", from: 150, to: 70, seconds: 0.12, volume: 0.4 }, 0);
  }

  death(distance: number): void {
    this.#hiss({ filter: "lowpass", from: 2200, to: 120, seconds: 0.4, volume: 0.8 }, distance);
  }

  beep(high: boolean): void {
    this.#tone(
      {
        wave: "square",
        from: high ? 880 : 440,
        to: high ? 880 : 440,
        seconds: high ? 0.3 : 0.1,
        volume: 0.16,
      },
      0,
    );
  }

  /** Three rising tones; the choice to be silent may have been made in a match meanwhile. */
  matchFound(): void {
    this.muted = localStorage.getItem(MUTED_KEY) === "1";
    if (this.#master) this.#master.gain.value = this.muted ? 0 : MASTER_VOLUME;
    for (const [pitch, delay] of [
      [523, 0],
      [784, 0.14],
      [1047, 0.28],
    ] as const)
      this.#tone({ wave: "triangle", from: pitch, to: pitch, seconds: 0.32, volume: 0.5, delay }, 0);
  }

  destroy(): void {
    this.#listeners.abort();
    void this.#context?.close();
    this.#context = undefined;
  }

  #unlock(): void {
    if (this.#context) {
      if (this.#context.state === "suspended") void this.#context.resume();
      return;
    }
    if (typeof AudioContext === "undefined") return;
    this.#context = new AudioContext();
    this.#master = this.#context.createGain();
    this.#master.gain.value = this.muted ? 0 : MASTER_VOLUME;
    this.#master.connect(this.#context.destination);
    this.#noise = this.#context.createBuffer(1, this.#context.sampleRate, this.#context.sampleRate);
    const samples = this.#noise.getChannelData(0);
    for (let at = 0; at < samples.length; at += 1) samples[at] = Math.random() * 2 - 1;
  }

  #tone({ wave, from, to, seconds, volume, delay = 0 }: Tone, distance: number): void {
    const gain = this.#voice(volume, seconds, distance, delay);
    if (!gain || !this.#context) return;
    const start = this.#context.currentTime + delay;
    const oscillator = this.#context.createOscillator();
    oscillator.type = wave;
    oscillator.frequency.setValueAtTime(from, start);
    oscillator.frequency.exponentialRampToValueAtTime(to, start + seconds);
    this.#play(oscillator, oscillator, gain, start, seconds);
  }

  #hiss({ filter, from, to, seconds, volume }: Hiss, distance: number): void {
    const gain = this.#voice(volume, seconds, distance, 0);
    if (!gain || !this.#context || !this.#noise) return;
    const start = this.#context.currentTime;
    const source = this.#context.createBufferSource();
    source.buffer = this.#noise;
    source.loop = true;
    const band = this.#context.createBiquadFilter();
    band.type = filter;
    band.frequency.setValueAtTime(from, start);
    band.frequency.exponentialRampToValueAtTime(to, start + seconds);
    source.connect(band);
    this.#play(source, band, gain, start, seconds);
  }

  /** A gain that fades out, or undefined when nothing is to be heard. */
  #voice(volume: number, seconds: number, distance: number, delay: number): GainNode | undefined {
    const context = this.#context;
    if (!context || !this.#master || this.muted || context.state !== "running") return undefined;
    if (this.#voices >= MOST_VOICES || distance >= EARSHOT) return undefined;
    const gain = context.createGain();
    const start = context.currentTime + delay;
    gain.gain.setValueAtTime(volume * (1 - distance / EARSHOT) ** 2, start);
    gain.gain.exponentialRampToValueAtTime(0.0008, start + seconds);
    gain.connect(this.#master);
    return gain;
  }

  #play(
    source: AudioScheduledSourceNode,
    last: AudioNode,
    gain: GainNode,
    start: number,
    seconds: number,
  ): void {
    this.#voices += 1;
    last.connect(gain);
    source.start(start);
    source.stop(start + seconds);
    const ended = (): void => {
      this.#voices -= 1;
      gain.disconnect();
    };
    source.addEventListener("ended", ended, { once: true });
  }
}
