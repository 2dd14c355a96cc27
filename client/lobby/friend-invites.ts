/** Friends and what they are doing; those who are online can be invited. */
import type { FriendLine } from "../../schemas/lobby-messages.ts";
import { button, element, link, setText } from "../dom.ts";
import type { PageContext } from "../navigation/page-view.ts";
import { routeHash } from "../navigation/route.ts";
import { card } from "../profile/profile-head.ts";
import { ActionNote } from "../ui/action-button.ts";
import { KeyedList, type Line } from "../ui/keyed-list.ts";
import { playerBadge } from "../ui/player-badge.ts";
import { activityText, sortFriends } from "./company-model.ts";

const INVITED_MS = 10_000;

export interface InviteTarget {
  /** @throws Refusal */
  invite: (playerId: string) => Promise<void>;
  isMember: (playerId: string) => boolean;
  /** What is watched besides the lobby. */
  watch: (watcher: () => void, signal: AbortSignal) => void;
}

export function friendInvites({ social, signal }: PageContext, target: InviteTarget): HTMLElement {
  const { lobby } = social;
  const note = new ActionNote("invite-note");
  const list = element("ul", { className: "friend-list", testId: "lobby-friends" });
  const friends = new KeyedList<FriendLine>(
    list,
    ({ playerId }) => playerId,
    (friend) => friendRow(friend, target, note),
  );
  const empty = element("p", { className: "quiet" });
  const update = (): void => {
    friends.update(sortFriends(lobby.friends));
    empty.hidden = lobby.friends.length > 0;
  };
  empty.append(
    "No friends yet. ",
    link("Add some on your profile", routeHash({ page: "profile" }), { className: "more-link" }),
  );
  lobby.watch(update, signal);
  target.watch(update, signal);
  return card("Friends", { testId: "lobby-friends-card" }, list, empty, note.root);
}

function friendRow({ playerId, name }: FriendLine, target: InviteTarget, note: ActionNote): Line<FriendLine> {
  const activity = element("small", { className: "friend-activity" });
  let invitedUntil = 0;
  const invite = button("Invite", { className: "button-quiet button-small", testId: "friend-invite" }, () => {
    note.clear();
    invitedUntil = Date.now() + INVITED_MS;
    invite.disabled = true;
    setText(invite, "Invited");
    const open = (): void => {
      invite.disabled = false;
      setText(invite, "Invite");
    };
    target.invite(playerId).then(
      () => setTimeout(open, INVITED_MS),
      (error: unknown) => {
        invitedUntil = 0;
        open();
        note.fail(error);
      },
    );
  });
  const root = element(
    "li",
    { testId: "lobby-friend" },
    playerBadge(playerId, name),
    element(
      "div",
      { className: "member-words" },
      link(name, routeHash({ page: "profile", playerId }), { className: "name-link" }),
      activity,
    ),
    invite,
  );
  root.dataset.player = playerId;
  return {
    root,
    update(friend) {
      root.dataset.activity = friend.activity === "" ? "offline" : friend.activity;
      setText(activity, activityText(friend.activity));
      const member = target.isMember(playerId);
      invite.hidden = member || (friend.activity === "" && Date.now() > invitedUntil);
    },
  };
}
