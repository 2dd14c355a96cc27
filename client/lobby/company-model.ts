/** A party or a custom game as pages show it: plain data out of the room's state, and what is asked about it. Pure. */
import type { Activity } from "../../schemas/lobby-messages.ts";
import type { Member } from "../../schemas/party-state.ts";

export interface MemberModel {
  playerId: string;
  name: string;
  ready: boolean;
  connected: boolean;
  /** "", "queue", "match". */
  activity: string;
  team: number;
  leader: boolean;
  own: boolean;
}

export interface MemberSource {
  leader: string;
  members: { forEach(callback: (member: Member, playerId: string) => void): void };
}

/** In the order of joining. Whoever leads is ready by going ahead. */
export function readMembers({ leader, members }: MemberSource, ownId: string | undefined): MemberModel[] {
  const read: MemberModel[] = [];
  members.forEach(({ name, ready, connected, activity, team }, playerId) =>
    read.push({
      playerId,
      name,
      ready: ready || playerId === leader,
      connected,
      activity,
      team,
      leader: playerId === leader,
      own: playerId === ownId,
    }),
  );
  return read;
}

/** What stands behind a member's name. */
export function memberStatus({ connected, activity, ready }: MemberModel): string {
  if (!connected) return "away";
  if (activity === "queue") return "in the queue";
  if (activity === "match") return "in a match";
  return ready ? "ready" : "not ready";
}

const ACTIVITIES: Readonly<Record<Activity, string>> = {
  "": "offline",
  lobby: "in the lobby",
  party: "in a party",
  custom: "in a custom game",
  queue: "in a queue",
  match: "in a match",
};

export function activityText(activity: Activity): string {
  return ACTIVITIES[activity];
}

const NEAREST: readonly Activity[] = ["lobby", "party", "custom", "queue", "match", ""];

/** Who can come at once first, who is offline last; by name among equals. */
export function sortFriends<Friend extends { name: string; activity: Activity }>(
  friends: readonly Friend[],
): Friend[] {
  return [...friends].sort(
    (one, other) =>
      NEAREST.indexOf(one.activity) - NEAREST.indexOf(other.activity) || one.name.localeCompare(other.name),
  );
}

/** The members of each team, and the spectators. Who stands on a team that there is not is a spectator. */
export function splitTeams(
  members: readonly MemberModel[],
  teams: number,
): { teams: MemberModel[][]; spectators: MemberModel[] } {
  const split: MemberModel[][] = Array.from({ length: teams }, () => []);
  const spectators: MemberModel[] = [];
  for (const member of members) (split[member.team] ?? spectators).push(member);
  return { teams: split, spectators };
}

/** What the party waits for. */
export function partyHint(status: string, members: readonly MemberModel[], leads: boolean): string {
  if (status === "away") return "The connection is lost and being brought back…";
  if (members.length < 2) return "Hand the code or the link to friends, or invite them below.";
  if (members.some(({ activity }) => activity === "queue")) return "In the queue.";
  if (members.some(({ activity }) => activity === "match")) return "A match is running.";
  const unready = members.filter(({ ready }) => !ready).length;
  if (unready > 0)
    return unready === 1 ? "One member is not ready yet." : `${unready} members are not ready yet.`;
  return leads ? "Everybody is ready: enter a queue." : "Everybody is ready: the leader enters the queue.";
}

/** What the game waits for. */
export function customHint(
  status: string,
  playing: boolean,
  players: readonly { ready: boolean }[],
  leads: boolean,
): string {
  if (status === "away") return "The connection is lost and being brought back…";
  if (playing) return "The match is running. When it is over, the host can start another one.";
  const unready = players.filter(({ ready }) => !ready).length;
  if (unready > 0)
    return `${unready === 1 ? "One player is" : `${unready} players are`} not ready and would stay here.`;
  return leads ? "Everybody is ready." : "Everybody is ready: the host starts the match.";
}
