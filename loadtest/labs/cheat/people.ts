/**
 * Who plays: people differ, and each stays the same for a session. Figures are of the literature where there is some:
 *
 * - Simple visual reactions: median 213–231 ms, persons' medians spread by about 12 %, one person's by 15–20 %, log-normal
 *   with a right tail, hardly any below 150 (Woods et al. 2015, Frontiers in Human Neuroscience 9:131). Screens and mice
 *   add 20–60 ms (Casiez et al. 2015, UIST). Players anticipate now and then: false starts of 1–5 % in simple-reaction
 *   tasks (Luce 1986, Response Times).
 * - Aimed movements: duration a + b · log2(D/W + 1) with 4–5 bits a second for mice (Soukoreff and MacKenzie 2004), in
 *   minimum-jerk submovements (Flash and Hogan 1985) whose ends scatter with their length, by 4–10 % (Schmidt et al. 1979;
 *   Harris and Wolpert 1998), each corrected after a visual delay of 100–190 ms (Carlton 1981; Meyer et al. 1988).
 * - Following a target: a delay of 100–150 ms that is made up for by prediction, with a gain of 0.8–1 (Miall et al. 1993).
 * - Clicks: 3–8 a second, intervals deviating by 6–20 % of their mean in play (inter-tap deviation in paced tapping alone
 *   is 3–6 %, Repp 2005; a second task raises it).
 */
import type { LabRandom } from "./lab-random.ts";

/** "wheel": the mouse wheel fires. "touch": sticks under thumbs. "pro": one in a thousand. */
export type HandsKind = "mouse" | "wheel" | "touch" | "pro";

export const HANDS_KINDS: readonly HandsKind[] = ["mouse", "wheel", "touch", "pro"];

export interface Person {
  readonly kind: HandsKind;
  /** Median of the first reaction, ms, and the deviation of its logarithm. */
  readonly reactionMs: number;
  readonly reactionSigma: number;
  /** Screen and mouse, ms. */
  readonly deviceMs: number;
  /** Of enemies that come into sight, those that the player fires at by guess. */
  readonly anticipates: number;
  /** Fitts: the start, and each bit, of a first movement, ms. */
  readonly moveMs: number;
  readonly bitMs: number;
  readonly leastMoveMs: number;
  /** Deviation of a movement's end as a share of its length, and tremor, metres on the screen. */
  readonly scatter: number;
  readonly tremor: number;
  /** Until a movement's end is seen and corrected, ms. */
  readonly correctsAfterMs: number;
  readonly sensesAfterMs: number;
  readonly trackingGain: number;
  /** How far from the own fighter the cursor is kept, metres. */
  readonly reach: number;
  /** How far off, in target radii, the trigger is pulled. */
  readonly looseness: number;
  readonly decidesAfterMs: number;
  /** Share of fights in which the button is clicked and not held. */
  readonly taps: number;
  readonly clickMs: number;
  readonly clickDeviation: number;
  readonly burstMs: number;
  readonly pauseMs: number;
  readonly launcherShare: number;
  readonly dodges: number;
  /** Goes on firing for so long at who is gone. */
  readonly lingersMs: number;
}

/** Shares of kinds among players; professionals are ten times as many as in life, to see enough of them. */
export function drawKind(random: LabRandom): HandsKind {
  const draw = random.next();
  if (draw < 0.01) return "pro";
  if (draw < 0.04) return "wheel";
  return draw < 0.12 ? "touch" : "mouse";
}

export function drawPerson(random: LabRandom, kind: HandsKind = drawKind(random)): Person {
  const ordinary = drawMouse(random, kind);
  if (kind === "pro") return { ...ordinary, ...proTraits(random) };
  if (kind === "touch") return { ...ordinary, ...touchTraits(random) };
  if (kind === "wheel")
    return {
      ...ordinary,
      taps: 1,
      clickMs: random.between(40, 90),
      clickDeviation: 0.25,
      burstMs: random.between(250, 450),
    };
  return ordinary;
}

function drawMouse(random: LabRandom, kind: HandsKind): Person {
  // Whoever is quick is mostly exact, too.
  const skill = random.normal();
  const with_ = (median: number, sigma: number, share: number): number =>
    median * Math.exp(-skill * sigma * share + random.normal() * sigma * Math.sqrt(1 - share * share));
  return {
    kind,
    reactionMs: Math.max(160, with_(230, 0.12, 0.6)),
    reactionSigma: random.between(0.14, 0.2),
    deviceMs: random.between(20, 60),
    anticipates: Math.min(0.06, random.logNormal(0.015, 0.6)),
    moveMs: random.between(60, 100),
    bitMs: with_(52, 0.22, 0.6),
    leastMoveMs: 90,
    scatter: with_(0.075, 0.25, 0.6),
    tremor: with_(0.02, 0.3, 0.4),
    correctsAfterMs: with_(120, 0.18, 0.6),
    sensesAfterMs: random.between(100, 150),
    trackingGain: random.between(0.8, 1),
    reach: random.next() < 0.3 ? random.between(2, 5) : 40,
    looseness: random.between(1.2, 3),
    decidesAfterMs: with_(70, 0.3, 0.5),
    taps: random.next() < 0.3 ? random.between(0.3, 1) : random.between(0, 0.2),
    clickMs: random.between(125, 330),
    clickDeviation: Math.max(0.06, random.logNormal(0.13, 0.28)),
    burstMs: random.logNormal(550, 0.4),
    pauseMs: random.logNormal(190, 0.3),
    launcherShare: random.between(0, 0.3),
    dodges: random.between(0.1, 0.7),
    lingersMs: random.between(30, 250),
  };
}

/** Reactions of 150–180 ms and flicks of 70–100 ms, six shots in ten on target. */
function proTraits(random: LabRandom): Partial<Person> {
  return {
    reactionMs: random.between(150, 180),
    reactionSigma: 0.12,
    deviceMs: random.between(8, 20),
    anticipates: random.between(0.02, 0.06),
    moveMs: random.between(40, 50),
    bitMs: random.between(10, 16),
    leastMoveMs: 70,
    scatter: random.between(0.03, 0.045),
    tremor: 0.012,
    correctsAfterMs: random.between(70, 100),
    sensesAfterMs: random.between(90, 110),
    trackingGain: random.between(0.95, 1),
    looseness: random.between(1, 1.4),
    decidesAfterMs: random.between(15, 50),
    clickDeviation: random.between(0.06, 0.12),
    dodges: 0.9,
  };
}

/** A thumb's direction counts at once, however far it came; it is a coarse thing, and letting go turns the aim away. */
function touchTraits(random: LabRandom): Partial<Person> {
  return {
    deviceMs: random.between(40, 80),
    moveMs: random.between(70, 120),
    leastMoveMs: 80,
    scatter: random.between(0.1, 0.18),
    tremor: random.between(0.03, 0.06),
    correctsAfterMs: random.between(140, 200),
    reach: 1,
    looseness: random.between(2.5, 5),
    taps: 0,
    lingersMs: random.between(80, 300),
  };
}
