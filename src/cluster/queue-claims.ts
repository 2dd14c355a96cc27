/**
 * One queue a player, in all of the cluster: whoever enters one claims it, through Colyseus' Presence. A claim lasts
 * a minute and is renewed while the player waits, so that a process that dies frees its players by itself; sooner
 * where the room that holds it is gone from the listings.
 */
import { matchMaker } from "@colyseus/core";

const LIFETIME_SECONDS = 60;

export interface QueueClaims {
  /** @param holder the queue room's id. @returns false: the player waits in another one. */
  take(playerId: string, holder: string): Promise<boolean>;
  renew(playerId: string): void;
  /** Nothing happens when another room holds it by now. */
  release(playerId: string, holder: string): void;
}

const keyOf = (playerId: string): string => `arena:queued:${playerId}`;

export const queueClaims: QueueClaims = {
  async take(playerId, holder) {
    const key = keyOf(playerId);
    const { presence } = matchMaker;
    // Counting is atomic in every presence: of two that come at once one is the first.
    if ((await presence.hincrbyex(key, "claims", 1, LIFETIME_SECONDS)) === 1) {
      await presence.hset(key, "holder", holder);
      return true;
    }
    const current = await presence.hget(key, "holder");
    if (current === holder) return true;
    if (current === null || (await matchMaker.getRoomById(current))) return false;
    await presence.hset(key, "holder", holder);
    return true;
  },

  renew(playerId) {
    void matchMaker.presence.hincrbyex(keyOf(playerId), "claims", 1, LIFETIME_SECONDS).catch(() => undefined);
  },

  release(playerId, holder) {
    const key = keyOf(playerId);
    const { presence } = matchMaker;
    void presence
      .hget(key, "holder")
      .then((current) => current === holder && presence.del(key))
      .catch(() => undefined);
  },
};
