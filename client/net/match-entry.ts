/** How a match is joined. */
import type { SeatMessage } from "../../schemas/queue-messages.ts";

/** The way in: any open match, a seat that was reserved, or a certain room. */
export type MatchEntry =
  | { kind: "quick" }
  | { kind: "seat"; reservation: SeatMessage["reservation"] }
  | { kind: "room"; roomId: string };
