/** The own profile: progress, ratings, matches, achievements, friends, and what is kept about the player. */
import { element } from "../dom.ts";
import type { PageContext, PageView } from "../navigation/page-view.ts";
import { playerApi } from "../net/player-api.ts";
import { loadInto } from "../ui/load-into.ts";
import { achievementList } from "./achievement-list.ts";
import { friendsSection } from "./friends-section.ts";
import { historySection } from "./history-section.ts";
import { card, profileHead } from "./profile-head.ts";
import { ratingSections } from "./rating-section.ts";
import { settingsSection } from "./settings-section.ts";

export function ownProfilePage(context: PageContext): PageView {
  const { account, signal } = context;
  const root = element("div", { className: "page profile-page", testId: "profile-page" });
  void loadInto(root, {
    signal,
    load: async () => {
      const [profile, catalogue] = await Promise.all([account.loadProfile(), playerApi.catalogue()]);
      return { profile, catalogue };
    },
    show: ({ profile, catalogue }) => [
      profileHead(profile),
      element(
        "div",
        { className: "columns" },
        element(
          "div",
          { className: "column" },
          ...ratingSections(profile, signal),
          historySection(profile.playerId, "None yet. Your first one is a button away.", signal, account),
        ),
        element(
          "div",
          { className: "column" },
          card("Achievements", { testId: "achievements" }, achievementList(profile, catalogue, true)),
          friendsSection(context, profile.playerId),
          settingsSection(context, profile),
        ),
      ),
    ],
  });
  return { root, title: "Profile · Skirmish" };
}
