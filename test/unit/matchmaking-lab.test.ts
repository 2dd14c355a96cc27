/**
 * The matchmaking lab measures what it says: arrivals, ready checks, the matchers it compares with, its figures, and
 * that a seed gives the same figures again.
 */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { ArenaMatcher } from "../../loadtest/labs/matchmaking/arena-matcher.ts";
import { type Arrival, loadAt, makeArrivals } from "../../loadtest/labs/matchmaking/arrivals.ts";
import { FirstComeMatcher } from "../../loadtest/labs/matchmaking/first-come-matcher.ts";
import { type DayFigures, measureDay, percentile } from "../../loadtest/labs/matchmaking/measure-day.ts";
import { QueueRoomMatcher } from "../../loadtest/labs/matchmaking/queue-room-matcher.ts";
import { type Matcher, seatsOf, simulateDay } from "../../loadtest/labs/matchmaking/simulate-day.ts";
import { dealTeams, fairestTeams } from "../../loadtest/labs/matchmaking/split-teams.ts";
import { atEqualWait } from "../../loadtest/labs/matchmaking/trade-off.ts";
import { runMatchmakingLab } from "../../loadtest/labs/matchmaking.ts";
import type { QueueRules } from "../../src/matchmaking/queue-rules.ts";

const HOUR = 3_600_000;
const settings = { seed: 7, hours: 24, ticketsPerSecond: 0.2, partyShares: [0.6, 0.25, 0.1, 0.05] };

/** A party with these ratings, at this second. */
function party(ticketId: string, mus: readonly number[], second = 0, rest: Partial<Arrival> = {}): Arrival {
  const member = (mu: number, index: number) => ({
    playerId: `${ticketId}${index}`,
    skill: { mu, sigma: 2 },
    latencies: { europe: 30 + index, asia: 200 },
    build: "1",
    trustTier: 0,
    input: "keyboard",
    blocks: new Set<string>(),
    recentOpponents: [],
    attributes: {},
  });
  const [first = 25, ...others] = mus;
  const members = [member(first, 0), ...others.map((mu, index) => member(mu, index + 1))] as const;
  const ticket = { ticketId, members, enqueuedAt: second * 1000, returned: 0 };
  return { ticket, declines: false, answerSeconds: 2, ...rest };
}

const namesOf = (teams: readonly (readonly { arrival: Arrival }[])[]): string[][] =>
  teams.map((team) => [...new Set(team.map(({ arrival }) => arrival.ticket.ticketId))].sort());

/** Seats any two who wait. */
function pairing(): Matcher & { returned: string[] } {
  let waiting: Arrival[] = [];
  const returned: string[] = [];
  return {
    returned,
    enqueue: (arrival) => void waiting.push(arrival),
    giveBack: (seats) => {
      for (const { arrival } of seats) {
        returned.push(arrival.ticket.ticketId);
        waiting.unshift(arrival);
      }
    },
    form: () => {
      const [one, other, ...others] = waiting;
      if (!one || !other) return [];
      waiting = others;
      return [{ teams: [seatsOf(one), seatsOf(other)] }];
    },
  };
}

test("a seed gives the same arrivals again, another seed others", () => {
  const told = (seed: number): string => JSON.stringify(makeArrivals({ ...settings, seed, hours: 1 }));
  const first = told(7);
  assert.ok(told(7) === first);
  assert.ok(told(8) !== first);
});

test("arrivals are what the day says: load, parties, ratings, round trips, decliners", () => {
  const arrivals = makeArrivals(settings);
  const loads = Array.from({ length: 96 }, (_, quarter) => loadAt(quarter * 900).total);
  const swing = Math.max(...loads) / Math.min(...loads);
  assert.ok(swing > 4 && swing < 6, `peak to trough ${swing}`);
  const mean = loads.reduce((sum, load) => sum + load, 0) / loads.length;
  assert.ok(Math.abs(mean - 1) < 0.01, `mean load ${mean}`);
  assert.ok(Math.abs(arrivals.length / (0.2 * 24 * 3600) - 1) < 0.05, `${arrivals.length} tickets`);
  const share = (is: (arrival: Arrival) => boolean): number => arrivals.filter(is).length / arrivals.length;
  assert.ok(Math.abs(share(({ ticket }) => ticket.members.length === 1) - 0.6) < 0.03);
  assert.ok(Math.abs(share(({ ticket }) => ticket.members.length === 4) - 0.05) < 0.02);
  assert.ok(Math.abs(share(({ declines }) => declines) - 0.08) < 0.02);
  const mus = arrivals.map(({ ticket }) => ticket.members[0].skill.mu).sort((a, b) => a - b);
  assert.ok(Math.abs(percentile(mus, 0.5) - 25) < 1);
  assert.ok(percentile(mus, 0.99) - 25 > 25 - percentile(mus, 0.01), "the upper tail is the longer one");
  for (const { ticket } of arrivals) {
    for (const { latencies, skill } of ticket.members) {
      const trips = Object.values(latencies).sort((a, b) => a - b);
      assert.ok((trips[0] ?? 0) >= 20 && (trips[0] ?? 0) <= 60 && (trips[1] ?? 0) >= 80);
      assert.ok(skill.sigma >= 1.5 && skill.sigma <= 8);
    }
  }
});

test("a match starts when the slowest has said yes", () => {
  const arrivals = [party("a", [25], 0.5), party("b", [25], 1.5, { answerSeconds: 4 })];
  const day = simulateDay(arrivals, pairing(), 60_000);
  assert.deepEqual(
    day.started.map(({ startedAt }) => startedAt),
    [2000 + 4000],
  );
  assert.deepEqual(day.left, []);
});

test("who declines leaves after ten seconds, the others go on waiting since they came", () => {
  const arrivals = [party("a", [25], 0), party("b", [25], 0, { declines: true }), party("c", [20], 0)];
  const matcher = pairing();
  const day = simulateDay(arrivals, matcher, 60_000);
  assert.deepEqual(matcher.returned, ["a"]);
  assert.equal(day.fellThrough, 1);
  assert.deepEqual(namesOf(day.started[0]?.teams ?? []), [["a"], ["c"]]);
  const alone = simulateDay(arrivals.slice(0, 2), pairing(), 60_000);
  assert.deepEqual(
    alone.left.map(({ arrival }) => arrival.ticket.ticketId),
    ["a"],
  );
  // Asked at 1 s, given back at 11 s, asked again at once, two seconds to say yes.
  const { waitSeconds, shareMatched } = measureDay(day, 1, 300).figures;
  assert.equal(waitSeconds.max, 13);
  assert.equal(shareMatched, 1);
});

test("the arena's matcher keeps the beginning of the waiting and counts returns", () => {
  const seen: [string, number, number][] = [];
  const rules = {} as QueueRules;
  const matcher = new ArenaMatcher((_, tickets) => {
    for (const { ticketId, enqueuedAt, returned } of tickets) seen.push([ticketId, enqueuedAt, returned]);
    return { matches: [], waiting: [] };
  }, rules);
  const [early, late] = [party("a", [25], 3), party("b", [25], 9)];
  matcher.enqueue(early);
  matcher.form(3000);
  matcher.enqueue(late);
  matcher.giveBack(seatsOf(early));
  matcher.form(13_000);
  assert.deepEqual(seen, [
    ["a", 3000, 0],
    ["a", 3000, 1],
    ["b", 9000, 0],
  ]);
});

test("dealt teams keep parties whole while that is possible", () => {
  const group = [party("duo", [30, 30]), party("trio", [25, 25, 25]), party("quad", [20, 20, 20, 20])];
  const seats = [...group, party("solo", [40])].flatMap(seatsOf);
  assert.deepEqual(namesOf(dealTeams(seats, 5)), [
    ["quad", "solo"],
    ["duo", "trio"],
  ]);
  const misfits = [party("a", [9, 9, 9, 9]), party("b", [8, 8, 8, 8]), party("c", [7, 7])].flatMap(seatsOf);
  const teams = dealTeams(misfits, 5);
  assert.deepEqual(
    teams.map((team) => team.length),
    [5, 5],
  );
  assert.deepEqual(namesOf(teams), [
    ["a", "c"],
    ["b", "c"],
  ]);
});

test("the fairest teams are the closest that leave parties whole", () => {
  const group = [party("duo", [30, 30]), party("a", [10]), party("b", [48])].flatMap(seatsOf);
  assert.deepEqual(new Set(namesOf(fairestTeams(group, 2))), new Set([["a", "b"], ["duo"]]));
  const gap = (teams: ReturnType<typeof fairestTeams>): number => {
    const [one = 0, other = 0] = teams.map((team) =>
      team.reduce((sum, { member }) => sum + member.skill.mu, 0),
    );
    return Math.abs(one - other);
  };
  let closer = 0;
  for (let seed = 1; seed <= 40; seed += 1) {
    const ten = makeArrivals({ ...settings, seed, hours: 1, partyShares: [1] })
      .slice(0, 10)
      .flatMap(seatsOf);
    const [fairest, dealt] = [gap(fairestTeams(ten, 5)), gap(dealTeams(ten, 5))];
    assert.ok(fairest <= dealt + 1e-9);
    if (fairest < dealt - 1e-9) closer += 1;
  }
  assert.ok(closer > 20, `${closer} of 40 were closer than the dealt ones`);
});

test("first come takes those who waited longest and passes over a party that does not fit", () => {
  const matcher = new FirstComeMatcher(2);
  for (const arrival of [party("a", [1]), party("b", [1, 1]), party("c", [1, 1]), party("d", [1])])
    matcher.enqueue(arrival);
  const [match, ...more] = matcher.form();
  assert.deepEqual(
    namesOf(match?.teams ?? [])
      .flat()
      .sort(),
    ["a", "b", "d"],
  );
  assert.deepEqual(more, []);
  for (const arrival of [party("e", [1]), party("f", [1])]) matcher.enqueue(arrival);
  assert.deepEqual(
    namesOf(matcher.form()[0]?.teams ?? [])
      .flat()
      .sort(),
    ["c", "e", "f"],
  );
});

test("QueueRoom's own grouping fills a match, with parties and with players alone", () => {
  const matcher = new QueueRoomMatcher({ teamSize: 2, parties: "teamId" });
  for (const arrival of [party("a", [25]), party("b", [26, 27]), party("c", [28]), party("d", [29])])
    matcher.enqueue(arrival);
  const proposals = matcher.form();
  assert.deepEqual(
    proposals.map(({ teams }) => namesOf(teams).flat().sort()),
    [["a", "b", "c"]],
  );
  assert.deepEqual(matcher.form(), [], "who was handed out is out of the queue");
});

test("QueueRoom's compare keeps apart, until its ten cycles are over", () => {
  const matcher = new QueueRoomMatcher({ teamSize: 1, parties: "rank", farthest: 2 });
  matcher.enqueue(party("weak", [20]));
  matcher.enqueue(party("strong", [30]));
  let cycles = 0;
  while (matcher.form().length === 0) cycles += 1;
  assert.ok(cycles >= 10 && cycles <= 12, `${cycles} cycles`);
});

test("figures: waits are players', parties apart are counted, the forgotten have starved", () => {
  const [one, other, forgotten] = [party("a", [30, 20]), party("b", [24, 24]), party("c", [25], 100)];
  const [first, second] = seatsOf(one);
  const [third, fourth] = seatsOf(other);
  assert.ok(first && second && third && fourth);
  const day = {
    endsAt: HOUR,
    started: [
      {
        startedAt: 20_000,
        region: "asia",
        teams: [
          [first, third],
          [second, fourth],
        ],
      },
    ],
    fellThrough: 1,
    left: seatsOf(forgotten),
    passMs: { mean: 1, p99: 2, max: 2 },
  };
  const { figures } = measureDay(day, 2, 300);
  assert.deepEqual(
    [
      figures.waitSeconds.mean,
      figures.starved,
      figures.leftWaiting,
      figures.shareMatched,
      figures.fellThrough,
    ],
    [20, 1, 1, 0.8, 0.5],
  );
  assert.deepEqual([figures.parties, figures.partiesSplit], [2, 2]);
  assert.deepEqual([figures.teamGap, figures.ratingRange], [5, 10]);
  assert.equal(figures.latencyMs.worstP95, 200);
  assert.ok(figures.spread > 0.1);
  assert.ok(figures.spreadFairest < figures.spread, "parties whole would have been more even");
  const whole = {
    ...day,
    started: [
      {
        startedAt: 20_000,
        teams: [
          [first, second],
          [third, fourth],
        ],
      },
    ],
  };
  assert.equal(measureDay(whole, 2, 300).figures.partiesSplit, 0);
  assert.equal(measureDay(whole, 2, 300).figures.latencyMs.worstP95, 31, "without a region, the best one");
});

test("matchers are compared where both wait equally long", () => {
  const figures = (p95: number, spread: number): DayFigures =>
    ({ waitSeconds: { p95 }, spread, spreadFairest: spread / 2 }) as DayFigures;
  const ours = [
    { setting: "strict", figures: figures(40, 0.02) },
    { setting: "loose", figures: figures(20, 0.1) },
    { setting: "usual", figures: figures(30, 0.06) },
  ];
  const between = atEqualWait(ours, figures(35, 0.2));
  assert.deepEqual(
    [
      between?.setting,
      between?.p95Seconds,
      between?.spread,
      between?.spreadRatio,
      between?.spreadRatioToFairest,
    ],
    ["between usual and strict", 35, 0.04, 0.2, 0.4],
  );
  const exact = atEqualWait(ours, figures(20, 0.2));
  assert.deepEqual([exact?.setting, exact?.spread], ["loose", 0.1]);
  const longer = atEqualWait(ours, figures(90, 0.2));
  assert.deepEqual([longer?.setting, longer?.p95Seconds, longer?.spread], ["strict", 40, 0.02]);
  assert.equal(atEqualWait(ours, figures(19, 0.2)), undefined, "nothing waits as short");
});

test("a short day: the same figures twice, nobody starves, no party is split, and a page that needs nothing", () => {
  const folder = mkdtempSync(join(tmpdir(), "arena-matchmaking-lab-"));
  try {
    const out = join(folder, "page.html");
    const run = () => runMatchmakingLab({ seed: 5, hours: 0.25, load: 1, out }, () => undefined);
    const withoutTimes = (value: object): unknown =>
      JSON.parse(JSON.stringify(value), (key, inner: unknown) =>
        ["passMs", "passRatio", "seconds"].includes(key) ? undefined : inner,
      );
    const report = run();
    assert.deepEqual(withoutTimes(run()), withoutTimes(report));
    for (const found of Object.values(report.cases)) {
      assert.ok(found.matchers.arena.matches > 10);
      assert.deepEqual([found.matchers.arena.starved, found.matchers.arena.partiesSplit], [0, 0]);
    }
    const page = readFileSync(out, "utf8");
    assert.match(page, /<svg/);
    assert.doesNotMatch(page, /<script|https?:|NaN|undefined/);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
