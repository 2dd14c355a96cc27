/** What stands around every page but the match: the foundry behind it, and the header with tabs, queue and wallet. */
import { loadMap } from "../../rooms/skirmish/shared/arena-map.ts";
import foundry from "../../rooms/skirmish/shared/maps/foundry.json" with { type: "json" };
import { element, link } from "../dom.ts";
import { queueBar } from "../lobby/queue-panel.ts";
import type { QueueSession } from "../lobby/queue-session.ts";
import { paintArena } from "../scene/map-painter.ts";
import { type Route, routeHash } from "./route.ts";
import { WalletBadge } from "./wallet-badge.ts";

const BACKDROP_SCALE = 30;
const TABS: readonly (readonly [text: string, route: Route])[] = [
  ["Play", { page: "home" }],
  ["Profile", { page: "profile" }],
  ["Shop", { page: "shop" }],
  ["Leaderboard", { page: "leaderboard" }],
];

export class Shell {
  readonly root: HTMLElement;
  readonly wallet = new WalletBadge();
  readonly #tabs: readonly (readonly [tab: HTMLAnchorElement, page: Route["page"]])[];
  readonly #content = element("main", { className: "content" });

  constructor(queue: QueueSession) {
    this.#tabs = TABS.map(([text, route]) => {
      const testId = `nav-${route.page === "home" ? "play" : route.page}`;
      return [link(text, routeHash(route), { className: "tab", testId }), route.page] as const;
    });
    const tabs = element("nav", { className: "tabs" }, ...this.#tabs.map(([tab]) => tab));
    tabs.ariaLabel = "Pages";
    this.root = element(
      "div",
      { className: "shell" },
      element("div", { className: "backdrop" }, paintArena(loadMap(foundry), BACKDROP_SCALE)),
      element(
        "header",
        { className: "page-header" },
        link("Skirmish", routeHash({ page: "home" }), { className: "brand" }),
        tabs,
        queueBar(queue),
        this.wallet.root,
      ),
      this.#content,
    );
    this.wallet.show(undefined);
  }

  show(page: HTMLElement, route: Route): void {
    const current = tabOf(route);
    for (const [tab, name] of this.#tabs) {
      if (name === current) tab.setAttribute("aria-current", "page");
      else tab.removeAttribute("aria-current");
    }
    this.#content.replaceChildren(page);
    this.#content.scrollTop = 0;
  }
}

/** Somebody else's profile is no tab's page; whatever leads into a match is "Play". */
function tabOf(route: Route): Route["page"] | undefined {
  switch (route.page) {
    case "profile":
      return route.playerId === undefined ? route.page : undefined;
    case "lobby":
    case "party":
    case "custom":
      return "home";
    default:
      return route.page;
  }
}
