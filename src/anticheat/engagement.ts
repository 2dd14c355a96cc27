/**
 * An engagement: one player shoots at one target, from when it came into sight until it is gone or dead. It is the unit
 * in which evidence is counted, because shots of one engagement depend on each other. Ticks are the shooter's own
 * inputs, counted one by one, so latency and stalls cancel out. Angles in degrees, distances in metres.
 */

/** Aim errors that are kept before a shot: half a second at 30 inputs a second. */
export const ERRORS_BEFORE_SHOT = 16;

export interface Shot {
  /** Which of the shooter's inputs fired it. */
  input: number;
  hit: boolean;
  /** Metres to the target. */
  distance: number;
  /**
   * How far the aim was off the target at the latest inputs, degrees, unsigned; the last is the shot's own. Those from
   * before the target was in sight are left out.
   */
  errors: readonly number[];
}

export interface Engagement {
  /** Ticks of the match. */
  fromTick: number;
  toTick: number;
  slot: number;
  targetSlot: number;
  /** Inputs from the target's coming into sight to the first shot at it; undefined when the trigger was held before. */
  reactionInputs: number | undefined;
  shots: readonly Shot[];
  /** Inputs with the aim on the target while it could not be seen, and the same for where it stood a while ago. */
  hiddenInputs: number;
  decoyInputs: number;
  stepMs: number;
}
