/** The connection to a party: its members, its chat, and the way into a queue together. */
import type { Room } from "@colyseus/sdk";
import type { PartyCommands, PartyMessages, PartyState } from "../../schemas/party-state.ts";
import { type LinkListeners, RoomLink } from "./room-link.ts";

/** Of a custom game alone. */
export type PartyReceived = Omit<PartyMessages, "seat">;
export type PartyLink = RoomLink<PartyState, PartyReceived, PartyCommands>;

/**
 * @param code of the party to join; undefined: a new one.
 * @throws Refusal
 */
export function joinParty(
  token: string,
  code: string | undefined,
  listeners: LinkListeners<PartyReceived>,
): Promise<PartyLink> {
  return RoomLink.open({
    token,
    listeners,
    kind: "party",
    retrySeconds: 30,
    join: (client, protocol) =>
      (code === undefined
        ? client.create<PartyState>("party", { protocol })
        : client.joinById<PartyState>(code, { protocol })) as Promise<Room<unknown, PartyState>>,
  });
}
