/** Friends and blocked players. */
import { defineRoute, type RouteContext, refuse } from "../../http/define-route.ts";
import * as answers from "./answers.ts";
import * as inputs from "./inputs.ts";
import type { ProgressionApi } from "./progression-api.ts";

export function socialRoutes(context: RouteContext, { relations, players }: ProgressionApi) {
  return {
    friends: defineRoute(
      context,
      "/api/me/friends",
      {
        method: "GET",
        summary: "The caller's friends, requests both ways, and blocked players.",
        player: true,
        answer: answers.friendsAnswer,
      },
      async ({ player: { playerId } }) => {
        const [friends, { incoming, outgoing }, blocked] = await Promise.all([
          relations.friendsOf(playerId),
          relations.requestsOf(playerId),
          relations.blockedBy(playerId),
        ]);
        const names = await players.namesOf([...friends, ...incoming, ...outgoing, ...blocked]);
        const named = (ids: readonly string[]) =>
          ids.map((id) => ({ playerId: id, name: names.get(id) ?? "deleted player" }));
        return {
          friends: named(friends),
          incoming: named(incoming),
          outgoing: named(outgoing),
          blocked: named(blocked),
        };
      },
    ),
    askFriend: defineRoute(
      context,
      "/api/me/friends/:id",
      {
        method: "PUT",
        summary: "Asks for friendship, or accepts it from who asked before.",
        player: true,
        params: inputs.playerParams,
        answer: answers.relationAnswer,
        refusals: ["friend_refused", "friends_full"],
      },
      async ({ player, params }) => {
        const result = await relations.ask(player.playerId, params.id, new Date());
        return result.ok ? { state: result.state } : refuse(result.code);
      },
    ),
    removeFriend: defineRoute(
      context,
      "/api/me/friends/:id",
      {
        method: "DELETE",
        summary: "Ends a friendship, or takes a request back, or declines one.",
        player: true,
        params: inputs.playerParams,
        answer: answers.relationAnswer,
      },
      async ({ player, params }) => {
        await relations.remove(player.playerId, params.id, new Date());
        return { state: "none" as const };
      },
    ),
    block: defineRoute(
      context,
      "/api/me/blocks/:id",
      {
        method: "PUT",
        summary: "Blocks a player: no friendship and no requests any more.",
        player: true,
        params: inputs.playerParams,
        answer: answers.relationAnswer,
        refusals: ["blocked_full", "friend_refused"],
      },
      async ({ player, params }) => {
        const result = await relations.block(player.playerId, params.id, new Date());
        return result.ok ? { state: "blocked" as const } : refuse(result.code);
      },
    ),
    unblock: defineRoute(
      context,
      "/api/me/blocks/:id",
      {
        method: "DELETE",
        summary: "Ends a block.",
        player: true,
        params: inputs.playerParams,
        answer: answers.relationAnswer,
      },
      async ({ player, params }) => {
        await relations.unblock(player.playerId, params.id, new Date());
        return { state: "none" as const };
      },
    ),
  };
}
