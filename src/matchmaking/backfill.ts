/**
 * Replacements for running matches. Whoever has waited longest is asked first; a party goes in whole, on one team, and
 * only where the filters let it meet everybody who plays there; of the teams with room it gets the one that brings the
 * chances nearest to even. Nobody is put into a match that is nearly over or as good as lost.
 */
import { mayJoin, soloTicket } from "./choose-room.ts";
import type { QueueRules } from "./queue-rules.ts";
import { compareIds } from "./skill-order.ts";
import { type Ticket, type TicketMember, waitedSeconds } from "./ticket.ts";
import { winChancesOf } from "./win-chance.ts";

/** A match with less than this share of its time left asks in vain. */
const LEAST_TIME_LEFT = 1 / 3;
/** A team with less than this share of the leader's score, once that is `TELLING_SCORE`, is not joined. */
const LEAST_SCORE_SHARE = 0.25;
const TELLING_SCORE = 8;
/** Tickets that are looked at for one match in one pass. */
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

/** @returns who goes where, and who goes on waiting, in the order given. Deterministic. */
export function pickForBackfill(
  rules: QueueRules,
  requests: readonly BackfillRequest[],
  tickets: readonly Ticket[],
  { now }: { now: number },
): { placed: readonly Backfilled[]; waiting: readonly Ticket[] } {
  const open = requests.filter(isWorthJoining).map((request) => ({
    request,
    teams: request.teams.map((team) => ({ open: team.open, members: [...team.members] })),
  }));
  open.sort(
    (a, b) =>
      a.request.requestedAt - b.request.requestedAt || (a.request.requestId < b.request.requestId ? -1 : 1),
  );
  const placed: Backfilled[] = [];
  const taken = new Set<Ticket>();
  const line = tickets.toSorted(
    (a, b) => a.enqueuedAt - b.enqueuedAt || b.returned - a.returned || compareIds(a, b),
  );
  for (const { request, teams } of open) {
    let looks = 0;
    for (const ticket of line) {
      if (looks === MOST_LOOKS || teams.every((team) => team.open === 0)) break;
      if (taken.has(ticket)) continue;
      looks += 1;
      const team = bestTeam(rules, request, teams, ticket, now);
      const joined = team === undefined ? undefined : teams[team];
      if (team === undefined || !joined) continue;
      joined.open -= ticket.members.length;
      joined.members.push(...ticket.members);
      taken.add(ticket);
      placed.push({ request, team, ticket });
    }
  }
  return { placed, waiting: tickets.filter((ticket) => !taken.has(ticket)) };
}

function isWorthJoining({ secondsLeft, lengthSeconds, teams }: BackfillRequest): boolean {
  return secondsLeft >= lengthSeconds * LEAST_TIME_LEFT && teams.some(({ open }) => open > 0);
}

function bestTeam(
  rules: QueueRules,
  { score }: BackfillRequest,
  teams: readonly { open: number; members: readonly TicketMember[] }[],
  ticket: Ticket,
  now: number,
): number | undefined {
  const waited = waitedSeconds(ticket, now);
  const present = teams.flatMap(({ members }) => members.map((member) => soloTicket(member, now)));
  const filters = waited >= rules.mostWaitSeconds ? rules.filters.filter(({ hard }) => hard) : rules.filters;
  if (!present.every((other) => mayJoin(filters, ticket, other, waited))) return undefined;
  const leader = Math.max(...score);
  let best: { team: number; distance: number } | undefined;
  for (const [team, { open }] of teams.entries()) {
    const lost = leader >= TELLING_SCORE && (score[team] ?? 0) < leader * LEAST_SCORE_SHARE;
    if (open < ticket.members.length || lost) continue;
    const chances = winChancesOf(
      teams.map(({ members }, index) =>
        [...members, ...(index === team ? ticket.members : [])].map(({ skill }) => skill),
      ),
    );
    const distance = Math.max(...chances.map((chance) => Math.abs(chance - 1 / chances.length)));
    if (!best || distance < best.distance) best = { team, distance };
  }
  return best?.team;
}
