/** Why a room ended for this page, in words. */
import { splitCoded } from "./room-refusal.ts";

/** Close codes that a room or the SDK ends a connection with. */
export const LEFT_BY_CHOICE = 4000;
export const SESSION_REPLACED = 4409;
export const READY_DECLINED = 4410;
export const READY_MISSED = 4411;
export const MATCH_OVER = 4415;

const SENTENCES: Readonly<Record<number, string>> = {
  4001: "The server is restarting. Your finished matches are safe.",
  4002: "The room ran into an error and was closed.",
  4003: "The connection could not be brought back in time.",
  4400: "The server could not read what this page sent.",
  [SESSION_REPLACED]: "You came in from another tab or device, and this one was let go.",
  [READY_DECLINED]: "You declined the match.",
  [READY_MISSED]: "You did not answer the ready check in time.",
  4412: "A member of your party left the queue.",
  4413: "Not all of your party came into the queue.",
  4414: "The leader removed you.",
  [MATCH_OVER]: "The match is over.",
  4500: "The room ran into an error while it read what this page sent.",
  4503: "The queue moved to another server.",
};

/** @returns undefined when the player left on purpose. */
export function describeLeave(code: number): string | undefined {
  if (code === LEFT_BY_CHOICE) return undefined;
  return SENTENCES[code] ?? `The connection was closed (${code}).`;
}

/** A sentence for whatever a join or a request failed with. */
export function describeFailure(error: unknown): string {
  if (error instanceof Error && error.message !== "") {
    if (/failed to fetch|networkerror|load failed/i.test(error.message))
      return "The server cannot be reached. Is your connection up?";
    return splitCoded(error.message)?.sentence ?? error.message;
  }
  return "Something went wrong on this page.";
}
