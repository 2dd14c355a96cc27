/** The connection to a custom game: teams, spectators, chat, and the match that its host starts. */
import type { Room } from "@colyseus/sdk";
import type {
  CustomGameCommands,
  CustomGameCreateOptions,
  CustomGameJoinOptions,
  CustomGameState,
  PartyMessages,
} from "../../schemas/party-state.ts";
import { type LinkListeners, RoomLink } from "./room-link.ts";

/** Of a party alone. */
export type CustomReceived = Omit<PartyMessages, "queue_pass">;
export type CustomLink = RoomLink<CustomGameState, CustomReceived, CustomGameCommands>;

export type CustomEntry = { create: CustomGameCreateOptions } | ({ code: string } & CustomGameJoinOptions);

/** @throws Refusal `password_wrong` where a password is needed. */
export function joinCustomGame(
  token: string,
  entry: CustomEntry,
  listeners: LinkListeners<CustomReceived>,
): Promise<CustomLink> {
  return RoomLink.open({
    token,
    listeners,
    kind: "custom",
    retrySeconds: 30,
    join: (client, protocol) => {
      if ("create" in entry)
        return client.create<CustomGameState>("custom", { ...entry.create, protocol }) as Promise<
          Room<unknown, CustomGameState>
        >;
      const { code, ...options } = entry;
      return client.joinById<CustomGameState>(code, { ...options, protocol }) as Promise<
        Room<unknown, CustomGameState>
      >;
    },
  });
}
