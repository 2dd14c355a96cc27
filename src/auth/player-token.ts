/**
 * Players' tokens: JSON Web Tokens signed with HS256 through `@colyseus/auth`, whose settings are process-wide (so
 * Colyseus' own helpers verify them alike). A token holds the player's id and display name and nothing a client
 * chose. Algorithm, issuer, audience and expiry are pinned.
 */
import { JWT } from "@colyseus/auth";
import { type AuthContext, ErrorCode, ServerError } from "@colyseus/core";
import { z } from "zod";
import { type ErrorCode as ArenaErrorCode, ERRORS } from "../errors.ts";

const ISSUER = "colyseus-arena";
const AUDIENCE = "player";

/** Who a client is: what `client.auth` holds in every room that uses `requirePlayer`. */
export interface PlayerIdentity {
  playerId: string;
  name: string;
}

const claimsSchema = z.object({ sub: z.string().min(1).max(64), name: z.string().max(64), exp: z.number() });

export type TokenCheck =
  | { ok: true; player: PlayerIdentity }
  | { ok: false; code: "auth_token_missing" | "auth_token_invalid" };

export type PlayerCheck = TokenCheck | { ok: false; code: "player_banned" };

/** The wire that clients have to speak; undefined: whatever they do. Process-wide, as Colyseus' JWT settings are. */
const wire: { protocol: string | undefined } = { protocol: undefined };
/** Whether a player is banned, and may try one more join now. Process-wide for the same reason. */
const door: {
  isBanned: (playerId: string) => Promise<boolean>;
  admits: (playerId: string) => boolean;
} = { isBanned: async () => false, admits: () => true };

/**
 * Sets the process-wide secret and what a token must satisfy, and the protocol that clients may say they speak. Called
 * once, before anything is signed.
 */
export function configureTokens(secret: string, protocol?: string): void {
  wire.protocol = protocol;
  JWT.settings.secret = secret;
  JWT.settings.verify = { algorithms: ["HS256"], issuer: ISSUER, audience: AUDIENCE };
}

/** Sets who is kept out from now on. @param isBanned never rejects, and answers soon. */
export function configureBans(isBanned: (playerId: string) => Promise<boolean>): void {
  door.isBanned = isBanned;
}

/** Sets how often a player may try to join. */
export function configureJoins(admits: (playerId: string) => boolean): void {
  door.admits = admits;
}

/** @param lifetimeSeconds how long the token is good for. */
export async function signPlayerToken(player: PlayerIdentity, lifetimeSeconds: number): Promise<string> {
  return JWT.sign(
    { name: player.name },
    { subject: player.playerId, issuer: ISSUER, audience: AUDIENCE, expiresIn: lifetimeSeconds },
  );
}

export async function checkPlayerToken(token: string | undefined): Promise<TokenCheck> {
  if (token === undefined || token === "") return { ok: false, code: "auth_token_missing" };
  // The reason stays inside: to a caller an expired and a forged token are the same.
  const payload = await JWT.verify<unknown>(token).catch(() => undefined);
  const claims = claimsSchema.safeParse(payload);
  if (!claims.success) return { ok: false, code: "auth_token_invalid" };
  return { ok: true, player: { playerId: claims.data.sub, name: claims.data.name } };
}

/** Like `checkPlayerToken`, and refuses who is banned. */
export async function checkPlayer(token: string | undefined): Promise<PlayerCheck> {
  const check = await checkPlayerToken(token);
  if (!check.ok || !(await door.isBanned(check.player.playerId))) return check;
  return { ok: false, code: "player_banned" };
}

/**
 * A room's `static onAuth`: lets a client in with a valid player token and gives the room its `PlayerIdentity`.
 *
 * ```ts
 * class MyRoom extends Room {
 *   static override onAuth = requirePlayer;
 * }
 * ```
 * A client that says (`protocol` in its join options) that its copy of the game speaks another wire than the server's
 * is refused with `protocol_outdated`; one that says nothing is let in. A banned player is refused with `player_banned`,
 * one who asks too often with `rate_limited`.
 * @throws ServerError with a message that starts with our code; for a token with Colyseus' AUTH_FAILED.
 */
export async function requirePlayer(
  token: string,
  options: unknown,
  _context: AuthContext,
): Promise<PlayerIdentity> {
  const { protocol } = (options ?? {}) as { protocol?: unknown };
  if (wire.protocol !== undefined && protocol !== undefined && protocol !== wire.protocol)
    throw joinRefusal("protocol_outdated");
  const check = await checkPlayer(token);
  if (check.ok && !door.admits(check.player.playerId)) throw joinRefusal("rate_limited");
  if (check.ok) return check.player;
  if (check.code === "player_banned") throw joinRefusal(check.code);
  throw joinRefusal(check.code, ErrorCode.AUTH_FAILED);
}

/**
 * A refusal to join: Colyseus' clients get `message` as "code: sentence".
 * @param detail appended to the code's sentence.
 */
export function joinRefusal(
  code: ArenaErrorCode,
  colyseusCode: number = ErrorCode.APPLICATION_ERROR,
  detail = "",
): ServerError {
  return new ServerError(colyseusCode, `${code}: ${ERRORS[code].message}${detail}`);
}
