/** The first page: who you are, what you have achieved, and the ways into a match: at once, or through the lobby. */
import type { HistoryEntry, OwnProfile } from "../../src/index.ts";
import { button, element, link, setText } from "../dom.ts";
import type { PageContext, PageView } from "../navigation/page-view.ts";
import { routeHash } from "../navigation/route.ts";
import { playerApi } from "../net/player-api.ts";
import { matchList } from "../profile/match-list.ts";
import { ratio, whole } from "../text.ts";
import { levelBadge, levelLine, numberTile, progressBar } from "../ui/level-badge.ts";
import { loadInto } from "../ui/load-into.ts";

const RECENT_MATCHES = 5;
const PLAY = "Quick play";

const CONTROLS: readonly (readonly [keys: string, action: string])[] = [
  ["W A S D", "move"],
  ["Mouse", "aim and fire"],
  ["Space", "dash"],
  ["Q", "rifle / launcher"],
  ["Tab", "standings"],
  ["M", "sound"],
];

export class HomePage implements PageView {
  readonly root: HTMLElement;
  readonly title = "Skirmish";
  readonly #play: HTMLButtonElement;
  readonly #profile = element("section", { className: "panel profile", testId: "profile" });

  constructor({ account, signal }: PageContext, onPlay: () => void) {
    this.#play = button(PLAY, { className: "button-play", testId: "play" }, onPlay);
    const keys = element("dl", { className: "controls" });
    for (const [key, action] of CONTROLS) {
      keys.append(element("div", {}, element("dt", { text: key }), element("dd", { text: action })));
    }
    const head = element(
      "div",
      { className: "home-head" },
      element("h1", { text: "Skirmish" }),
      element("p", { text: "Three minutes in the foundry. Rifle, launcher, one good dash." }),
      element(
        "div",
        { className: "home-ways" },
        this.#play,
        link("Lobby", routeHash({ page: "lobby" }), { className: "button-lobby", testId: "go-lobby" }),
      ),
      element("small", {
        className: "home-lobby-words",
        text: "In the lobby: ranked queues, parties with friends, custom games.",
      }),
      keys,
    );
    this.root = element("div", { className: "home-content" }, head, this.#profile);
    void loadInto(this.#profile, {
      signal,
      load: async () => {
        const profile = await account.loadProfile();
        const { matches } = await playerApi.history(profile.playerId, RECENT_MATCHES);
        return { profile, matches };
      },
      show: ({ profile, matches }) => this.#showProfile(profile, matches),
    });
  }

  setBusy(busy: boolean): void {
    this.#play.disabled = busy;
    setText(this.#play, busy ? "Joining…" : PLAY);
  }

  #showProfile(profile: OwnProfile, matches: readonly HistoryEntry[]): Node[] {
    this.#profile.dataset.games = String(profile.games);
    return [
      element(
        "div",
        { className: "profile-head" },
        levelBadge(profile.level),
        element(
          "div",
          { className: "profile-name" },
          element("h2", { text: profile.name }),
          progressBar(profile.levelProgress, `Progress in level ${profile.level}`),
          levelLine(profile),
        ),
      ),
      element(
        "ul",
        { className: "totals" },
        numberTile("Games", whole(profile.games)),
        numberTile("Wins", whole(profile.wins)),
        numberTile("Kills", whole(profile.kills)),
        numberTile("K / D", ratio(profile.kills, profile.deaths)),
      ),
      element("h3", { text: "Recent matches" }),
      matches.length === 0
        ? element("p", { className: "quiet", text: "None yet. Your first one is a button away." })
        : matchList(matches, Date.now()),
      link("Whole profile", routeHash({ page: "profile" }), { className: "more-link" }),
    ];
  }
}
