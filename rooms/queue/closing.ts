/** How a queue ends a connection: with a code that says why. */
import type { Client } from "@colyseus/core";
import { ERRORS } from "../../src/index.ts";

/** What a player is to blame for. */
export type Dodge = "ready_declined" | "ready_missed";
export type Closing = Dodge | "party_left" | "party_incomplete" | "session_replaced";

export function close(client: Client, code: Closing): void {
  client.leave(ERRORS[code].close, code);
}
