/** What is known about the player's place in a queue, and what pages make of it. Pure: the time comes in. */
import type { StatusMessage } from "../../schemas/queue-messages.ts";

export interface Note {
  text: string;
  failed: boolean;
  /** When it holds no longer, milliseconds since 1970. */
  until?: number;
}

export interface ReadyCheckModel {
  checkId: string;
  /** Milliseconds since 1970, this page's clock. */
  endsAt: number;
  /** The whole time to answer. */
  seconds: number;
  players: number;
  accepted: number;
  backfill: boolean;
  answer: "" | "accepted" | "declined";
}

export interface QueueModel {
  /** "restoring": the connection is lost and being brought back. "seated": on the way into the match. */
  phase: "idle" | "joining" | "waiting" | "restoring" | "checking" | "seated";
  queue: string;
  name: string;
  /** As the server said it, and when, milliseconds since 1970. The estimate is of the whole wait. */
  waitedSeconds: number;
  heardAt: number;
  estimateSeconds: number | null;
  position: number;
  players: number;
  reason: StatusMessage["heldBy"] | undefined;
  party: { size: number; here: number };
  check: ReadyCheckModel | undefined;
  /** Attempts to restore; 0 while the SDK tries by itself. */
  attempt: number;
  note: Note | undefined;
}

export const IDLE: QueueModel = {
  phase: "idle",
  queue: "",
  name: "",
  waitedSeconds: 0,
  heardAt: 0,
  estimateSeconds: null,
  position: 0,
  players: 0,
  reason: undefined,
  party: { size: 1, here: 1 },
  check: undefined,
  attempt: 0,
  note: undefined,
};

const RESTORE_DELAYS_MS = [300, 800, 1500, 3000, 5000, 8000, 10_000, 12_000];
/** A little less than the server takes a pass for. */
const PASS_GOOD_MS = 55_000;

/** @returns undefined when it was tried often enough. */
export function restoreDelay(attempt: number): number | undefined {
  return RESTORE_DELAYS_MS[attempt - 1];
}

/** @param kept whatever stood in the storage. */
export function readKeptQueue(
  kept: unknown,
  now: number,
): { queue: string; name: string; pass: string; region?: string } | undefined {
  if (typeof kept !== "object" || kept === null) return undefined;
  const { queue, name, pass, region, at } = kept as Record<string, unknown>;
  if (typeof queue !== "string" || typeof name !== "string" || typeof pass !== "string") return undefined;
  if (typeof at !== "number" || Math.abs(now - at) > PASS_GOOD_MS) return undefined;
  return { queue, name, pass, ...(typeof region === "string" ? { region } : {}) };
}

/** Whole seconds in the queue by now. */
export function elapsedSeconds({ waitedSeconds, heardAt }: QueueModel, now: number): number {
  return Math.max(0, Math.floor(waitedSeconds + Math.max(0, now - heardAt) / 1000));
}

/** 0:07, 12:34, 1:02:03 */
export function clockTime(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (amount: number): string => String(amount).padStart(2, "0");
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

/** "about 20 s", "about 3 min": an estimate is no promise. */
export function roughTime(seconds: number): string {
  if (seconds < 8) return "a few seconds";
  if (seconds < 55) return `about ${Math.max(10, Math.round(seconds / 5) * 5)} s`;
  if (seconds < 90) return "about a minute";
  if (seconds < 3600) return `about ${Math.round(seconds / 60)} min`;
  return "more than an hour";
}

/** "45 s", "2 min 5 s", "3 h": for waits that are certain. */
export function exactTime(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600)
    return whole % 60 === 0 ? `${whole / 60} min` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
  const minutes = Math.round((whole % 3600) / 60);
  return minutes === 0 ? `${Math.floor(whole / 3600)} h` : `${Math.floor(whole / 3600)} h ${minutes} min`;
}

export interface QueueView {
  elapsed: string;
  /** How much of the expected time is over, 0–1; undefined: nothing is expected. */
  share: number | undefined;
  estimate: string;
  place: string;
  reason: string;
}

export function queueView(model: QueueModel, now: number): QueueView {
  const seconds = elapsedSeconds(model, now);
  const { estimateSeconds } = model;
  return {
    elapsed: clockTime(seconds),
    share: estimateSeconds === null ? undefined : Math.min(1, seconds / Math.max(1, estimateSeconds)),
    estimate: estimateText(model, seconds),
    place: placeText(model),
    reason: reasonText(model),
  };
}

/** The server's estimate is of the whole wait, and never less than what is over of it. */
function estimateText({ phase, estimateSeconds }: QueueModel, waited: number): string {
  if (phase !== "waiting") return "";
  if (estimateSeconds === null) return "no estimate yet";
  const left = estimateSeconds - waited;
  return left < 1 ? "longer than usual" : `${roughTime(left)} to go`;
}

function placeText({ phase, position, players }: QueueModel): string {
  if (phase !== "waiting" || players === 0) return "";
  const waiting = players === 1 ? "only you wait" : `${players} players wait`;
  if (position <= 0) return waiting;
  return position === 1 ? `you are next · ${waiting}` : `place ${position} · ${waiting}`;
}

function reasonText({ phase, reason, party, attempt }: QueueModel): string {
  switch (phase) {
    case "joining":
      return "Entering the queue…";
    case "restoring":
      return attempt > 1
        ? `The connection is lost. Trying to take your place up again (${attempt})…`
        : "The connection is lost. Taking your place up again…";
    case "checking":
      return "A match is found.";
    case "seated":
      return "Entering the match…";
    default:
      if (reason) return reason.says;
      return party.here < party.size
        ? `${party.here} of ${party.size} of your party are in the queue.`
        : "Looking for players…";
  }
}

export interface ReadyView {
  /** Whole seconds, rounded up. */
  seconds: number;
  /** Left of the time, 1–0. */
  share: number;
  title: string;
  sentence: string;
  /** One a player: accepted first. */
  pips: boolean[];
}

export function readyView(check: ReadyCheckModel, now: number): ReadyView {
  const left = Math.max(0, check.endsAt - now) / 1000;
  const waiting = check.players - check.accepted;
  const sentence =
    check.answer === "accepted"
      ? waiting > 0
        ? `Waiting for ${waiting === 1 ? "one more player" : `${waiting} more players`}…`
        : "Everybody is ready."
      : check.answer === "declined"
        ? "Declined."
        : check.backfill
          ? "A place in a running match is free. Take it?"
          : "Are you ready?";
  return {
    seconds: Math.ceil(left),
    share: check.seconds > 0 ? Math.min(1, left / check.seconds) : 0,
    title: check.backfill ? "Place found" : "Match found",
    sentence,
    pips: Array.from({ length: check.players }, (_, place) => place < check.accepted),
  };
}

/** "3 v 3", "1 v 4"; "6 players" where everybody is alone, or all are one team. */
export function teamSizes(teams: readonly number[]): string {
  const players = teams.reduce((sum, size) => sum + size, 0);
  if (players === 0) return "";
  return areAlone(teams) || teams.length === 1 ? `${players} players` : teams.join(" v ");
}

/** More than two, each on their own: a free-for-all. */
export function areAlone(teams: readonly number[]): boolean {
  return teams.length > 2 && teams.every((size) => size === 1);
}

/** A refusal as it is shown; one that says how long it holds ("… (95 s left)") counts down. */
export function refusalNote(sentence: string, now: number): Note {
  const [, text, seconds] = /^(.*\S)\s*\((\d+) s left\)$/s.exec(sentence) ?? [];
  if (text === undefined || seconds === undefined) return { text: sentence, failed: true };
  return { text, failed: true, until: now + Number(seconds) * 1000 };
}

/** @returns undefined: there is nothing (any more) to say. */
export function noteText(note: Note | undefined, now: number): { text: string; failed: boolean } | undefined {
  if (note?.until === undefined) return note;
  const left = (note.until - now) / 1000;
  return left > 0
    ? { text: `${note.text} ${exactTime(left)} left.`, failed: true }
    : { text: "You can queue again.", failed: false };
}
