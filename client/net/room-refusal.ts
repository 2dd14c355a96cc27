/**
 * What a room said no with. A refused join carries "code: sentence" in its message; what the framework refuses by
 * itself (no such room, a full one) carries its own words, which are put into ours. Pure.
 */
import { Refusal } from "./request-json.ts";

const CODED = /^([a-z]+(?:_[a-z]+)*): (\S.*)$/s;
const GONE = /not found|is locked|disposed|already full/i;
const EXPIRED = /seat reservation expired|invalid session/i;

/** @returns undefined for a message that starts with no code. */
export function splitCoded(message: string): { code: string; sentence: string } | undefined {
  const [, code, sentence] = CODED.exec(message) ?? [];
  return code === undefined || sentence === undefined ? undefined : { code, sentence };
}

/** Sent to the window when a room tells this page that it is older than the server. */
export const OUTDATED = "outdated";

/** Whether a join was refused because this page is older than the server: only reloading it helps. */
export function isOutdated(error: unknown): boolean {
  return toRefusal(error).code === "protocol_outdated";
}

/** Whatever a join threw, as the one kind of error that the page shows. */
export function toRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  const message = error instanceof Error ? error.message : "";
  const coded = splitCoded(message);
  if (coded) return new Refusal(coded.code, 0, coded.sentence);
  if (/failed to fetch|networkerror|load failed/i.test(message))
    return new Refusal("unreachable", 0, "The server cannot be reached. Is your connection up?");
  if (EXPIRED.test(message)) return new Refusal("seat_expired", 0, "The place was not kept any longer.");
  if (GONE.test(message))
    return new Refusal("party_unknown", 0, "There is nothing (any more) that can be joined with this code.");
  return new Refusal("unknown", 0, message === "" ? "The server did not say why." : message);
}
