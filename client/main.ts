/**
 * The page's flow: the address says which page is shown, a match takes all of it. Leaving a match by the back button,
 * by its own button or by being thrown out all end here. A page that was left while it loaded is not shown any more.
 */
import { element, setPagePhase } from "./dom.ts";
import { HomePage } from "./home/home-page.ts";
import { messageScreen } from "./home/message-screen.ts";
import { leaderboardPage } from "./leaderboard/leaderboard-page.ts";
import type { MatchScreen } from "./match/match-screen.ts";
import type { PageContext, PageView } from "./navigation/page-view.ts";
import { parseRoute, type Route, routeHash } from "./navigation/route.ts";
import { Shell } from "./navigation/shell.ts";
import { describeFailure, describeLeave } from "./net/leave-reason.ts";
import { ownProfilePage } from "./profile/own-profile-page.ts";
import { playerPage } from "./profile/player-page.ts";
import { Account } from "./session/account.ts";
import { shopPage } from "./shop/shop-page.ts";

class Page {
  readonly #root: HTMLElement;
  readonly #account = new Account();
  readonly #shell = new Shell();
  #shown = new AbortController();
  #match: MatchScreen | undefined;
  /** The running attempt to enter a match; another one, or leaving, ends it. */
  #entering: symbol | undefined;

  constructor(root: HTMLElement) {
    this.#root = root;
    this.#account.watch(() => this.#shell.wallet.show(this.#account.profile?.wallet));
  }

  start(): void {
    window.addEventListener("hashchange", () => this.#follow());
    this.#follow();
  }

  /** Shows what the address says. */
  #follow(): void {
    const route = parseRoute(location.hash);
    if (route.page === "match") {
      if (this.#match || this.#entering) return;
      // A reloaded page, or a step back into a match that is over.
      history.replaceState(null, "", routeHash({ page: "home" }));
      this.#show({ page: "home" });
      return;
    }
    this.#entering = undefined;
    this.#dropMatch((match) => void match.leave());
    this.#show(route);
  }

  #show(route: Route): void {
    this.#shown.abort();
    this.#shown = new AbortController();
    const context: PageContext = {
      account: this.#account,
      signal: this.#shown.signal,
      go: (next) => this.#go(next),
    };
    setPagePhase(route.page);
    const view = this.#open(route, context);
    document.title = view.title;
    this.#shell.show(view.root, route);
    if (!this.#shell.root.isConnected) this.#root.replaceChildren(this.#shell.root);
    // Every page shows the wallet; those that show more of the profile say themselves when it cannot be loaded.
    void this.#account.loadProfile().catch(() => undefined);
  }

  #open(route: Route, context: PageContext): PageView {
    switch (route.page) {
      case "profile":
        if (route.playerId === undefined || route.playerId === this.#account.playerId)
          return ownProfilePage(context);
        return playerPage(context, route.playerId);
      case "shop":
        return shopPage(context);
      case "leaderboard":
        return leaderboardPage(context, route.board);
      default: {
        const home = new HomePage(context, () => void this.#enterMatch(home));
        return home;
      }
    }
  }

  #go(route: Route): void {
    if (location.hash === routeHash(route)) this.#follow();
    else location.hash = routeHash(route);
  }

  async #enterMatch(home?: HomePage): Promise<void> {
    const turn = Symbol("entering");
    this.#entering = turn;
    if (parseRoute(location.hash).page !== "match") history.pushState(null, "", routeHash({ page: "match" }));
    home?.setBusy(true);
    try {
      // Anew every time: a page that stayed open for days holds a token that has run out.
      const { token } = await this.#account.renew();
      const { level, levelProgress, settings } = this.#account.profile ?? (await this.#account.loadProfile());
      // The renderer is most of the page's weight, and no other page needs it.
      const { MatchScreen } = await import("./match/match-screen.ts");
      if (this.#entering !== turn) return;
      const match = await MatchScreen.open(this.#root, {
        token,
        progress: { level, levelProgress },
        cameraShake: settings["cameraShake"] !== false,
        onLeave: () => history.back(),
        onLost: (code) => this.#lostMatch(code),
      });
      if (this.#entering === turn) {
        this.#match = match;
        document.title = "Skirmish";
      } else {
        await match.leave();
        this.#root.replaceChildren(this.#shell.root);
      }
    } catch (error) {
      if (this.#entering === turn) this.#showError("Could not join", describeFailure(error), "Try again");
    } finally {
      if (this.#entering === turn) this.#entering = undefined;
    }
  }

  #dropMatch(end: (match: MatchScreen) => void): void {
    const match = this.#match;
    this.#match = undefined;
    if (match) end(match);
  }

  #lostMatch(code: number): void {
    this.#dropMatch((match) => match.destroy());
    const sentence = describeLeave(code);
    if (sentence === undefined) history.back();
    else this.#showError("Out of the match", sentence, "Rejoin");
  }

  #showError(title: string, sentence: string, action: string): void {
    setPagePhase("error");
    const onAction = (): void => this.#rejoin();
    const onHome = (): void => this.#go({ page: "home" });
    this.#root.replaceChildren(messageScreen({ title, sentence, action, onAction, onHome }));
  }

  #rejoin(): void {
    setPagePhase("joining");
    this.#root.replaceChildren(
      element("div", { className: "message-screen" }, element("div", { className: "spinner" })),
    );
    void this.#enterMatch();
  }
}

const root = document.getElementById("app");
if (root) new Page(root).start();
