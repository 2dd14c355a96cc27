/** What every page around the match is given and gives. */
import type { SocialSession } from "../lobby/social-session.ts";
import type { Account } from "../session/account.ts";
import type { Route } from "./route.ts";

export interface PageContext {
  account: Account;
  social: SocialSession;
  /** Aborted when the page is left: what arrives later is not shown. */
  signal: AbortSignal;
  /** Goes to another page as a link would. */
  go: (route: Route) => void;
  /** Into a match that runs. */
  enterRoom: (roomId: string) => void;
}

export interface PageView {
  root: HTMLElement;
  /** Stands in the browser's tab. */
  title: string;
}
