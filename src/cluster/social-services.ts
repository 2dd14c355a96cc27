/** What the arena hands to rooms where players meet, as `options.arena.social`. */

/** What a player does right now; "" is offline. Of several the last in this order counts. */
export type Activity = "" | "lobby" | "party" | "custom" | "queue" | "match";

export interface SocialServices {
  /** Rejects when the database is away, and so do the next two. */
  friendsOf(playerId: string): Promise<{ playerId: string; name: string }[]>;
  /** Pairs among these players of whom one blocks the other. */
  blocksAmong(playerIds: readonly string[]): Promise<[string, string][]>;
  isMuted(playerId: string): Promise<boolean>;
  /** What players do, in all of the cluster; everybody asked is in the answer. */
  activitiesOf(playerIds: readonly string[]): Promise<ReadonlyMap<string, Activity>>;
  /** Told whenever it changes. @returns ends it. */
  watchActivity(playerId: string, changed: (activity: Activity) => void): () => void;
  /** Players online and players in a match, in all of the cluster. */
  counts(): Promise<{ online: number; playing: number }>;
  /** To every room of the cluster that listens for this player; lost where none does. Never throws. */
  tell(playerId: string, type: string, message: object): void;
  /** @returns ends it. */
  listen(playerId: string, told: (type: string, message: unknown) => void): () => void;
}
