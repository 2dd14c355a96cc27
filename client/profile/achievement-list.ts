/** Achievements: the unlocked ones in ember; on the own page the locked ones as well, with how far they are. */
import type { CatalogueAnswer, OwnProfile, PublicProfile } from "../../src/index.ts";
import { element } from "../dom.ts";
import { dayOfYear, readableId, whole } from "../text.ts";
import { lockIcon, starIcon } from "../ui/icons.ts";
import { progressBar } from "../ui/level-badge.ts";

type Achievement = CatalogueAnswer["achievements"][number];

export function achievementList(
  profile: PublicProfile | OwnProfile,
  { achievements }: CatalogueAnswer,
  withLocked: boolean,
): HTMLElement {
  const declared = new Map(achievements.map((achievement) => [achievement.id, achievement]));
  const unlocked = new Set(profile.achievements.map(({ id }) => id));
  const lines = profile.achievements
    .toSorted((one, other) => other.unlockedAt.localeCompare(one.unlockedAt))
    .map(({ id, unlockedAt }) => unlockedLine(id, declared.get(id), unlockedAt));
  if (withLocked)
    for (const achievement of achievements)
      if (!unlocked.has(achievement.id)) lines.push(lockedLine(achievement, profile));
  if (lines.length === 0) return element("p", { className: "quiet", text: "None yet." });
  return element("ul", { className: "achievements" }, ...lines);
}

function unlockedLine(id: string, achievement: Achievement | undefined, unlockedAt: string): HTMLElement {
  const line = element(
    "li",
    { className: "achievement achievement-unlocked" },
    element("span", { className: "achievement-sign" }, starIcon()),
    element(
      "div",
      { className: "achievement-text" },
      element("b", { text: achievement?.name ?? readableId(id) }),
      element("span", { className: "quiet", text: achievement?.description ?? "" }),
    ),
    element("small", { className: "quiet", text: dayOfYear(unlockedAt) }),
  );
  line.dataset.achievement = id;
  return line;
}

function lockedLine(achievement: Achievement, profile: PublicProfile): HTMLElement {
  const reached = Math.min(achievement.atLeast, statisticOf(profile, achievement.statistic));
  const line = element(
    "li",
    { className: "achievement achievement-locked" },
    element("span", { className: "achievement-sign" }, lockIcon()),
    element(
      "div",
      { className: "achievement-text" },
      element("b", { text: achievement.name }),
      element("span", { className: "quiet", text: achievement.description }),
      progressBar(reached / achievement.atLeast, `Progress of ${achievement.name}`),
    ),
    element("small", { className: "quiet", text: `${whole(reached)} / ${whole(achievement.atLeast)}` }),
  );
  line.dataset.achievement = achievement.id;
  return line;
}

function statisticOf(profile: PublicProfile, statistic: string): number {
  const totals: Readonly<Record<string, number>> = {
    games: profile.games,
    wins: profile.wins,
    kills: profile.kills,
    deaths: profile.deaths,
    experience: profile.experience,
    level: profile.level,
  };
  return totals[statistic] ?? 0;
}
