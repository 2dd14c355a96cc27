/**
 * Whether shots that hit on their shooter's screen were hits for the server. Each predicted rifle shot is found again
 * in the server's story by the number of its input; the ray that the server really fired, spread included, is put over
 * what the shooter's screen showed at that input. Pure.
 *
 * Not counted as hits on the screen: whoever was known dead, and a ray that meets somebody known to be protected. Set
 * apart, because no netcode can know: the target or the shooter had died on the server first, or the target was
 * protected there.
 */
import { type ArenaMap, castRay, rayIntoCircle } from "../../../rooms/skirmish/shared/arena-map.ts";
import { FIGHTER_RADIUS, RIFLE_RANGE, TICK_RATE } from "../../../rooms/skirmish/shared/constants.ts";
import { isInSight } from "./in-sight.ts";
import { isAlive, type PlayerRecord, type SeenShot, type ShotRecord, type StoodFighter } from "./records.ts";
import type { ServerStory } from "./server-story.ts";

export type ShotVerdict =
  /** No hit on the screen, and none for the server. */
  | "missed"
  /** A hit on the screen and for the server. */
  | "confirmed"
  /** A hit on the screen alone … */
  | "missed-by-server"
  /** … because the input was lost or thrown away, … */
  | "input-lost"
  /** … or applied without a shot. */
  | "not-fired"
  /** A hit for the server alone, or of somebody else. */
  | "unseen-hit"
  | "target-died-first"
  | "target-shielded"
  | "shooter-died-first";

export interface JudgedShot {
  verdict: ShotVerdict;
  sequence: number;
  slot: number;
  /** Between where the target was drawn and where the server looked for it, metres; of hits on the screen that it judged. */
  apart?: number;
  /** Between where the shooter believed to stand and where it stood, metres. */
  shooterApart?: number;
  /** How far back the server looked, and would have had to for what was drawn, ticks. */
  lookedBack?: number;
  wantedBack?: number;
}

/** Inputs that are this near to the end may not have been answered. */
const UNANSWERED_STEPS = 45;

export function judgeShots(player: PlayerRecord, story: ServerStory, map: ArenaMap): JudgedShot[] {
  const answered = story.latestOf(player.slot) - UNANSWERED_STEPS;
  return player.shots
    .filter(({ late, sequence }) => !late && sequence <= answered)
    .map((shot) => judgeShot(player.slot, shot, story, map));
}

export function judgeShot(slot: number, shot: SeenShot, story: ServerStory, map: ArenaMap): JudgedShot {
  const { sequence } = shot;
  const judged = story.shotOf(slot, sequence);
  const seen = hitOnScreen(map, shot, judged?.angle ?? shot.aim);
  if (!judged) return { slot, sequence, verdict: seen ? whyNotFired(slot, shot, story) : "missed" };
  const lookedBack = judged.seenTick === undefined ? 0 : judged.tick - judged.seenTick;
  const shooterApart = Math.hypot(judged.x - shot.x, judged.y - shot.y);
  const elapsed = story.tick(judged.tick)?.elapsed ?? Number.NaN;
  const wantedBack = ((elapsed - shot.drawnAt) * TICK_RATE) / 1000;
  const known = { slot, sequence, lookedBack, wantedBack, shooterApart };
  if (!seen) return { ...known, verdict: judged.target >= 0 ? "unseen-hit" : "missed" };
  const target = judged.others.find((other) => other.slot === seen.slot);
  // A life is over on the server that goes on on the screen.
  if (!target || target.life !== seen.life) return { ...known, verdict: "target-died-first" };
  if (target.shielded) return { ...known, verdict: "target-shielded" };
  const apart = Math.hypot(target.judgedX - seen.x, target.judgedY - seen.y);
  if (judged.target === seen.slot) return { ...known, verdict: "confirmed", apart };
  return { ...known, verdict: judged.target >= 0 ? "unseen-hit" : "missed-by-server", apart };
}

/** The first fighter on the ray, as drawn; undefined for none, and for one that is known to be protected. */
export function hitOnScreen(
  map: ArenaMap,
  { x, y, others }: SeenShot,
  angle: number,
): StoodFighter | undefined {
  const dx = Math.cos(angle);
  const dy = Math.sin(angle);
  let distance = castRay(map, map.solids, x, y, dx, dy, RIFLE_RANGE);
  let seen: StoodFighter | undefined;
  for (const other of others) {
    if (!isAlive(other)) continue;
    const hit = rayIntoCircle(x, y, dx, dy, other, FIGHTER_RADIUS);
    if (hit >= distance) continue;
    distance = hit;
    seen = other;
  }
  return seen?.shielded ? undefined : seen;
}

function whyNotFired(slot: number, { sequence }: SeenShot, story: ServerStory): ShotVerdict {
  const tick = story.tickOf(slot, sequence);
  if (tick === undefined) return "input-lost";
  const dead = [story.at(tick - 1, slot), story.at(tick, slot)].some((body) => body && !isAlive(body));
  return dead ? "shooter-died-first" : "not-fired";
}

export interface ShotFigures {
  fired: number;
  hitsOnScreen: number;
  confirmed: number;
  /** Of the hits on the screen that any netcode could confirm. */
  confirmedShare: number;
  missedByServer: number;
  inputLost: number;
  notFired: number;
  otherHit: number;
  diedFirst: number;
  shielded: number;
}

export function tallyShots(shots: readonly JudgedShot[]): ShotFigures {
  const count = (...verdicts: ShotVerdict[]): number =>
    shots.filter(({ verdict }) => verdicts.includes(verdict)).length;
  const confirmed = count("confirmed");
  const otherHit = shots.filter(
    ({ verdict, apart }) => verdict === "unseen-hit" && apart !== undefined,
  ).length;
  const refused = count("missed-by-server", "input-lost", "not-fired") + otherHit;
  return {
    fired: shots.length,
    hitsOnScreen: confirmed + refused,
    confirmed,
    confirmedShare: confirmed + refused === 0 ? 0 : confirmed / (confirmed + refused),
    missedByServer: count("missed-by-server"),
    inputLost: count("input-lost"),
    notFired: count("not-fired"),
    otherHit,
    diedFirst: count("target-died-first", "shooter-died-first"),
    shielded: count("target-shielded"),
  };
}

/** Of the server's hits that did harm: whether their victim stood behind cover by then. */
export interface CoverHit {
  hidden: boolean;
  /** Since the shooter, where it stood, last had the victim in sight, ticks; and the victim's way since, metres. */
  ticks: number;
  metres: number;
}

/** No farther back than any shot looks. */
const MOST_TICKS_BACK = 30;

export function judgeCover(shot: ShotRecord, story: ServerStory, map: ArenaMap): CoverHit | undefined {
  const victim = shot.others.find(({ slot }) => slot === shot.target);
  if (!victim || victim.shielded || !isAlive(victim)) return undefined;
  if (isInSight(map, shot, victim)) return { hidden: false, ticks: 0, metres: 0 };
  for (let ticks = 1; ticks <= MOST_TICKS_BACK; ticks += 1) {
    const from = story.at(shot.tick - ticks, shot.slot);
    const to = story.at(shot.tick - ticks, victim.slot);
    if (!from || !to) break;
    if (isInSight(map, from, to))
      return { hidden: true, ticks, metres: Math.hypot(victim.x - to.x, victim.y - to.y) };
  }
  return { hidden: true, ticks: 0, metres: 0 };
}
