/** Levels of trust over time: they rise with decisions and fall back, one step for each quiet time. Pure. */
import { TRUST_LEVELS, type TrustLevel } from "./trust-services.ts";

const DAY_MS = 86_400_000;

const rankOf = (level: TrustLevel): number => TRUST_LEVELS.indexOf(level);

export function isAtLeast(level: TrustLevel, least: TrustLevel): boolean {
  return rankOf(level) >= rankOf(least);
}

export function higher(one: TrustLevel, other: TrustLevel): TrustLevel {
  return rankOf(one) >= rankOf(other) ? one : other;
}

/** @param since the latest decision; in the future while a ban lasts. "review" ends by a person's word only. */
export function levelAfter(level: TrustLevel, since: Date, now: Date, quietDays: number): TrustLevel {
  if (level === "review") return level;
  const steps = Math.floor(Math.max(0, now.getTime() - since.getTime()) / (quietDays * DAY_MS));
  return TRUST_LEVELS[Math.max(0, rankOf(level) - steps)] ?? "trusted";
}

/** The pools of matchmaking: 0 for everybody, then each its own. */
export function trustTierOf(level: TrustLevel): number {
  return isAtLeast(level, "apart") ? 1 : 0;
}
