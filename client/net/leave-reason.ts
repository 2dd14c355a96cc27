/** Why a match ended for this page, in words. */

/** Close codes that the room or the SDK ends a connection with. */
const SENTENCES: Readonly<Record<number, string>> = {
  4001: "The server is restarting. Your finished matches are safe.",
  4002: "The room ran into an error and was closed.",
  4003: "The connection could not be brought back in time.",
  4400: "The server could not read what this page sent.",
  4409: "You joined from another tab or device, and your fighter went there.",
  4500: "The room ran into an error while it read what this page sent.",
};

const LEFT_BY_CHOICE = 4000;

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
    return error.message;
  }
  return "Something went wrong on this page.";
}
