/** The reference of the wire names what there is: nobody finds out by its silence that it is old. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Protocol } from "@colyseus/core";
import { WebRTCPlugin } from "colyseus/plugins/webrtc";
import { ERRORS, TeamVoicePlugin } from "../../src/index.ts";
import { PING } from "../../src/transport/lane/datagram.ts";

const root = join(import.meta.dirname, "../..");
const reference = readFileSync(join(root, "docs/reference/protocol.md"), "utf8");

/** The keys of an interface in a schema file. */
function keysOf(file: string, name: string): string[] {
  const text = readFileSync(join(root, "schemas", file), "utf8");
  const body = new RegExp(`interface ${name} \\{([\\s\\S]*?)\\n\\}`).exec(text)?.[1];
  assert.ok(body, `${file} has no ${name}`);
  return [...body.matchAll(/^ {2}([a-z_]+)\??:/gm)].map(([, key = ""]) => key);
}

test("every message of every room stands in its row", () => {
  const rooms = {
    skirmish: [["skirmish-messages.ts", "SkirmishMessages"]],
    queue: [
      ["queue-messages.ts", "QueueMessages"],
      ["queue-messages.ts", "QueueCommands"],
    ],
    lobby: [
      ["lobby-messages.ts", "LobbyMessages"],
      ["lobby-messages.ts", "LobbyCommands"],
    ],
    party: [
      ["party-state.ts", "PartyMessages"],
      ["party-state.ts", "PartyCommands"],
    ],
    custom: [["party-state.ts", "CustomGameCommands"]],
  } as const;
  for (const [room, interfaces] of Object.entries(rooms)) {
    const row = new RegExp(`^\\| ${room} \\|.*$`, "m").exec(reference)?.[0] ?? "";
    for (const [file, name] of interfaces)
      for (const key of keysOf(file, name)) assert.ok(row.includes(`\`${key}\``), `${room}: ${key}`);
  }
});

test("every message of a team's voice stands in its row", () => {
  const row = /^\| skirmish, voice \|.*$/m.exec(reference)?.[0] ?? "";
  const [, toClient = "", toServer = ""] = row.split(" | ");
  const { messages } = new TeamVoicePlugin({ signalling: WebRTCPlugin, teamOf: () => 0 });
  for (const type of Object.keys(messages)) assert.ok(toServer.includes(`\`${type}\``), type);
  for (const type of [
    "settings",
    "peers",
    "peer-joined",
    "peer-left",
    "offer",
    "answer",
    "ice-candidate",
    "refused",
  ])
    assert.ok(toClient.includes(`\`webrtc:${type}\``), type);
});

test("every close code stands there with its name", () => {
  for (const [code, entry] of Object.entries(ERRORS))
    if ("close" in entry) assert.match(reference, new RegExp(`\\| ${entry.close} \\| \`${code}\` \\|`));
});

test("frames and datagrams have the codes that are written down", () => {
  const named = {
    join: "JOIN_ROOM",
    patch: "ROOM_STATE_PATCH",
    state: "ROOM_STATE",
    message: "ROOM_DATA",
  } as const;
  for (const [word, code] of Object.entries(named))
    assert.match(reference, new RegExp(`^\\| ${Protocol[code]} \\| ${word} \\|`, "m"));
  assert.match(
    reference,
    new RegExp(`^\\| ${Protocol.ROOM_INPUT_UNRELIABLE} \\| input, unreliable \\|`, "m"),
  );
  assert.match(reference, new RegExp(`^\\| \`${PING}\` \\| both \\|`, "m"));
});
