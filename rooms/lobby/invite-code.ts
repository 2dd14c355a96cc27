/** Invite codes: short enough to be read out, without letters and digits that look alike. */

const ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789";
const LENGTH = 6;

/** One of 31⁶, about 900 million. @param randomInt a whole number from 0 to below its argument, unpredictable. */
export function inviteCode(randomInt: (below: number) => number): string {
  return Array.from({ length: LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join("");
}
