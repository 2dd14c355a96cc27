/**
 * What a room knows of one player's honesty: the evidence of the running player-hour, the level it is enough for, and the
 * latest of it to show. Pure: decisions are answered, not acted on. The level rises in steps and never falls here; that
 * is for time and for people (`trust/`).
 */
import { combined, levelOf, observe, openWindow, type TrustThresholds } from "./trust/evidence.ts";
import {
  type Evidence,
  type EvidenceWindow,
  TRUST_LEVELS,
  type TrustLevel,
  type TrustStanding,
} from "./trust/trust-services.ts";

/** Shown with a decision, the newest. */
const MOST_EVIDENCE = 32;
/** Evidence is of one hour of play: what somebody did long ago does not add up for ever. */
const WINDOW_MS = 3_600_000;

export interface WeighedTrial {
  name: string;
  p0: number;
  p1: number;
}

export interface SuspicionOptions {
  thresholds: TrustThresholds;
  /** Of every trial that the room lists, by name: in the average those without observations stand at 1. */
  weights: Readonly<Record<string, number>>;
}

/** Where and when: a piece of evidence without what the validators add. */
export type EvidencePlace = Omit<Evidence, "validator" | "positive" | "measured" | "logEvidence">;

export class Suspicion {
  readonly #options: SuspicionOptions;
  #window: EvidenceWindow = openWindow();
  #level: TrustLevel = "trusted";
  #evidence: Evidence[] = [];
  #adopted = false;

  constructor(options: SuspicionOptions) {
    this.#options = options;
  }

  get level(): TrustLevel {
    return this.#level;
  }

  get window(): EvidenceWindow {
    return this.#window;
  }

  /** Logarithm of the combined e-value. */
  get logEvidence(): number {
    return combined(this.#window, this.#options.weights);
  }

  /** Oldest first. */
  get evidence(): readonly Evidence[] {
    return this.#evidence;
  }

  isAtLeast(level: TrustLevel): boolean {
    return TRUST_LEVELS.indexOf(this.#level) >= TRUST_LEVELS.indexOf(level);
  }

  /** What is known from elsewhere. The first window that comes is added to what was observed here meanwhile. */
  adopt({ level, window }: TrustStanding): void {
    this.#level = level;
    if (window === undefined || this.#adopted) return;
    this.#adopted = true;
    const { playedMs, logEvidence, observations } = this.#window;
    this.#window = {
      playedMs: playedMs + window.playedMs,
      logEvidence: sums(window.logEvidence, logEvidence),
      observations: sums(window.observations, observations),
    };
  }

  /** An operator has looked: everything begins anew. */
  clear(): void {
    this.#level = "trusted";
    this.#window = openWindow();
    this.#evidence = [];
  }

  played(forMs: number): void {
    const playedMs = this.#window.playedMs + forMs;
    this.#window = playedMs >= WINDOW_MS ? openWindow() : { ...this.#window, playedMs };
  }

  /** @returns the level, when this tipped it. */
  observed(
    trial: WeighedTrial,
    positive: boolean,
    measured: Evidence["measured"],
    place: EvidencePlace,
  ): TrustLevel | undefined {
    this.#window = observe(this.#window, trial.name, trial, positive);
    const logEvidence = this.#window.logEvidence[trial.name] ?? 0;
    this.#keep({ ...place, validator: trial.name, positive, measured, logEvidence });
    return this.#rise(levelOf(this.logEvidence, this.#options.thresholds));
  }

  /** A limit was overstepped by enough. @returns the level, when this tipped it. */
  overstepped(
    validator: string,
    measured: Evidence["measured"],
    place: EvidencePlace,
    level?: TrustLevel,
  ): TrustLevel | undefined {
    this.#keep({ ...place, validator, positive: true, measured, logEvidence: 0 });
    return level === undefined ? undefined : this.#rise(level);
  }

  #rise(level: TrustLevel): TrustLevel | undefined {
    if (TRUST_LEVELS.indexOf(level) <= TRUST_LEVELS.indexOf(this.#level)) return undefined;
    this.#level = level;
    return level;
  }

  #keep(evidence: Evidence): void {
    this.#evidence.push(evidence);
    if (this.#evidence.length > MOST_EVIDENCE) this.#evidence.shift();
  }
}

function sums(
  a: Readonly<Record<string, number>>,
  b: Readonly<Record<string, number>>,
): Record<string, number> {
  const total = { ...a };
  for (const [name, value] of Object.entries(b)) total[name] = (total[name] ?? 0) + value;
  return total;
}
