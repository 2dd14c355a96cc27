/**
 * What the lab's server and its players write down while they play; everything is decided from it afterwards. Times
 * called `at` are milliseconds of the machine's monotonic clock, which all processes share. Fighters are named by
 * slot.
 */

/** How a fighter stood at the end of a tick, or at a shot before its damage. */
export interface StoodFighter {
  slot: number;
  x: number;
  y: number;
  /** See `lifeOf`. */
  life: number;
  shielded: boolean;
}

export interface TickRecord {
  kind: "tick";
  tick: number;
  at: number;
  /** The clock that patches carry. */
  elapsed: number;
  live: boolean;
  fighters: StoodFighter[];
  /** Who consumed inputs in this tick: the sequence numbers, in order, and how many were thrown away before them. */
  inputs: { slot: number; consumed: number[]; dropped: number; acknowledged: number }[];
}

/** A rifle's shot as the server judged it. */
export interface ShotRecord {
  kind: "shot";
  tick: number;
  slot: number;
  /** Of the input that fired. */
  sequence: number;
  /** The tick that the shooter's screen showed; absent when judged in the present. */
  seenTick?: number;
  x: number;
  y: number;
  /** With the spread. */
  angle: number;
  /** Who was hit; −1 for nobody. */
  target: number;
  /** All others, where they stood then, and where they were looked for. */
  others: (StoodFighter & { judgedX: number; judgedY: number })[];
}

export interface SeatRecord {
  kind: "seat";
  sessionId: string;
  slot: number;
}

export type ServerRecord = TickRecord | ShotRecord | SeatRecord;

/** A rifle's shot as its player saw it. */
export interface SeenShot {
  at: number;
  sequence: number;
  x: number;
  y: number;
  /** Without the spread. */
  aim: number;
  /** The server's time that the others were drawn at. */
  drawnAt: number;
  /** Everybody else where they were drawn, as far as known dead or protected. */
  others: StoodFighter[];
  /** The frame came so late that the machine is to blame for what it showed. */
  late: boolean;
}

/** An input that was acknowledged: how far from the server's truth its prediction had been. */
export interface PredictedStep {
  at: number;
  sequence: number;
  metres: number;
  /** The player's life as known when the input was sent. */
  life: number;
}

/** A reconcile that moved the own fighter. */
export interface SeenCorrection {
  sequence: number;
  metres: number;
}

/** A rifle's hit that the player took, at the moment of hearing of it. */
export interface TakenHit {
  at: number;
  by: number;
  /** Whether the shooter could be seen on the own screen. */
  visible: boolean;
  /** How long, and over how far from there, the shooter had been out of sight; of a shooter that had been in sight. */
  hiddenMs?: number;
  hiddenMetres?: number;
}

/** One frame of the own screen. */
export interface DrawnFrame {
  at: number;
  /** The server's time that others were drawn at, and of the newest state there was. */
  drawnAt: number;
  newestAt: number;
}

export interface LinkBytes {
  down: number;
  up: number;
  framesDown: number;
  framesUp: number;
}

export interface PlayerRecord {
  sessionId: string;
  slot: number;
  seconds: number;
  /** By the unreliable lane, at the end. */
  onLane: boolean;
  framesDrawn: number;
  framesLate: number;
  frames: DrawnFrame[];
  shots: SeenShot[];
  steps: PredictedStep[];
  corrections: SeenCorrection[];
  /** What the game's own gauge calls unexplained. */
  gaugeCorrections: number;
  hits: TakenHit[];
  webSocket: LinkBytes;
  lane: LinkBytes;
  roundTripMs: number;
  jitterMs: number;
}

/** Counts up with each death and each respawn, on every screen to the same number. */
export function lifeOf({ deaths, health }: { deaths: number; health: number }): number {
  return deaths * 2 + (health > 0 ? 1 : 0);
}

export function isAlive({ life }: { life: number }): boolean {
  return life % 2 === 1;
}

/** The machine's monotonic clock, milliseconds. */
export function monotonicNow(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
