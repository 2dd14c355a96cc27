/**
 * Who was removed from a party or a custom game, and who was invited to it: each for a while. Pure: time comes in,
 * milliseconds. Bounded: of more than `MOST` the one from longest ago is forgotten.
 */
import { TokenBucket } from "./token-bucket.ts";

const BANNED_MS = 5 * 60_000;
const INVITED_MS = 60_000;
const INVITED_AGAIN_MS = 5000;
const INVITATIONS_AT_ONCE = 10;
const INVITATION_REFILL_MS = 3000;
const MOST = 200;

export class Door {
  readonly #invitations: TokenBucket;
  /** When, by player; and so are the others. */
  readonly #bannedAt = new Map<string, number>();
  readonly #triedAt = new Map<string, number>();
  readonly #invitedAt = new Map<string, number>();

  constructor(now: number) {
    this.#invitations = new TokenBucket(INVITATIONS_AT_ONCE, INVITATION_REFILL_MS, now);
  }

  ban(playerId: string, now: number): void {
    this.#invitedAt.delete(playerId);
    remember(this.#bannedAt, playerId, now);
  }

  isBanned(playerId: string, now: number): boolean {
    return now < (this.#bannedAt.get(playerId) ?? Number.NEGATIVE_INFINITY) + BANNED_MS;
  }

  /** Takes a turn, whatever becomes of it. @returns false: too many from here, or one to this player just now. */
  mayInvite(playerId: string, now: number): boolean {
    const again = now < (this.#triedAt.get(playerId) ?? Number.NEGATIVE_INFINITY) + INVITED_AGAIN_MS;
    if (again || !this.#invitations.take(now)) return false;
    remember(this.#triedAt, playerId, now);
    return true;
  }

  /** Nothing came of it: the player may be invited at once. */
  forgetTry(playerId: string): void {
    this.#triedAt.delete(playerId);
  }

  /** @returns until when. */
  invite(playerId: string, now: number): number {
    remember(this.#invitedAt, playerId, now);
    return now + INVITED_MS;
  }

  isInvited(playerId: string, now: number): boolean {
    return now < (this.#invitedAt.get(playerId) ?? Number.NEGATIVE_INFINITY) + INVITED_MS;
  }
}

function remember(times: Map<string, number>, playerId: string, now: number): void {
  times.delete(playerId);
  const [oldest] = times.keys();
  if (times.size >= MOST && oldest !== undefined) times.delete(oldest);
  times.set(playerId, now);
}
