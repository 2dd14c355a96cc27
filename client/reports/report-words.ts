/** What one can say of another player, in words. Pure. */
import type { MatchReportsAnswer, ReportBody } from "../../src/index.ts";

export type ReportKind = ReportBody["kind"];
export type OtherPlayer = MatchReportsAnswer["players"][number];

export const REPORT_TEXT_LIMIT = 300;

/** In the order in which they are offered. */
export const REASONS: Readonly<Record<ReportKind, readonly (readonly [reason: string, text: string])[]>> = {
  report: [
    ["aim", "Aim help"],
    ["wallhack", "Sees through walls"],
    ["speed", "Too fast"],
    ["griefing", "Spoils the game"],
    ["chat", "Foul chat"],
    ["name", "Foul name"],
  ],
  commend: [
    ["friendly", "Friendly"],
    ["skilled", "Skilled"],
    ["leader", "Good leader"],
  ],
};

export function givenText({ kind, reason }: { kind: ReportKind; reason: string }): string {
  const words = REASONS[kind].find(([key]) => key === reason)?.[1] ?? reason;
  return `${kind === "report" ? "Reported" : "Commended"}: ${words.toLowerCase()}`;
}

/** Why nothing can be said; undefined when something can. */
export function closedText({
  open,
  players,
}: Pick<MatchReportsAnswer, "open" | "players">): string | undefined {
  if (players.length === 0) return "No other players took part in this match.";
  if (!open && players.every(({ given }) => !given))
    return "This match was too long ago to say something of its players.";
  return undefined;
}

/** Whether the match is worth asking about: the server has the last word. @param now milliseconds. */
export function isRecent(endedAt: string, now: number): boolean {
  return now - Date.parse(endedAt) < 24 * 3_600_000;
}

export function reportBodyOf(kind: ReportKind, playerId: string, reason: string, text: string): ReportBody {
  const words = text.trim();
  return {
    kind,
    playerId,
    reason,
    ...(kind === "report" && words !== "" ? { text: words.slice(0, REPORT_TEXT_LIMIT) } : {}),
  } as ReportBody;
}
