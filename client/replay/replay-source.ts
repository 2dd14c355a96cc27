/**
 * Where recordings come from: the server, by a match's id, or a file that somebody has. Either way the bytes are read
 * with the server's own reader and the run begins with the game's own code; what is no recording of a match that this
 * page can show is a `Refusal` with a sentence.
 */

import { openRerun } from "../../rooms/skirmish/shared/replay-game.ts";
import type { Rerun } from "../../rooms/skirmish/shared/rerun.ts";
import { openReplay, type ReplayHeader } from "../../src/replay/replay-file.ts";
import { Refusal, requestBytes } from "../net/request-json.ts";
import type { Account } from "../session/account.ts";

const GAME = "skirmish";
/** More than any match comes to; a file may be anything. */
const MOST_FILE_BYTES = 32_000_000;
const MOST_BODY_BYTES = 64_000_000;

export interface OpenedMatch {
  header: ReplayHeader;
  bytes: Uint8Array<ArrayBuffer>;
  /** A new run, at the start. */
  openRun: () => Rerun;
}

/** @throws Refusal */
export async function fetchMatch(
  account: Account,
  matchId: string,
  signal: AbortSignal,
): Promise<OpenedMatch> {
  const path = `/api/replays/${encodeURIComponent(matchId)}`;
  const bytes = await account.enter((token) =>
    requestBytes(path, { signal, headers: { Authorization: `Bearer ${token}` } }),
  );
  return openMatch(bytes);
}

/** @throws Refusal */
export async function readMatchFile(file: Blob): Promise<OpenedMatch> {
  if (file.size > MOST_FILE_BYTES) throw refuse("The file is too large to be a replay.");
  return openMatch(new Uint8Array(await file.arrayBuffer()));
}

/** @throws Refusal */
export async function openMatch(bytes: Uint8Array<ArrayBuffer>): Promise<OpenedMatch> {
  const opened = await openReplay(bytes, MOST_BODY_BYTES);
  if (!opened.ok) throw refuse(`This is no replay that can be shown. ${opened.detail}`);
  const { header, body } = opened;
  if (header.game !== GAME) throw refuse(`This is a replay of another game: ${header.game}.`);
  const openRun = (): Rerun => openRerun(header.setup, body);
  try {
    openRun();
  } catch (error) {
    throw refuse(`This replay cannot be shown: ${error instanceof Error ? error.message : "it is damaged"}.`);
  }
  return { header, bytes, openRun };
}

function refuse(sentence: string): Refusal {
  return new Refusal("replay_malformed", 422, sentence);
}
