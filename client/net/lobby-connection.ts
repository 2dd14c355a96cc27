/** The connection to the lobby: friends, invitations, queues, rooms to join. */
import type { Room } from "@colyseus/sdk";
import type { LobbyCommands, LobbyMessages, LobbyState } from "../../schemas/lobby-messages.ts";
import { type LinkListeners, RoomLink } from "./room-link.ts";

export type LobbyLink = RoomLink<LobbyState, LobbyMessages, LobbyCommands>;

/** @throws Refusal */
export function joinLobby(token: string, listeners: LinkListeners<LobbyMessages>): Promise<LobbyLink> {
  return RoomLink.open({
    token,
    listeners,
    kind: "lobby",
    retrySeconds: 30,
    join: (client, protocol) =>
      client.joinOrCreate<LobbyState>("lobby", { protocol }) as Promise<Room<unknown, LobbyState>>,
  });
}
