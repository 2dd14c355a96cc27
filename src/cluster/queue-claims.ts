/**
 * One queue a player, in all of the cluster: whoever enters one claims it, through Colyseus' Presence. A claim lasts
 * a minute and is renewed while the player waits, so that a process that dies frees its players by itself; sooner
 * where the room that holds it is gone from the listings.
 */
import { matchMaker } from "@colyseus/core";

const LIFETIME_SECONDS = 60;

/** A queue room and the session in it: a player's later session takes the earlier one's claim over. */
export interface ClaimHolder {
  readonly roomId: string;
  readonly sessionId: string;
}

export interface QueueClaims {
  /** @returns false: the player waits in another room. */
  take(playerId: string, holder: ClaimHolder): Promise<boolean>;
  renew(playerId: string): void;
  /** Nothing happens when another session holds it by now. */
  release(playerId: string, holder: ClaimHolder): void;
}

const keyOf = (playerId: string): string => `arena:queued:${playerId}`;
const nameOf = ({ roomId, sessionId }: ClaimHolder): string => `${roomId}/${sessionId}`;

export const queueClaims: QueueClaims = {
  async take(playerId, holder) {
    const key = keyOf(playerId);
    const { presence } = matchMaker;
    // Counting is atomic in every presence: of two that come at once one is the first.
    const claims = await presence.hincrbyex(key, "claims", 1, LIFETIME_SECONDS);
    if (claims > 1) {
      const [roomId] = (await presence.hget(key, "holder"))?.split("/") ?? [];
      if (roomId === undefined) return false;
      if (roomId !== holder.roomId && (await matchMaker.getRoomById(roomId))) return false;
    }
    await presence.hset(key, "holder", nameOf(holder));
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
      .then((current) => current === nameOf(holder) && presence.del(key))
      .catch(() => undefined);
  },
};
