/** What the lab hands out, and how it reads on a terminal. Shares are 0–1. */
import type { Distribution } from "../../distribution.ts";
import type { LinkRates } from "./judge-screen.ts";
import type { ShotFigures } from "./judge-shots.ts";
import { nameOf } from "./lab-cases.ts";

export interface CaseFigures {
  readonly network: string;
  readonly lane: boolean;
  readonly lagCompensationMs: number;
  readonly players: number;
  /** Whose channel was open at the end. */
  readonly onLane: number;
  readonly prediction: {
    /** Between the prediction of an input and the server's result of it. */
    readonly errorMetres: Distribution;
    readonly correctionMetres: Distribution;
    readonly correctionsPerMinute: number;
    /** As the game's own panel counts them. */
    readonly gaugeCorrectionsPerMinute: number;
    /** Set apart: a death, a respawn or a phase that the player could not know of. */
    readonly unknowableSteps: number;
  };
  readonly shots: ShotFigures;
  /** The first of the hits on the screen that the server did not confirm. */
  readonly refused: readonly RefusedShot[];
  /** Between where a target was drawn when it was shot at and where the server looked for it. */
  readonly drawnToJudgedMetres: Distribution;
  readonly lookedBackMs: Distribution;
  /** How far back a shot would have to be judged to meet what its shooter saw. */
  readonly wantedBackMs: Distribution;
  readonly favour: {
    readonly hits: number;
    /** In the server's present the victim was out of the shooter's sight already. */
    readonly behindCover: number;
    readonly behindCoverShare: number;
    readonly behindCoverMs: Distribution;
    readonly behindCoverMetres: Distribution;
    /** When the victim heard of the hit, by what it saw. */
    readonly onVictimsScreen: {
      readonly hits: number;
      readonly behindCoverShare: number;
      readonly behindCoverMs: Distribution;
      readonly behindCoverMetres: Distribution;
    };
  };
  /** How far behind the server others are drawn. */
  readonly ageMs: Distribution;
  /** Frames with nothing newer than what they were to draw. */
  readonly starvedShare: number;
  /** A second and a player, without the headers of the layers below. */
  readonly webSocket: LinkRates;
  readonly unreliableLane: LinkRates;
  /** What the clients made of the network. */
  readonly measuredRoundTripMs: number;
  readonly measuredJitterMs: number;
  readonly machine: {
    readonly framesDrawn: number;
    /** Not measured: the machine delivered them more than 30 ms late. */
    readonly framesLate: number;
    readonly ticksLateMs: Distribution;
  };
}

export interface RefusedShot {
  readonly verdict: string;
  /** Between where the target was drawn and where it was looked for. */
  readonly apartMetres: number;
  /** Between where the shooter was predicted and where it stood. */
  readonly shooterApartMetres: number;
  readonly lookedBackMs: number;
  readonly wantedBackMs: number;
}

/** What charts are drawn from. */
export interface CaseSamples {
  readonly errors: readonly number[];
  readonly ages: readonly number[];
  readonly apart: readonly number[];
  /** Of every hit that was taken, how long its shooter had been out of sight; 0 in sight. */
  readonly behindMs: readonly number[];
}

export interface NetcodeReport {
  readonly seed: number;
  readonly players: number;
  readonly secondsPerCase: number;
  readonly cases: readonly CaseFigures[];
  readonly seconds: number;
  /** The page. */
  readonly page: string;
}

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

export function describeCase(figures: CaseFigures): string {
  const { prediction, shots, favour, ageMs, webSocket, unreliableLane, machine } = figures;
  const { errorMetres, correctionsPerMinute } = prediction;
  const lines = [
    nameOf(figures),
    `prediction: error p50 ${errorMetres.p50} m, p99 ${errorMetres.p99} m; ${correctionsPerMinute} corrections a minute`,
    `shots: ${shots.confirmed} of ${shots.hitsOnScreen} hits on the screen confirmed (${percent(shots.confirmedShare)}); ${shots.missedByServer} missed, ${shots.inputLost} lost, ${shots.notFired} not fired, ${shots.otherHit} others hit; died first: ${shots.diedFirst}`,
    `drawn to judged p50 ${figures.drawnToJudgedMetres.p50} m, p99 ${figures.drawnToJudgedMetres.p99} m; looked back p50 ${figures.lookedBackMs.p50} ms, p99 ${figures.lookedBackMs.p99} ms, wanted p50 ${figures.wantedBackMs.p50}, p99 ${figures.wantedBackMs.p99}`,
    `favour: ${percent(favour.behindCoverShare)} of ${favour.hits} hits behind cover for the server (p50 ${favour.behindCoverMs.p50} ms, p95 ${favour.behindCoverMs.p95} ms), ${percent(favour.onVictimsScreen.behindCoverShare)} on the victim's screen (p95 ${favour.onVictimsScreen.behindCoverMs.p95} ms)`,
    `others are ${ageMs.p50} ms old (p95 ${ageMs.p95}, p99 ${ageMs.p99}); starved ${percent(figures.starvedShare)}`,
    `a second: ${webSocket.downBytes} + ${unreliableLane.downBytes} B down, ${webSocket.upBytes} + ${unreliableLane.upBytes} B up (WebSocket + lane; on the lane: ${figures.onLane} of ${figures.players})`,
    `network as measured: ${figures.measuredRoundTripMs} ms, jitter ${figures.measuredJitterMs} ms; machine: ${machine.framesLate} of ${machine.framesDrawn} frames late, ticks late p99 ${machine.ticksLateMs.p99} ms`,
  ];
  return lines.join("\n  ");
}
