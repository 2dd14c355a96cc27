/**
 * Replacements for running matches. A party goes in whole, on one team, and only where the filters let it meet everybody
 * who plays there. The match that has asked longest is served first; whoever has waited too long goes before everybody
 * else. Of the others each match takes, one after another, who leaves its teams most even: in numbers, then in predicted
 * chances; of those that are about equal who has waited longest. Nobody is put into a match that is nearly over, or on a
 * team that is hopelessly behind.
 *
 * Pure and deterministic. Filters over whole matches are not asked: a running match is what it is. Whether a place is
 * still open when the player comes is for the match to say.
 */
import { soloTicket } from "./choose-room.ts";
import { Crowd } from "./crowd.ts";
import type { QueueRules } from "./queue-rules.ts";
import { compareTurns } from "./skill-order.ts";
import { type Ticket, type TicketMember, waitedSeconds } from "./ticket.ts";
import { winChancesOf } from "./win-chance.ts";

/** Chances that differ by less count as equal. */
const CHANCE_STEP = 0.05;
/** Tickets that are looked at for one match in one pass, those first who have waited longest. */
const MOST_LOOKS = 200;

export interface BackfillRequest {
  readonly requestId: string;
  readonly roomId: string;
  /** Milliseconds. */
  readonly requestedAt: number;
  /** Of each team. */
  readonly score: readonly number[];
  readonly secondsLeft: number;
  /** Of the whole match. */
  readonly lengthSeconds: number;
  readonly teams: readonly { readonly open: number; readonly members: readonly TicketMember[] }[];
}

export interface Backfilled {
  readonly request: BackfillRequest;
  readonly team: number;
  readonly ticket: Ticket;
}

export interface BackfillOptions {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** A match with less than this share of its time left asks in vain. */
  readonly leastTimeLeft?: number;
  /** A team with less than this share of the leader's score is lost, once that score is `tellingScore`. */
  readonly leastScoreShare?: number;
  readonly tellingScore?: number;
}

interface RunningTeam {
  /** Nobody joins a team that is lost. */
  readonly lost: boolean;
  readonly places: number;
  open: number;
  readonly members: TicketMember[];
}

interface Candidate {
  readonly ticket: Ticket;
  readonly place: number;
  readonly overdue: boolean;
}

/** @returns who goes where, and who goes on waiting, in the order given. */
export function pickForBackfill(
  rules: QueueRules,
  requests: readonly BackfillRequest[],
  tickets: readonly Ticket[],
  { now, leastTimeLeft = 1 / 3, leastScoreShare = 0.25, tellingScore = 8 }: BackfillOptions,
): { placed: readonly Backfilled[]; waiting: readonly Ticket[] } {
  const crowd = new Crowd(rules.filters, now);
  const line = tickets.toSorted(compareTurns).map(
    (ticket): Candidate => ({
      ticket,
      place: crowd.add(ticket),
      overdue: waitedSeconds(ticket, now) >= rules.mostWaitSeconds,
    }),
  );
  const placed: Backfilled[] = [];
  const taken = new Set<Ticket>();
  const mayMeet = ({ place, overdue }: Candidate, others: readonly number[]): boolean =>
    others.every((other) => crowd.mayMeet(place, other, overdue));
  for (const request of requests.toSorted(compareRequests)) {
    if (request.secondsLeft < request.lengthSeconds * leastTimeLeft) continue;
    const leader = Math.max(...request.score);
    const teams = request.teams.map(
      ({ open, members }, team): RunningTeam => ({
        lost: leader >= tellingScore && (request.score[team] ?? 0) < leader * leastScoreShare,
        places: open + members.length,
        open,
        members: [...members],
      }),
    );
    const present = teams.flatMap(({ members }) =>
      members.map((member) => crowd.add(soloTicket(member, now))),
    );
    let candidates = line
      .filter(({ ticket }) => !taken.has(ticket))
      .slice(0, MOST_LOOKS)
      .filter((candidate) => mayMeet(candidate, present));
    for (;;) {
      const choice = choose(candidates, teams);
      if (!choice) break;
      const { candidate, team } = choice;
      const joined = teams[team] as RunningTeam;
      joined.open -= candidate.ticket.members.length;
      joined.members.push(...candidate.ticket.members);
      taken.add(candidate.ticket);
      placed.push({ request, team, ticket: candidate.ticket });
      candidates = candidates.filter((other) => other !== candidate && mayMeet(other, [candidate.place]));
    }
  }
  return { placed, waiting: tickets.filter((ticket) => !taken.has(ticket)) };
}

/** The candidates stand in the order of their turns. */
function choose(
  candidates: readonly Candidate[],
  teams: readonly RunningTeam[],
): { candidate: Candidate; team: number } | undefined {
  let best: { candidate: Candidate; team: number; gap: number; step: number } | undefined;
  for (const candidate of candidates) {
    // Whoever has waited too long stands before all who have not.
    if (best?.candidate.overdue) break;
    for (const [team, { open, lost }] of teams.entries()) {
      if (lost || open < candidate.ticket.members.length) continue;
      const { gap, step } = unevenness(teams, team, candidate.ticket);
      if (!best || gap < best.gap || (gap === best.gap && step < best.step))
        best = { candidate, team, gap, step };
    }
  }
  return best;
}

/** What the match would be like with the ticket on that team. */
function unevenness(
  teams: readonly RunningTeam[],
  joined: number,
  { members: newcomers }: Ticket,
): { gap: number; step: number } {
  const filled = teams.map(({ members }, team) => (team === joined ? [...members, ...newcomers] : members));
  const shares = filled.map(({ length }, team) => length / (teams[team] as RunningTeam).places);
  const chances = winChancesOf(filled.map((members) => members.map(({ skill }) => skill)));
  const distance = Math.max(...chances.map((chance) => Math.abs(chance - 1 / chances.length)));
  return { gap: Math.max(...shares) - Math.min(...shares), step: Math.floor(distance / CHANCE_STEP) };
}

function compareRequests(one: BackfillRequest, other: BackfillRequest): number {
  return one.requestedAt - other.requestedAt || (one.requestId < other.requestId ? -1 : 1);
}
