/** Invitations, over whatever page is shown: who asks, for how long yet, accept or decline. */
import type { InvitationMessage } from "../../schemas/lobby-messages.ts";
import { button, element, setText } from "../dom.ts";
import { ActionNote } from "../ui/action-button.ts";
import { KeyedList, type Line } from "../ui/keyed-list.ts";
import { exactTime } from "./queue-model.ts";
import type { SocialSession } from "./social-session.ts";

const TICK_MS = 500;
/** Earlier the list is told to drop it than the server refuses it. */
const MARGIN_MS = 500;

/** @param onAccept takes the player there; rejects with the refusal. */
export function invitationToasts(
  { lobby }: SocialSession,
  onAccept: (invitation: InvitationMessage) => Promise<void>,
): HTMLElement {
  const root = element("ul", { className: "toasts", testId: "invitations" });
  root.ariaLabel = "Invitations";
  root.ariaLive = "polite";
  const drop = (code: string): void => lobby.dropInvitation(code);
  const list = new KeyedList<InvitationMessage>(
    root,
    ({ code }) => code,
    (invitation) => invitationToast(invitation, onAccept, drop),
  );
  let timer: ReturnType<typeof setInterval> | undefined;
  const tick = (): void => {
    const { invitations } = lobby;
    const over = invitations.find(({ expiresAt }) => expiresAt - MARGIN_MS <= Date.now());
    if (over) drop(over.code);
    else list.update(invitations);
  };
  lobby.watch(() => {
    tick();
    if (lobby.invitations.length === 0) {
      clearInterval(timer);
      timer = undefined;
    } else timer ??= setInterval(tick, TICK_MS);
  });
  return root;
}

function invitationToast(
  first: InvitationMessage,
  onAccept: (invitation: InvitationMessage) => Promise<void>,
  drop: (code: string) => void,
): Line<InvitationMessage> {
  const shownAt = Date.now();
  let invitation = first;
  const name = element("b");
  const words = element("span");
  const left = element("small", { className: "quiet" });
  // The bar says it too; a screen reader would be told twice a second.
  left.ariaHidden = "true";
  const bar = element("i", { className: "toast-bar" });
  const note = new ActionNote();
  const accept = button(
    "Accept",
    { className: "button-ember button-small", testId: "invitation-accept" },
    () => {
      accept.disabled = true;
      note.clear();
      onAccept(invitation)
        .catch((error: unknown) => note.fail(error))
        .finally(() => {
          accept.disabled = false;
        });
    },
  );
  const decline = button(
    "Decline",
    { className: "button-quiet button-small", testId: "invitation-decline" },
    () => drop(invitation.code),
  );
  const root = element(
    "li",
    { className: "toast panel", testId: "invitation" },
    element("p", {}, name, words),
    note.root,
    element("div", { className: "button-row" }, accept, decline, left),
    bar,
  );
  return {
    root,
    update(next) {
      invitation = next;
      setText(name, next.from.name);
      setText(words, next.kind === "party" ? " invites you to a party" : " invites you to a custom game");
      const remaining = Math.max(0, next.expiresAt - Date.now());
      setText(left, exactTime(remaining / 1000));
      const whole = Math.max(1, next.expiresAt - shownAt);
      bar.style.transform = `scaleX(${Math.min(1, remaining / whole).toFixed(3)})`;
    },
  };
}
