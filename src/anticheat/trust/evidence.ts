/**
 * Evidence that adds up and stays honest however long one looks: e-processes. For each validator E starts at 1 and is
 * multiplied, observation by observation, by the likelihood ratio of cheating over honest play,
 *
 *   E ← E · p1/p0 for a positive one, E ← E · (1 − p1)/(1 − p0) for a negative one.
 *
 * While a player does the thing with a probability of p0 at most, E is a non-negative supermartingale, and by Ville's
 * inequality (Ville 1939; Ramdas, Grünwald, Vovk and Shafer 2023, Statistical Science 38:576) the probability that it ever
 * reaches 1/α is at most α. Validators are combined by a weighted average of their E, which is one again however they
 * depend on each other (Vovk and Wang 2021, Annals of Statistics 49:1736); one that saw nothing stands at 1. Pure; natural
 * logarithms, so that nothing overflows.
 */
import type { EvidenceWindow, TrustLevel } from "./trust-services.ts";

/** Combined e-values from which on a player is of a level. */
export interface TrustThresholds {
  watchedAt: number;
  apartAt: number;
  mitigatedAt: number;
  reviewAt: number;
}

export function openWindow(): EvidenceWindow {
  return { playedMs: 0, logEvidence: {}, observations: {} };
}

/** @param odds probabilities of a positive observation: of an honest player at most, and of a cheat; p0 < p1. */
export function observe(
  window: EvidenceWindow,
  validator: string,
  { p0, p1 }: { p0: number; p1: number },
  positive: boolean,
): EvidenceWindow {
  const ratio = positive ? p1 / p0 : (1 - p1) / (1 - p0);
  return {
    playedMs: window.playedMs,
    logEvidence: {
      ...window.logEvidence,
      [validator]: (window.logEvidence[validator] ?? 0) + Math.log(ratio),
    },
    observations: { ...window.observations, [validator]: (window.observations[validator] ?? 0) + 1 },
  };
}

/**
 * The logarithm of the weighted average of all validators' e-values.
 * @param weights of every validator there is, observed or not; what is not among them does not count.
 */
export function combined({ logEvidence }: EvidenceWindow, weights: Readonly<Record<string, number>>): number {
  let total = 0;
  let highest = 0;
  for (const name of Object.keys(weights)) {
    total += weights[name] as number;
    highest = Math.max(highest, logEvidence[name] ?? 0);
  }
  if (total <= 0) return 0;
  let sum = 0;
  for (const name of Object.keys(weights))
    sum += (weights[name] as number) * Math.exp((logEvidence[name] ?? 0) - highest);
  return highest + Math.log(sum / total);
}

/** @param logEvidence natural logarithm of the combined e-value. */
export function levelOf(logEvidence: number, thresholds: TrustThresholds): TrustLevel {
  if (logEvidence >= Math.log(thresholds.reviewAt)) return "review";
  if (logEvidence >= Math.log(thresholds.mitigatedAt)) return "mitigated";
  if (logEvidence >= Math.log(thresholds.apartAt)) return "apart";
  return logEvidence >= Math.log(thresholds.watchedAt) ? "watched" : "trusted";
}
