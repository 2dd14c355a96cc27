/**
 * Runs one matcher over a day of arrivals: one pass a second, and a ready check before every match.
 *
 * Order within a second: newcomers enter, ready checks that have ended are settled, the matcher forms matches. A check
 * ends when the slowest has said yes, or after ten seconds when somebody declines. Who declines leaves; the others go
 * back to the matcher. A wait counts from the first arrival to the start of the match, for every matcher alike.
 *
 * What it does not do: nobody gives up waiting. The clock is the lab's own; only the length of passes is
 * real: processor time, so that a busy machine does not count.
 */
import type { TicketMember } from "../../../src/matchmaking/ticket.ts";
import type { Arrival } from "./arrivals.ts";

/** One player of a party. A matcher that splits parties may seat them apart. */
export interface Seat {
  readonly arrival: Arrival;
  readonly member: TicketMember;
}

export interface Proposal {
  readonly teams: readonly (readonly Seat[])[];
  /** Where it is played, when the matcher says so. */
  readonly region?: string;
}

export interface Matcher {
  enqueue(arrival: Arrival, now: number): void;
  /** Somebody else declined. */
  giveBack(seats: readonly Seat[], now: number): void;
  /** One pass. What is proposed has left the queue. */
  form(now: number): readonly Proposal[];
}

export interface StartedMatch extends Proposal {
  readonly startedAt: number;
}

export interface Day {
  readonly endsAt: number;
  readonly started: readonly StartedMatch[];
  /** Ready checks that fell through. */
  readonly fellThrough: number;
  /** Neither started nor declined when the day ended. */
  readonly left: readonly Seat[];
  readonly passMs: { readonly mean: number; readonly p99: number; readonly max: number };
}

const CHECK_MS = 10_000;
const PASS_MS = 1000;

interface Check {
  readonly proposal: Proposal;
  readonly endsAt: number;
  readonly declined: boolean;
}

export function simulateDay(arrivals: readonly Arrival[], matcher: Matcher, endsAt: number): Day {
  const left = new Map<TicketMember, Seat>();
  const started: StartedMatch[] = [];
  let checks: Check[] = [];
  let fellThrough = 0;
  let next = 0;
  const passes: number[] = [];

  const settle = ({ proposal, endsAt: now, declined }: Check): void => {
    const seats = proposal.teams.flat();
    if (!declined) {
      started.push({ ...proposal, startedAt: now });
      for (const { member } of seats) left.delete(member);
      return;
    }
    fellThrough += 1;
    for (const { arrival, member } of seats) if (arrival.declines) left.delete(member);
    matcher.giveBack(
      seats.filter(({ arrival }) => !arrival.declines),
      now,
    );
  };

  for (let now = PASS_MS; now <= endsAt; now += PASS_MS) {
    for (
      let arrival = arrivals[next];
      arrival && arrival.ticket.enqueuedAt <= now;
      arrival = arrivals[next]
    ) {
      next += 1;
      for (const member of arrival.ticket.members) left.set(member, { arrival, member });
      matcher.enqueue(arrival, now);
    }
    const ended = checks.filter((check) => check.endsAt <= now);
    checks = checks.filter((check) => check.endsAt > now);
    for (const check of ended) settle(check);
    const before = process.cpuUsage();
    const proposals = matcher.form(now);
    const { user, system } = process.cpuUsage(before);
    passes.push((user + system) / 1000);
    for (const proposal of proposals) checks.push(askReady(proposal, now));
  }
  return {
    endsAt,
    started,
    fellThrough,
    left: [...left.values()],
    passMs: summary(passes),
  };
}

function askReady(proposal: Proposal, now: number): Check {
  let slowest = 0;
  let declined = false;
  for (const { arrival } of proposal.teams.flat()) {
    if (arrival.declines) declined = true;
    slowest = Math.max(slowest, arrival.answerSeconds);
  }
  return { proposal, declined, endsAt: now + (declined ? CHECK_MS : Math.round(slowest * 1000)) };
}

function summary(passes: readonly number[]): Day["passMs"] {
  const sorted = passes.toSorted((a, b) => a - b);
  const total = sorted.reduce((sum, ms) => sum + ms, 0);
  const at = (share: number): number => sorted[Math.floor((sorted.length - 1) * share)] ?? 0;
  return { mean: total / sorted.length, p99: at(0.99), max: at(1) };
}

export function seatsOf(arrival: Arrival): Seat[] {
  return arrival.ticket.members.map((member) => ({ arrival, member }));
}
