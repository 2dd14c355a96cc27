/** The page's flow: sign in as a guest, home, match, and whatever goes wrong in between. */
import { element, setPagePhase } from "./dom.ts";
import { HomeScreen } from "./home/home-screen.ts";
import { messageScreen } from "./home/message-screen.ts";
import type { MatchScreen } from "./match/match-screen.ts";
import { describeFailure, describeLeave } from "./net/leave-reason.ts";
import { type GuestSession, openGuestSession } from "./session/guest-session.ts";
import { loadProfile, type Profile } from "./session/profile.ts";

class Page {
  readonly #root: HTMLElement;
  #session: GuestSession | undefined;
  #signingIn: Promise<GuestSession> | undefined;
  #profile: Profile | undefined;
  #match: MatchScreen | undefined;

  constructor(root: HTMLElement) {
    this.#root = root;
  }

  async showHome(): Promise<void> {
    setPagePhase("home");
    const home = new HomeScreen(() => void this.enterMatch(home));
    this.#root.replaceChildren(home.root);
    try {
      this.#session ??= await this.#signIn();
      this.#profile = await loadProfile(this.#session.playerId);
      home.showProfile(this.#profile);
    } catch (error) {
      home.showProfileError(describeFailure(error));
    }
  }

  async enterMatch(home?: HomeScreen): Promise<void> {
    home?.setBusy(true);
    try {
      // Anew every time: a page that stayed open for days holds a token that has run out.
      this.#session = await this.#signIn();
      this.#profile ??= await loadProfile(this.#session.playerId);
      const { level, levelProgress } = this.#profile;
      // The renderer is most of the page's weight, and home does not need it.
      const { MatchScreen } = await import("./match/match-screen.ts");
      this.#match = await MatchScreen.open(this.#root, {
        token: this.#session.token,
        progress: { level, levelProgress },
        onLeave: () => void this.#leaveMatch(),
        onLost: (code) => this.#lostMatch(code),
      });
    } catch (error) {
      this.#showError("Could not join", describeFailure(error), "Try again");
    }
  }

  /** One at a time: two sign-ins of a new visitor would make two guests. */
  #signIn(): Promise<GuestSession> {
    this.#signingIn ??= openGuestSession().finally(() => {
      this.#signingIn = undefined;
    });
    return this.#signingIn;
  }

  async #leaveMatch(): Promise<void> {
    const match = this.#match;
    this.#match = undefined;
    this.#profile = undefined;
    await match?.leave();
    await this.showHome();
  }

  #lostMatch(code: number): void {
    this.#match?.destroy();
    this.#match = undefined;
    this.#profile = undefined;
    const sentence = describeLeave(code);
    if (sentence === undefined) void this.showHome();
    else this.#showError("Out of the match", sentence, "Rejoin");
  }

  #showError(title: string, sentence: string, action: string): void {
    setPagePhase("error");
    const onHome = (): void => void this.showHome();
    const screen = messageScreen({ title, sentence, action, onAction: () => this.#rejoin(), onHome });
    this.#root.replaceChildren(screen);
  }

  #rejoin(): void {
    setPagePhase("joining");
    this.#root.replaceChildren(
      element("div", { className: "message-screen" }, element("div", { className: "spinner" })),
    );
    void this.enterMatch();
  }
}

const root = document.getElementById("app");
if (root) void new Page(root).showHome();
