/** Runs one queue's day through every matcher at every setting, and compares. */

import type { Tone } from "../../chart.ts";
import { ArenaMatcher, type FormMatches } from "./arena-matcher.ts";
import { type Arrival, makeArrivals } from "./arrivals.ts";
import { FirstComeMatcher } from "./first-come-matcher.ts";
import type { LabCase } from "./lab-cases.ts";
import type { CaseReport, Curve } from "./lab-report.ts";
import { type MeasuredDay, measureDay } from "./measure-day.ts";
import { QueueRoomMatcher, type QueueRoomSettings } from "./queue-room-matcher.ts";
import type { NamedSamples } from "./report-page.ts";
import { type Matcher, simulateDay } from "./simulate-day.ts";
import { atEqualWait, type CurvePoint, type EqualWait, ratio } from "./trade-off.ts";

export interface CaseOptions {
  readonly seed: number;
  readonly hours: number;
  /** Factor on the arrivals. */
  readonly load: number;
  readonly form: FormMatches;
}

/** What comes of a sweep: its curve, and the day at the setting that counts as usual. */
interface Sweep {
  readonly curve: Curve;
  readonly usual: MeasuredDay;
}

export function runCase(
  name: string,
  lab: LabCase,
  options: CaseOptions,
  progress: (line: string) => void,
): { report: CaseReport; samples: NamedSamples[] } {
  const ticketsPerSecond = lab.ticketsPerSecond * options.load;
  const arrivals = makeArrivals({ ...options, ticketsPerSecond, partyShares: lab.partyShares });
  const run = (what: string, matcher: Matcher): MeasuredDay => {
    const day = runDay(arrivals, matcher, lab, options.hours);
    const { waitSeconds, spread, starved } = day.figures;
    progress(`${name}, ${what}: p95 ${waitSeconds.p95} s, |p-½| ${spread}, starved ${starved}`);
    return day;
  };
  const sweep = <T>(
    named: { name: string; tone: Tone },
    settings: readonly T[],
    usual: T,
    say: (setting: T) => string,
    make: (setting: T) => Matcher,
  ): Sweep => {
    const days = settings.map((setting) => run(`${named.name}, ${say(setting)}`, make(setting)));
    const points = days.map(
      ({ figures }, index): CurvePoint => ({ setting: say(settings[index] as T), figures }),
    );
    const day = days[settings.indexOf(usual)];
    if (!day) throw new Error(`the usual setting of ${named.name} is not among those that are run`);
    return { curve: { ...named, points }, usual: day };
  };

  const firstCome = run("first come", new FirstComeMatcher(lab.teamSize));
  const queueRoom = (title: string, tone: Tone, parties: QueueRoomSettings["parties"]): Sweep =>
    sweep(
      { name: title, tone },
      [undefined, ...lab.farthest],
      undefined,
      (farthest) => (farthest === undefined ? "its own compare" : `at most ${farthest} mu off`),
      (farthest) => new QueueRoomMatcher({ teamSize: lab.teamSize, parties, ...(farthest && { farthest }) }),
    );
  const byTeam = queueRoom("QueueRoom", "queue-room", lab.teamSize === 1 ? "rank" : "teamId");
  const byRank =
    lab.teamSize === 1 ? byTeam : queueRoom("QueueRoom by party rank", "queue-room-other", "rank");
  const arena = sweep(
    { name: "arena", tone: "arena" },
    lab.strictness,
    1,
    (strictness) => `strictness ${strictness}`,
    (strictness) => new ArenaMatcher(options.form, lab.rules(strictness)),
  );

  const others = lab.teamSize === 1 ? [byTeam] : [byTeam, byRank];
  const theirPoints = others.flatMap(({ curve }) => curve.points);
  const against = (theirs: CurvePoint["figures"]): EqualWait | undefined =>
    atEqualWait(arena.curve.points, theirs);
  const ratios = theirPoints.map(({ figures }) => against(figures)).filter((equal) => equal !== undefined);
  const rows: CaseReport["rows"] = [
    { key: "arena", name: "arena" },
    { key: "queueRoom", name: "QueueRoom" },
    ...(others.length > 1 ? [{ key: "queueRoomByRank", name: "QueueRoom by party rank" } as const] : []),
    { key: "firstCome", name: "first come" },
  ];
  return {
    report: {
      about: lab.about,
      ticketsPerSecond: lab.ticketsPerSecond,
      tickets: arrivals.length,
      players: arrivals.reduce((sum, { ticket }) => sum + ticket.members.length, 0),
      starvedAfterSeconds: lab.starvedAfterSeconds,
      matchers: {
        arena: arena.usual.figures,
        queueRoom: byTeam.usual.figures,
        queueRoomByRank: byRank.usual.figures,
        firstCome: firstCome.figures,
      },
      rows,
      curves: [arena.curve, ...others.map(({ curve }) => curve)],
      atEqualWait: {
        queueRoom: against(byTeam.usual.figures),
        queueRoomByRank: against(byRank.usual.figures),
        firstCome: against(firstCome.figures),
        worstOfQueueRooms: ratios.sort((a, b) => b.spreadRatio - a.spreadRatio)[0],
      },
      passRatio: {
        mean: ratio(arena.usual.figures.passMs.mean, byTeam.usual.figures.passMs.mean),
        p99: ratio(arena.usual.figures.passMs.p99, byTeam.usual.figures.passMs.p99),
        max: ratio(arena.usual.figures.passMs.max, byTeam.usual.figures.passMs.max),
      },
    },
    samples: [
      { name: "arena", tone: "arena", samples: arena.usual.samples },
      { name: "QueueRoom", tone: "queue-room", samples: byTeam.usual.samples },
      { name: "first come", tone: "first-come", samples: firstCome.samples },
    ],
  };
}

function runDay(arrivals: readonly Arrival[], matcher: Matcher, lab: LabCase, hours: number): MeasuredDay {
  const day = simulateDay(arrivals, matcher, hours * 3_600_000);
  return measureDay(day, lab.teamSize, lab.starvedAfterSeconds);
}
