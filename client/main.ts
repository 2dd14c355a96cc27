/**
 * The page's flow: the address says which page is shown, a match takes all of it. Leaving a match by the back button,
 * by its own button or by being thrown out all end here. A page that was left while it loaded is not shown any more.
 *
 * Lobby, party and queue live longer than pages: a seat that they hand out leads into its match from wherever the
 * player is, out of another match too.
 */
import { customPage } from "./custom/custom-page.ts";
import { element, setPagePhase } from "./dom.ts";
import { HomePage } from "./home/home-page.ts";
import { messageScreen } from "./home/message-screen.ts";
import { leaderboardPage } from "./leaderboard/leaderboard-page.ts";
import { invitationToasts } from "./lobby/invitation-toasts.ts";
import { lobbyPage } from "./lobby/lobby-page.ts";
import { ReadyCheckDialog } from "./lobby/ready-check.ts";
import { SocialSession } from "./lobby/social-session.ts";
import type { MatchScreen } from "./match/match-screen.ts";
import {
  type MatchWay,
  QUICK_PLAY,
  wayBackIn,
  wayIntoRoom,
  wayOfCustomGame,
  wayOfOpenSeat,
  wayOfSeat,
} from "./match/match-way.ts";
import type { PageContext, PageView } from "./navigation/page-view.ts";
import { parseRoute, type Route, routeHash } from "./navigation/route.ts";
import { Shell } from "./navigation/shell.ts";
import { describeFailure, describeLeave, MATCH_OVER } from "./net/leave-reason.ts";
import { isOutdated, OUTDATED } from "./net/room-refusal.ts";
import { ownProfilePage } from "./profile/own-profile-page.ts";
import { playerPage } from "./profile/player-page.ts";
import { Account } from "./session/account.ts";
import { shopPage } from "./shop/shop-page.ts";

/** The renderer is most of the page's weight, and no other page needs it. */
const loadMatchScreen = () => import("./match/match-screen.ts");
const loadReplayPage = () => import("./replay/replay-page.ts");

class Page {
  readonly #root: HTMLElement;
  readonly #account = new Account();
  readonly #social = new SocialSession(this.#account);
  readonly #shell = new Shell(this.#social.queue);
  #shown = new AbortController();
  #match: MatchScreen | undefined;
  /** How the player came into the latest match. */
  #way: MatchWay = QUICK_PLAY;
  /** The running attempt to enter a match; another one, or leaving, ends it. */
  #entering: symbol | undefined;

  constructor(root: HTMLElement) {
    this.#root = root;
    this.#account.watch(() => this.#shell.wallet.show(this.#account.profile?.wallet));
    const { lobby, custom, queue } = this.#social;
    queue.onQueued = () => void loadMatchScreen().catch(() => undefined);
    queue.onSeat = (seat) => this.#enterMatch(wayOfSeat(seat));
    lobby.onSeat = (seat) => this.#enterMatch(wayOfOpenSeat(seat));
    custom.onSeat = (seat) => void this.#enterMatch(wayOfCustomGame(seat, custom.code));
  }

  start(): void {
    document.body.append(
      invitationToasts(this.#social, async (invitation) => {
        await this.#social.acceptInvitation(invitation);
        const { kind, code } = invitation;
        if (kind === "custom") this.#go({ page: "custom", code });
        else if (!this.#match) this.#go({ page: "lobby" });
      }),
      new ReadyCheckDialog(this.#social.queue).root,
    );
    window.addEventListener("hashchange", () => this.#follow());
    // A match that runs is played to its end.
    window.addEventListener(OUTDATED, () => this.#match || this.#showOutdated());
    this.#social.resume(parseRoute(location.hash));
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
      social: this.#social,
      signal: this.#shown.signal,
      go: (next) => this.#go(next),
      enterRoom: (roomId) => void this.#enterMatch(wayIntoRoom(roomId)),
    };
    setPagePhase(route.page === "party" ? "lobby" : route.page);
    if (route.page === "replay") {
      void this.#showReplay(route.matchId, context);
      return;
    }
    const view = this.#open(route, context);
    document.title = view.title;
    this.#shell.show(view.root, route);
    if (!this.#shell.root.isConnected) this.#root.replaceChildren(this.#shell.root);
    // Every page shows the wallet; those that show more of the profile say themselves when it cannot be loaded.
    void this.#account.loadProfile().catch(() => undefined);
  }

  /** Never rejects: what fails is shown. It takes all of the page. */
  async #showReplay(matchId: string | undefined, context: PageContext): Promise<void> {
    const cameFromInside = this.#shell.root.isConnected;
    const leave = (): void => (cameFromInside ? history.back() : this.#go({ page: "profile" }));
    try {
      const { replayPage } = await loadReplayPage();
      if (context.signal.aborted) return;
      const view = replayPage(context, matchId, leave);
      document.title = view.title;
      this.#root.replaceChildren(view.root);
    } catch (error) {
      if (context.signal.aborted) return;
      const sentence = describeFailure(error);
      const onAction = (): void => this.#follow();
      this.#root.replaceChildren(
        messageScreen({ title: "No replay", sentence, action: "Try again", onAction, onHome: leave }),
      );
    }
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
      case "lobby":
        return lobbyPage(context);
      case "party":
        // The link is used up: a reload, or a step back, does not join again.
        history.replaceState(null, "", routeHash({ page: "lobby" }));
        return lobbyPage(context, route.code);
      case "custom":
        return customPage(context, route.code);
      default: {
        const home = new HomePage(context, () => void this.#enterMatch(QUICK_PLAY, home));
        return home;
      }
    }
  }

  #go(route: Route): void {
    if (location.hash === routeHash(route)) this.#follow();
    else location.hash = routeHash(route);
  }

  /** Never rejects: what fails is shown. */
  async #enterMatch(way: MatchWay, home?: HomePage): Promise<void> {
    const turn = Symbol("entering");
    this.#entering = turn;
    this.#way = way;
    this.#dropMatch((match) => void match.leave());
    if (parseRoute(location.hash).page !== "match") history.pushState(null, "", routeHash({ page: "match" }));
    home?.setBusy(true);
    try {
      // Anew every time: a page that stayed open for days holds a token that has run out. A reserved seat does not
      // wait for it: its owner has just been told about it.
      const { token } = await (way.entry.kind === "seat" ? this.#account.signIn() : this.#account.renew());
      const { level, levelProgress, settings } = this.#account.profile ?? (await this.#account.loadProfile());
      const { MatchScreen } = await loadMatchScreen();
      if (this.#entering !== turn) return;
      const match = await MatchScreen.open(this.#root, {
        account: this.#account,
        token,
        entry: way.entry,
        expected: way.expected,
        leaveText: way.leaveText,
        progress: { level, levelProgress },
        cameraShake: settings["cameraShake"] !== false,
        onLeave: () => this.#leaveMatch(way),
        onLost: (code) => this.#lostMatch(way, code),
      });
      if (this.#entering === turn) {
        this.#match = match;
        document.title = "Skirmish";
      } else {
        await match.leave();
        if (!this.#match && !this.#entering) this.#root.replaceChildren(this.#shell.root);
      }
    } catch (error) {
      if (this.#entering !== turn) return;
      if (isOutdated(error)) this.#showOutdated();
      else this.#showError("Could not join", describeFailure(error), "Try again");
    } finally {
      if (this.#entering === turn) this.#entering = undefined;
    }
  }

  #dropMatch(end: (match: MatchScreen) => void): void {
    const match = this.#match;
    this.#match = undefined;
    if (match) end(match);
  }

  #leaveMatch({ back }: MatchWay): void {
    if (!back) {
      history.back();
      return;
    }
    history.replaceState(null, "", routeHash(back));
    this.#follow();
  }

  #lostMatch(way: MatchWay, code: number): void {
    this.#dropMatch((match) => match.destroy());
    const sentence = describeLeave(code);
    // A match that is over, without a rematch, is no loss.
    if (sentence === undefined || (code === MATCH_OVER && way.back)) this.#leaveMatch(way);
    else this.#showError("Out of the match", sentence, "Rejoin");
  }

  #showError(title: string, sentence: string, action: string): void {
    setPagePhase("error");
    const onAction = (): void => this.#rejoin();
    const { back } = this.#way;
    const onHome = (): void => this.#go(back ?? { page: "home" });
    const homeText = back ? this.#way.leaveText : "Home";
    this.#root.replaceChildren(messageScreen({ title, sentence, action, onAction, homeText, onHome }));
  }

  #showOutdated(): void {
    setPagePhase("error");
    const sentence = "There is a newer version of the game than the one this page runs.";
    const onAction = (): void => location.reload();
    this.#root.replaceChildren(messageScreen({ title: "Out of date", sentence, action: "Reload", onAction }));
  }

  #rejoin(): void {
    setPagePhase("joining");
    this.#root.replaceChildren(
      element("div", { className: "message-screen" }, element("div", { className: "spinner" })),
    );
    void this.#enterMatch(wayBackIn(this.#way));
  }
}

const root = document.getElementById("app");
if (root) new Page(root).start();
