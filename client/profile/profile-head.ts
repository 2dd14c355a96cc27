/** The head of a profile: name, level, totals. The same for the own and for everybody's. */
import type { PublicProfile } from "../../src/index.ts";
import { element } from "../dom.ts";
import { dayOfYear, percent, ratio, whole } from "../text.ts";
import { levelBadge, levelLine, numberTile, progressBar } from "../ui/level-badge.ts";

export function profileHead(profile: PublicProfile, ...actions: Node[]): HTMLElement {
  const { name, level, levelProgress, games, wins, kills, deaths, quits } = profile;
  return element(
    "section",
    { className: "panel card profile-top", testId: "profile-head" },
    element(
      "div",
      { className: "profile-head" },
      levelBadge(level),
      element(
        "div",
        { className: "profile-name" },
        element("h1", { text: name, testId: "profile-name" }),
        progressBar(levelProgress, `Progress in level ${level}`),
        element(
          "div",
          { className: "profile-facts" },
          levelLine(profile),
          element("small", { text: `Here since ${dayOfYear(profile.createdAt)}` }),
        ),
      ),
      ...(actions.length === 0 ? [] : [element("div", { className: "profile-actions" }, ...actions)]),
    ),
    element(
      "ul",
      { className: "totals totals-wide" },
      numberTile("Games", whole(games)),
      numberTile("Wins", whole(wins)),
      numberTile("Win rate", games === 0 ? "–" : percent(Math.round((wins / games) * 100) / 100)),
      numberTile("Kills", whole(kills)),
      numberTile("K / D", ratio(kills, deaths)),
      numberTile("Quits", whole(quits)),
    ),
  );
}

/** A part of a page with a heading. */
export function card(title: string, options: { testId?: string; className?: string }, ...children: Node[]) {
  const { className = "", ...rest } = options;
  return element(
    "section",
    { className: `panel card ${className}`.trim(), ...rest },
    element("h2", { className: "card-title", text: title }),
    ...children,
  );
}
