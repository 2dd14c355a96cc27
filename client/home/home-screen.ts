/** The first page: who you are, what you have achieved, and the way into a match. */
import { loadMap } from "../../rooms/skirmish/shared/arena-map.ts";
import foundry from "../../rooms/skirmish/shared/maps/foundry.json" with { type: "json" };
import { button, element, ordinal, setText } from "../dom.ts";
import { paintArena } from "../scene/map-painter.ts";
import type { PlayedMatch, Profile } from "../session/profile.ts";

const CONTROLS: readonly (readonly [keys: string, action: string])[] = [
  ["W A S D", "move"],
  ["Mouse", "aim and fire"],
  ["Space", "dash"],
  ["Q", "rifle / launcher"],
  ["Tab", "standings"],
  ["M", "sound"],
];

export class HomeScreen {
  readonly root: HTMLElement;
  readonly #play: HTMLButtonElement;
  readonly #profile = element("section", { className: "panel profile", testId: "profile" });

  constructor(onPlay: () => void) {
    this.#play = button("Play", { className: "button-play", testId: "play" }, onPlay);
    const backdrop = element("div", { className: "backdrop" });
    backdrop.append(paintArena(loadMap(foundry), 30));
    const keys = element("dl", { className: "controls" });
    for (const [key, action] of CONTROLS) {
      keys.append(element("div", {}, element("dt", { text: key }), element("dd", { text: action })));
    }
    this.root = element(
      "div",
      { className: "home" },
      backdrop,
      element(
        "div",
        { className: "home-content" },
        element(
          "header",
          { className: "home-head" },
          element("h1", { text: "Skirmish" }),
          element("p", { text: "Three minutes in the foundry. Rifle, launcher, one good dash." }),
          this.#play,
          keys,
        ),
        this.#profile,
      ),
    );
    this.#profile.append(element("p", { className: "quiet", text: "Signing in…" }));
  }

  setBusy(busy: boolean): void {
    this.#play.disabled = busy;
    setText(this.#play, busy ? "Joining…" : "Play");
  }

  showProfile(profile: Profile): void {
    this.#profile.dataset.games = String(profile.games);
    const fill = element("i", { className: "bar-fill" });
    fill.style.width = `${Math.round(profile.levelProgress * 1000) / 10}%`;
    const ratio = profile.kills / Math.max(1, profile.deaths);
    this.#profile.replaceChildren(
      element(
        "div",
        { className: "profile-head" },
        element("span", { className: "level-badge", text: String(profile.level) }),
        element(
          "div",
          { className: "profile-name" },
          element("h2", { text: profile.name }),
          element("div", { className: "bar" }, fill),
          element("small", { text: `Level ${profile.level} · ${profile.experience} XP` }),
        ),
      ),
      element(
        "ul",
        { className: "totals" },
        total("Games", String(profile.games)),
        total("Wins", String(profile.wins)),
        total("Kills", String(profile.kills)),
        total("K / D", ratio.toFixed(2)),
      ),
      element("h3", { text: "Recent matches" }),
      profile.matches.length === 0
        ? element("p", { className: "quiet", text: "None yet. Your first one is a button away." })
        : matchList(profile.matches),
    );
  }

  showProfileError(sentence: string): void {
    this.#profile.replaceChildren(element("p", { className: "quiet", text: sentence }));
  }
}

function total(label: string, value: string): HTMLElement {
  return element("li", {}, element("b", { text: value }), element("span", { text: label }));
}

function matchList(matches: readonly PlayedMatch[]): HTMLElement {
  const list = element("ol", { className: "matches" });
  for (const match of matches.slice(0, 6)) {
    const line = element(
      "li",
      { className: match.won ? "match-won" : "" },
      element("b", { className: "match-place", text: match.won ? "Won" : ordinal(match.placement) }),
      element("span", {
        className: "match-line",
        text: `${counted(match.kills, "kill")} · ${counted(match.deaths, "death")}`,
      }),
      element("span", { className: "match-earned", text: `+${match.earned} XP` }),
      element("time", { className: "quiet", text: ago(match.endedAt) }),
    );
    list.append(line);
  }
  return list;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

function ago(iso: string): string {
  const minutes = Math.max(0, Math.round((Date.now() - Date.parse(iso)) / 60_000));
  if (minutes < 1) return "just now";
  if (minutes < 60) return `${minutes} min ago`;
  if (minutes < 60 * 24) return `${Math.round(minutes / 60)} h ago`;
  return `${Math.round(minutes / 60 / 24)} d ago`;
}
