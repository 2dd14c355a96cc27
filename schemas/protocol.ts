/** The fingerprint of Skirmish's wire: what its page sends when it joins, and what its server asks for. */
import { protocolFingerprint } from "../sdk/protocol-fingerprint.ts";
import { LobbyState } from "./lobby-messages.ts";
import { CustomGameState, PartyState } from "./party-state.ts";
import { QueueState } from "./queue-messages.ts";
import { SkirmishInput } from "./skirmish-input.ts";
import { SkirmishState } from "./skirmish-state.ts";

/** Raise it whenever a message changes its meaning, or the shared step does: a page predicts with its own copy. */
const MESSAGES = 2;

export const PROTOCOL = protocolFingerprint(
  [SkirmishState, SkirmishInput, PartyState, CustomGameState, QueueState, LobbyState],
  MESSAGES,
);
