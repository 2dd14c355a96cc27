/** Experience and levels. Pure. */
import type { ProgressionRules } from "../../config/progression-config.ts";

type LevelRules = Pick<ProgressionRules, "firstLevelExperience" | "levelGrowth" | "maxLevel">;
type ExperienceRules = Pick<ProgressionRules, "matchExperience" | "winExperience" | "killExperience">;

/** Experience a player earns in one match. Who left early earns nothing. */
export function earnedExperience(
  rules: ExperienceRules,
  player: { kills: number; won: boolean; left: boolean },
): number {
  if (player.left) return 0;
  return rules.matchExperience + (player.won ? rules.winExperience : 0) + player.kills * rules.killExperience;
}

/**
 * The level that a total of experience amounts to. Level n → n+1 costs `firstLevelExperience · levelGrowth^(n−1)`,
 * rounded to whole points (a geometric curve).
 * @returns the level from 1, and how far the player is inside it (0–1; 1 at the highest level).
 */
export function levelOf(rules: LevelRules, experience: number): { level: number; levelProgress: number } {
  let rest = experience;
  for (let level = 1; level < rules.maxLevel; level += 1) {
    const cost = Math.round(rules.firstLevelExperience * rules.levelGrowth ** (level - 1));
    if (rest < cost) return { level, levelProgress: rest / cost };
    rest -= cost;
  }
  return { level: rules.maxLevel, levelProgress: 1 };
}
