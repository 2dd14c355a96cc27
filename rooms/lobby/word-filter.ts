/**
 * Masks words of a list in what players write. Catches other cases, accents, marks, full-width and look-alike letters,
 * digits and signs for letters, letters drawn out ("good" is not "god", though), and letters set apart by signs
 * or spaces. A listed word inside a longer one stays ("class" is no offence), but in scripts that put no spaces
 * between words. Pure. A filter is a courtesy, no protection: people find ways, and mutes are for them.
 */

/** Digits and signs, and letters of other scripts that look like Latin ones. */
const LOOK_ALIKE: Readonly<Record<string, string>> = {
  "0": "o",
  "1": "i",
  "3": "e",
  "4": "a",
  "5": "s",
  "7": "t",
  "8": "b",
  "@": "a",
  $: "s",
  "!": "i",
  "|": "i",
  а: "a",
  е: "e",
  і: "i",
  о: "o",
  р: "p",
  с: "c",
  у: "y",
  х: "x",
  α: "a",
  ο: "o",
};

const SEPARATOR = "[._*-]?";
const MOST_LETTERS_OF_SHORT = 4;
const WITHOUT_SPACES = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u;

/** What a sign is taken for: no letter, one, or (of a ligature) more. */
type Simplify = (sign: string) => string;

export class WordFilter {
  readonly #patterns: readonly (readonly [Simplify, RegExp])[];

  /** @param words letters only, in any case. */
  constructor(words: readonly string[]) {
    // A listed word may itself be in the script that looks like Latin: so both are looked for.
    this.#patterns = [baseOf, lookAlikeOf].flatMap((simplify) => {
      const patterns = words.map((word) => patternOf(word, simplify)).filter((pattern) => pattern !== "");
      return patterns.length === 0 ? [] : [[simplify, new RegExp(patterns.join("|"), "gu")] as const];
    });
  }

  /** The text with every listed word replaced by asterisks of its length. */
  mask(text: string): string {
    const signs = Array.from(text);
    for (const [simplify, pattern] of this.#patterns)
      for (const [from, to] of findAll(Array.from(text), simplify, pattern)) signs.fill("*", from, to);
    return signs.join("");
  }
}

/** Places of signs, the last one not included. */
function findAll(signs: readonly string[], simplify: Simplify, pattern: RegExp): [number, number][] {
  const placeOf: number[] = [];
  let plain = "";
  for (const [place, sign] of signs.entries()) {
    const simple = simplify(sign);
    plain += simple;
    for (let unit = 0; unit < simple.length; unit += 1) placeOf.push(place);
  }
  return Array.from(plain.matchAll(pattern), ({ index, 0: found }) => {
    // Marks on the last letter go with it.
    const next = placeOf[index + found.length] ?? signs.length;
    return [placeOf[index] ?? 0, next];
  });
}

/** Written so that every text fits in one way only: matching takes no longer than reading. */
function patternOf(word: string, simplify: Simplify): string {
  const plain = Array.from(word, simplify).join("");
  const letters = Array.from(plain).filter((letter) => /\p{L}/u.test(letter));
  const runs: { letter: string; length: number }[] = [];
  for (const letter of letters) {
    const run = runs.at(-1);
    if (run?.letter === letter) run.length += 1;
    else runs.push({ letter, length: 1 });
  }
  if (runs.length === 0) return "";
  const short = letters.length <= MOST_LETTERS_OF_SHORT;
  const together = runs.map(({ letter, length }) => patternOfRun(letter, length, short)).join(SEPARATOR);
  // With a space between all letters: between some of them they are words.
  const pattern = letters.length < 3 ? together : `(?:${together}|${letters.join(" ")})`;
  return WITHOUT_SPACES.test(plain) ? pattern : `(?<!\\p{L})${pattern}(?!\\p{L})`;
}

/** As often as in the word, or drawn out: of a short word three times at least, for one letter makes another word. */
function patternOfRun(letter: string, length: number, short: boolean): string {
  const more = `(?:${SEPARATOR}${letter})`;
  if (short && length <= 2) return `${letter}(?:${more}{2,}|${more}{${length - 1}})`;
  return `${letter}${more}{${length - 1},}`;
}

/** Marks on a letter are no letters. */
function baseOf(sign: string): string {
  return sign.normalize("NFKD").replaceAll(/\p{M}/gu, "").normalize("NFC").toLowerCase();
}

function lookAlikeOf(sign: string): string {
  const base = baseOf(sign);
  return LOOK_ALIKE[base] ?? base;
}
