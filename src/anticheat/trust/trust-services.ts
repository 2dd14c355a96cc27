/**
 * What rooms are given of trust, by type: who a player is to this service, and where evidence and decisions go. Nothing
 * here throws or rejects into a room: while the database is away everybody is what they were last known to be.
 */

/** From nobody suspects anything to somebody has to look. Each includes what those before it do. */
export const TRUST_LEVELS = ["trusted", "watched", "apart", "mitigated", "review"] as const;
/**
 * "watched": evidence is kept. "apart": matched among its like (the trust filter). "mitigated": the room takes
 * advantages away in silence. "review": a person decides.
 */
export type TrustLevel = (typeof TRUST_LEVELS)[number];

/** One observation that counted: of an engagement, or of a limit that was overstepped. */
export interface Evidence {
  /** The validator's name. */
  validator: string;
  /** ISO time. */
  at: string;
  room: string;
  matchId: string;
  /** Ticks of the match's recording, counted from its start: where to look. */
  fromTick: number;
  toTick: number;
  /** The fighter's number in the match, and the other's; −1 for none. */
  slot: number;
  targetSlot: number;
  /** Whether it looked like a cheat's. */
  positive: boolean;
  /** What was measured, in the unit that its name says, and what it was held against. */
  measured: Readonly<Record<string, number>>;
  /** The natural logarithm of the validator's e-value after it; 0 for a limit. */
  logEvidence: number;
}

/** The evidence of one player-hour, as it goes with the player from match to match. Natural logarithms of e-values. */
export interface EvidenceWindow {
  playedMs: number;
  /** By validator. */
  logEvidence: Readonly<Record<string, number>>;
  observations: Readonly<Record<string, number>>;
}

export interface TrustStanding {
  level: TrustLevel;
  /** Absent: a new one begins. */
  window?: EvidenceWindow;
}

/** A change of level, or a crime against the protocol that ended a connection. */
export interface Decision {
  playerId: string;
  level: TrustLevel;
  /** Whether the connection was closed for it. */
  kicked: boolean;
  /** The validator that tipped it, or the error's code. */
  reason: string;
  /** Logarithm of the combined e-value; 0 for a crime against the protocol. */
  logEvidence: number;
  room: string;
  matchId: string;
  /** ISO time. */
  at: string;
  /** The latest, oldest first; at most 32. */
  evidence: readonly Evidence[];
}

export interface TrustServices {
  /** Never rejects, and answers within a second: "trusted" where nothing is known. */
  standingOf(playerId: string): Promise<TrustStanding>;
  /** Keeps the player's window; of what cannot be kept now the newest is tried again. Never throws. */
  keepWindow(playerId: string, window: EvidenceWindow): void;
  /** Keeps a decision, in order and at least once. Bounded: when too many wait the oldest of the lowest level goes. */
  decide(decision: Decision): void;
  /** Is told when the level changes elsewhere: by an operator, or in another process. @returns ends it. */
  listen(playerId: string, changed: (standing: TrustStanding) => void): () => void;
}
