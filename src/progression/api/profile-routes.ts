/** Profiles, history, settings, inventory, purchases. */
import { defineRoute, type RouteContext, refuse } from "../../http/define-route.ts";
import { equip, purchase } from "../economy/operations.ts";
import { changeSettings } from "../player/change-settings.ts";
import type { PlayerOperation } from "../player/operation.ts";
import * as answers from "./answers.ts";
import * as inputs from "./inputs.ts";
import type { ProgressionApi } from "./progression-api.ts";
import {
  catalogueOf,
  historyEntryOf,
  inventoryOf,
  ledgerOf,
  ownProfileOf,
  publicProfileOf,
  ratingHistoryOf,
} from "./views.ts";

export function profileRoutes(context: RouteContext, { rules, players, historyOf }: ProgressionApi) {
  const own = async (playerId: string) => {
    const player = await players.find(playerId);
    return player ? ownProfileOf(rules, player, new Date()) : refuse("player_unknown");
  };
  const changed = async (operation: PlayerOperation) => {
    const outcome = await players.run(operation);
    return outcome.ok ? inventoryOf(rules, outcome.player) : refuse(outcome.code);
  };
  return {
    ownProfile: defineRoute(
      context,
      "/api/me",
      {
        method: "GET",
        summary: "The caller's whole profile.",
        player: true,
        answer: answers.ownProfile,
        refusals: ["player_unknown"],
      },
      ({ player }) => own(player.playerId),
    ),
    changeProfile: defineRoute(
      context,
      "/api/me",
      {
        method: "PATCH",
        summary: "Replaces the caller's settings, or decides on consent.",
        player: true,
        body: inputs.profileChange,
        answer: answers.ownProfile,
        refusals: ["player_unknown", "player_deleted"],
      },
      async ({ player, body }) => {
        const outcome = await players.run(changeSettings({ playerId: player.playerId, ...body }, new Date()));
        return outcome.ok ? ownProfileOf(rules, outcome.player, new Date()) : refuse(outcome.code);
      },
    ),
    publicProfile: defineRoute(
      context,
      "/api/players/:id",
      {
        method: "GET",
        summary: "What anybody may see of a player.",
        player: false,
        params: inputs.playerParams,
        answer: answers.publicProfile,
        refusals: ["player_unknown"],
      },
      async ({ params }) => {
        const player = await players.find(params.id);
        return player ? publicProfileOf(rules, player, new Date()) : refuse("player_unknown");
      },
    ),
    matchHistory: defineRoute(
      context,
      "/api/players/:id/matches",
      {
        method: "GET",
        summary: "A player's matches, newest first.",
        player: false,
        params: inputs.playerParams,
        query: inputs.historyQuery,
        answer: answers.historyAnswer,
      },
      async ({ params: { id }, query: { limit, before } }) => {
        const matches = await historyOf(id, limit, before === undefined ? undefined : new Date(before));
        const keys = matches.map(({ matchId }) => `match/${matchId}`);
        const entries = await players.entriesOf(id, keys);
        const lines = matches.map((match) =>
          historyEntryOf(match, id, entries.get(`match/${match.matchId}`)),
        );
        return { matches: lines.filter((line) => line !== undefined) };
      },
    ),
    ratingHistory: defineRoute(
      context,
      "/api/players/:id/ratings/:queue",
      {
        method: "GET",
        summary: "How a player's rating in a queue went, oldest first.",
        player: false,
        params: inputs.ratingParams,
        query: inputs.ratingQuery,
        answer: answers.ratingHistoryAnswer,
      },
      async ({ params: { id, queue }, query: { limit } }) =>
        ratingHistoryOf(queue, await players.ratingEntriesOf(id, queue, limit)),
    ),
    inventory: defineRoute(
      context,
      "/api/me/inventory",
      {
        method: "GET",
        summary: "The caller's balances and items.",
        player: true,
        answer: answers.inventoryAnswer,
        refusals: ["player_unknown"],
      },
      async ({ player }) => {
        const found = await players.find(player.playerId);
        return found ? inventoryOf(rules, found) : refuse("player_unknown");
      },
    ),
    ledger: defineRoute(
      context,
      "/api/me/ledger",
      {
        method: "GET",
        summary: "Every change of the caller's experience, balances and items, newest first.",
        player: true,
        query: inputs.ledgerQuery,
        answer: answers.ledgerAnswer,
      },
      async ({ player, query: { limit, before } }) =>
        ledgerOf(await players.ledgerOf(player.playerId, limit, before)),
    ),
    catalogue: defineRoute(
      context,
      "/api/catalogue",
      {
        method: "GET",
        summary: "What exists in the game: items with prices, achievements.",
        player: false,
        answer: answers.catalogueAnswer,
      },
      async () => catalogueOf(rules),
    ),
    purchase: defineRoute(
      context,
      "/api/purchases",
      {
        method: "POST",
        summary: "Buys one of an item, once for each idempotency key.",
        player: true,
        body: inputs.purchaseBody,
        answer: answers.purchaseAnswer,
        refusals: [
          "item_unknown",
          "item_not_for_sale",
          "item_limit_reached",
          "balance_too_low",
          "idempotency_key_reused",
          "player_unknown",
          "player_deleted",
          "overloaded",
        ],
      },
      async ({ player, body }) => {
        const { playerId } = player;
        const outcome = await players.run(purchase(rules, { playerId, ...body }, new Date()));
        if (!outcome.ok) return refuse(outcome.code);
        return { itemId: body.itemId, repeated: outcome.repeated, ...inventoryOf(rules, outcome.player) };
      },
    ),
    equip: defineRoute(
      context,
      "/api/me/equipped",
      {
        method: "PUT",
        summary: "Puts an owned item into its slot, or empties the slot.",
        player: true,
        body: inputs.equipBody,
        answer: answers.inventoryAnswer,
        refusals: ["item_unknown", "item_not_owned", "player_unknown", "player_deleted"],
      },
      ({ player, body }) => changed(equip(rules, { playerId: player.playerId, ...body }, new Date())),
    ),
  };
}
