/**
 * A small room's chat: what may be said, how fast, and what was said before. Pure: time comes in, milliseconds.
 * Bounded: the latest `HISTORY` lines are kept.
 */
import { z } from "zod";
import type { ChatLine } from "../../schemas/party-state.ts";
import { TokenBuckets } from "./token-buckets.ts";
import { WordFilter } from "./word-filter.ts";

const LONGEST_TEXT = 300;
const HISTORY = 50;
const BURST = 5;
const REFILL_MS = 1500;

/** Control characters, and signs that are not seen or turn the direction of what follows. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\u2028\u2029\u115f\u1160\u2800\u3164\uffa0]/gu;
/** More than three on one letter belong to no script. */
const MARKS = /(\p{M}{3})\p{M}+/gu;

export type Written = { ok: true; line: ChatLine } | { ok: false; code: "chat_refused" };

const chatOptions = z.object({
  /** That nobody is to read. */
  words: z.array(z.string()).default([]),
  /** A text with such a word is not sent at all, instead of sent with the word masked. */
  refuseWords: z.boolean().default(false),
});

export class Chat {
  readonly #filter: WordFilter;
  readonly #refuses: boolean;
  readonly #turns = new TokenBuckets(BURST, REFILL_MS);
  readonly #lines: ChatLine[] = [];

  /**
   * @param options of the room, in `arena.config.ts`: `words` and `refuseWords`.
   * @throws ZodError: they are the developer's, so wrong ones are a bug.
   */
  constructor(options: unknown) {
    const { words, refuseWords } = chatOptions.parse(options);
    this.#filter = new WordFilter(words);
    this.#refuses = refuseWords;
  }

  get history(): readonly ChatLine[] {
    return this.#lines;
  }

  /** Takes one of the player's turns, whatever becomes of the text. */
  mayWrite(playerId: string, now: number): boolean {
    return this.#turns.take(playerId, now);
  }

  write(player: { playerId: string; name: string }, text: string, now: number): Written {
    const clean = cleanText(text);
    if (clean === "" || clean.length > LONGEST_TEXT) return { ok: false, code: "chat_refused" };
    const masked = this.#filter.mask(clean);
    if (this.#refuses && masked !== clean) return { ok: false, code: "chat_refused" };
    const line: ChatLine = { ...player, text: masked, at: now };
    this.#lines.push(line);
    if (this.#lines.length > HISTORY) this.#lines.shift();
    return { ok: true, line };
  }

  /** For other texts that players write: names of games. */
  mask(text: string): string {
    return this.#filter.mask(text);
  }

  /** Whoever is gone for good; the lines stay. */
  forget(playerId: string): void {
    this.#turns.forget(playerId);
  }
}

/** One line, without what cannot be seen, and without towers of marks that cover other lines. */
export function cleanText(text: string): string {
  return text.replace(/\s+/gu, " ").replace(UNSEEN, "").replace(/ +/g, " ").replace(MARKS, "$1").trim();
}
