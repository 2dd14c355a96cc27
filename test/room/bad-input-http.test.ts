/** Bodies of HTTP requests that mean something to JavaScript, MongoDB or a screen, or are no bodies. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { CustomRoom } from "../../rooms/lobby/custom-room.ts";
import { LobbyRoom } from "../../rooms/lobby/lobby-room.ts";
import { PartyRoom } from "../../rooms/lobby/party-room.ts";
import { QueueRoom } from "../../rooms/queue/queue-room.ts";
import { SkirmishRoom } from "../../rooms/skirmish/skirmish-room.ts";
import { type Guest, signInGuest, startTestArena, type TestArena } from "../helpers/test-arena.ts";

let arena: TestArena;
let guest: Guest;

before(async () => {
  arena = await startTestArena({
    config: {
      rooms: {
        skirmish: SkirmishRoom,
        lobby: LobbyRoom,
        party: PartyRoom,
        custom: {
          room: CustomRoom,
          options: { modes: { duel: { room: "skirmish", match: { mode: "ffa" }, teams: [1, 1] } } },
        },
        queue: { room: QueueRoom, filterBy: ["queue", "region"] },
      },
      matchmaking: { queues: { solo: { name: "Solo", room: "skirmish", teams: [2, 2], filters: [] } } },
    },
  });
  guest = await signInGuest(arena.url);
});
after(async () => {
  assert.equal(({} as Record<string, unknown>)["polluted"], undefined);
  await arena.close();
});

async function send(
  path: string,
  method: string,
  body?: string | Uint8Array<ArrayBuffer>,
): Promise<{ status: number; answer: Record<string, unknown> }> {
  const headers = { Authorization: `Bearer ${guest.token}`, "Content-Type": "application/json" };
  const response = await fetch(arena.url + path, {
    method,
    headers,
    ...(body === undefined ? {} : { body }),
  });
  return { status: response.status, answer: (await response.json()) as Record<string, unknown> };
}

test("a room's options of any shape make no room that is not one, and harm none", async () => {
  const deep = `${"[".repeat(3900)}${"]".repeat(3900)}`;
  const values = [
    '{"$ne":null}',
    '{"$where":"sleep(1000)"}',
    '{"__proto__":{"polluted":1}}',
    '{"constructor":{"prototype":{"polluted":1}}}',
    "1e999",
    "-0",
    "9007199254740992",
    '"\\u0000"',
    '"\\ud800"',
    '"\\u202e"',
    '"__proto__"',
    "[]",
    deep,
  ];
  const keys: Record<string, readonly string[]> = {
    lobby: [],
    party: [],
    custom: ["name", "password", "mode"],
    queue: ["queue", "region", "pass", "latencies", "attributes", "input", "build"],
    skirmish: ["mode"],
  };
  for (const [kind, names] of Object.entries(keys)) {
    for (const value of values) {
      const all = `{${names.map((name) => `"${name}":${value}`).join()}}`;
      for (const body of [value, all, ...names.map((name) => `{"queue":"solo","${name}":${value}}`)]) {
        if (body.length > arena.config.limits.bodyBytes) continue;
        const { answer, status } = await send(`/matchmake/joinOrCreate/${kind}`, "POST", body);
        const coded = status === 400 || /^[a-z_]+: /.test(String(answer["error"]));
        assert.ok(
          answer["sessionId"] !== undefined || coded,
          `${kind} ${body.slice(0, 80)}: ${JSON.stringify(answer)}`,
        );
      }
    }
  }
  const { answer } = await send("/matchmake/joinOrCreate/lobby", "POST", "{}");
  assert.ok(answer["sessionId"]);
});

test("HTTP bodies of a megabyte, of many levels, or that are no text are refused by their codes", async () => {
  const long = JSON.stringify({ settings: { language: "x".repeat(1_048_576) } });
  for (const [path, method] of [
    ["/api/me", "PATCH"],
    ["/matchmake/create/lobby", "POST"],
    ["/auth/guest", "POST"],
  ] as const) {
    const { status, answer } = await send(path, method, long);
    assert.deepEqual([status, answer["code"]], [413, "body_too_large"], path);
  }
  const bodies = [
    `{"settings":${"[".repeat(4000)}${"]".repeat(4000)}}`,
    `{"settings":${'{"a":'.repeat(1300)}1${"}".repeat(1300)}}`,
    '{"settings":{"language":"\\ud800"}}',
    '{"settings":{"language":"a\\u0000b"}}',
    '{"settings":{"volume":1e999}}',
    '{"settings":{"__proto__":{"polluted":1}}}',
    '{"settings":{"constructor":{"prototype":{"polluted":1}}}}',
    '{"settings":{"volume":{"$ne":null}}}',
    '{"settings":{"$where":"sleep(1000)"}}',
    '{"__proto__":{"settings":{"volume":1}}}',
  ];
  for (const body of bodies) {
    const { status, answer } = await send("/api/me", "PATCH", body);
    const { code } = answer;
    assert.ok(status === 200 || status === 400, `${body.slice(0, 60)}: ${status} ${String(code)}`);
    if (status === 400) assert.match(String(code), /^[a-z_]+$/);
  }
  assert.equal((await send("/api/me", "PATCH", Uint8Array.of(0x7b, 0xff, 0xfe, 0x7d))).status, 400);
  const settings = (await send("/api/me", "GET")).answer["settings"] as object;
  for (const value of Object.values(settings))
    assert.ok(
      typeof value !== "object" && (typeof value !== "string" || value.isWellFormed()),
      JSON.stringify(value),
    );
});
