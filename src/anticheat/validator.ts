/**
 * What a validator is: a small pure function over one player's short history. A limit judges single moments and gives
 * points; a trial judges a whole engagement (or stall, or series of clicks) and answers yes or no. Neither acts: what
 * follows is the business of `player-inspection.ts` and of whoever it tells.
 *
 * A game's own, in ten lines:
 *
 * ```ts
 * const spinning = defineLimit({
 *   name: "spinning",
 *   settings: { enabled: true, suspectAt: 20, pointsLostPerSecond: 0.1 },
 *   start: () => ({ aim: 0 }),
 *   received(state, { fields }) {
 *     const turned = Math.abs(Math.sin(((fields.aim ?? 0) - state.aim) / 2));
 *     state.aim = fields.aim ?? 0;
 *     return turned > 0.99 ? { points: 1, measured: { turnedShare: turned } } : undefined;
 *   },
 * });
 * plugins = definePlugins({ anticheat: new AntiCheatPlugin({ validators: [...readyMade, spinning] }) });
 * ```
 */
import type { LimitSettings, TrialSettings } from "../config/validator-config.ts";
import type { Engagement } from "./engagement.ts";
import type { PlayerHistory } from "./player-history.ts";

/** An input as it came in, before the room made it a legal one. All times in milliseconds of the server's clock. */
export interface ReceivedInput {
  at: number;
  /** The past instant that the player's screen showed, by what the client says; 0: it said nothing. */
  stampAt: number;
  /** The input's fields. Valid during the call alone. */
  fields: Readonly<Record<string, number>>;
}

/** The client's network stack has echoed a random number that was sent. */
export interface LinkProof {
  sentAt: number;
  at: number;
}

/** Something that a player asked for, and whether the rules of the game let it. */
export interface AskedAction {
  at: number;
  action: string;
  allowed: boolean;
}

/** No input came for a while; told when one comes again. */
export interface Stall {
  at: number;
  forMs: number;
  /** Whether an enemy was in sight when it began. */
  inFight: boolean;
  /** The share of this player's time with an enemy in sight. */
  fightShare: number;
}

/** The trigger was pulled anew, after `ticks` ticks, counted by inputs. */
export interface Click {
  at: number;
  ticks: number;
}

/** What was measured, each in the unit that its name says. */
export type Measured = Readonly<Record<string, number>>;

export interface Violation {
  points: number;
  measured: Measured;
}

export interface Observation {
  positive: boolean;
  measured: Measured;
  /** In place of the settings', where what is to be expected depends on the player's own play. */
  p0?: number;
}

export interface Limit<State = unknown> {
  kind: "limit";
  name: string;
  settings: LimitSettings;
  start(history: PlayerHistory): State;
  received?(state: State, input: ReceivedInput, history: PlayerHistory): Violation | undefined;
  proved?(state: State, proof: LinkProof, history: PlayerHistory): Violation | undefined;
  asked?(state: State, action: AskedAction, history: PlayerHistory): Violation | undefined;
}

export interface Trial<State = unknown> {
  kind: "trial";
  name: string;
  settings: TrialSettings;
  start(history: PlayerHistory): State;
  engaged?(state: State, engagement: Engagement, history: PlayerHistory): Observation | undefined;
  stalled?(state: State, stall: Stall, history: PlayerHistory): Observation | undefined;
  clicked?(state: State, click: Click, history: PlayerHistory): Observation | undefined;
}

export type Validator = Limit | Trial;

/** States are each validator's own, so a list holds validators of any. */
export function defineLimit<State>(limit: Omit<Limit<State>, "kind">): Limit {
  return { kind: "limit", ...limit };
}

export function defineTrial<State>(trial: Omit<Trial<State>, "kind">): Trial {
  return { kind: "trial", ...trial };
}
