/**
 * POST /auth/guest → `{ token, playerId, name }`. Without a token it opens a guest account; with a valid one in
 * `Authorization: Bearer` it renews that player's token, unless the player is banned (403 `player_banned`). Nothing is
 * taken from the body.
 */
import { randomInt, randomUUID } from "node:crypto";
import { Router } from "express";
import { ERRORS, errorBody } from "../errors.ts";
import { guestName } from "./guest-names.ts";
import { checkPlayer, type PlayerIdentity, signPlayerToken } from "./player-token.ts";

export interface GuestRoutesOptions {
  tokenLifetimeSeconds: number;
  /** Makes the player known to storage before the token is handed out. */
  openAccount: (player: PlayerIdentity) => Promise<void>;
  /** Whether the player asked for the account's deletion: a token may outlive it. */
  isDeleted: (playerId: string) => Promise<boolean>;
  /** Whether this address may open or renew one more account now. */
  admit: (address: string) => boolean;
}

export function guestRoutes(options: GuestRoutesOptions): Router {
  const router = Router();
  router.post("/auth/guest", async (request, response) => {
    if (!options.admit(request.ip ?? "")) {
      response.status(ERRORS.rate_limited.status).set("Retry-After", "60").json(errorBody("rate_limited"));
      return;
    }
    const old = /^Bearer (.+)$/i.exec(request.get("authorization") ?? "")?.[1];
    if (old !== undefined) {
      const check = await checkPlayer(old);
      const code = check.ok ? "auth_token_invalid" : check.code;
      if (!check.ok || (await options.isDeleted(check.player.playerId)))
        response.status(ERRORS[code].status).json(errorBody(code));
      else response.json(await session(check.player));
      return;
    }
    const player = { playerId: randomUUID(), name: guestName(randomInt) };
    await options.openAccount(player);
    response.json(await session(player));
  });
  return router;

  async function session(player: PlayerIdentity) {
    return { token: await signPlayerToken(player, options.tokenLifetimeSeconds), ...player };
  }
}
