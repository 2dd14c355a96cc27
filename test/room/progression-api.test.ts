/** The typed HTTP API over real sockets: what it answers, whom it refuses, and what hostile input comes to. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, test } from "node:test";
import { Client } from "@colyseus/sdk";
import { Validator } from "@seriousme/openapi-schema-validator";
import type { ArenaServer } from "../../src/index.ts";
import { type Guest, signInGuest, startTestArena, type TestArena } from "../helpers/test-arena.ts";

const progression = {
  currencies: ["coins"],
  matchReward: { coins: 10 },
  queues: { ffa: { placementMatches: 0 } },
  catalogue: {
    hat: {
      name: "Hat",
      description: "A hat.",
      slot: "head",
      price: { currency: "coins", amount: 5 },
      limit: 3,
    },
  },
  boards: {
    ladder: { name: "Ladder", by: { rating: "ffa" } },
    veterans: { name: "Veterans", by: { statistic: "experience" as const }, seasonal: false },
  },
  seasons: { firstStartsAt: "2026-01-01T00:00:00Z", lengthDays: 30 },
};

let arena: TestArena;
let one: Guest;
let two: Guest;

before(async () => {
  arena = await startTestArena({ config: { progression } });
  one = await signInGuest(arena.url);
  two = await signInGuest(arena.url);
});
after(() => arena.close());

interface Answer {
  status: number;
  body: Record<string, unknown> & { code?: string };
}

async function call(method: string, path: string, guest?: Guest, body?: unknown): Promise<Answer> {
  const response = await fetch(arena.url + path, {
    method,
    headers: {
      ...(guest ? { Authorization: `Bearer ${guest.token}` } : {}),
      ...(body === undefined ? {} : { "Content-Type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Answer["body"] };
}

const give = (guest: Guest, coins: number): Promise<unknown> =>
  arena.grant({ playerId: guest.playerId, key: randomUUID(), reason: "test", currencies: { coins } });

test("an unmodified SDK client reads typed answers through client.http", async () => {
  const client = new Client<ArenaServer>(arena.url);
  client.auth.token = one.token;
  const me = await client.http.get("/api/me");
  const experience: number = me.data.experience;
  assert.deepEqual([me.data.playerId, experience, me.data.wallet], [one.playerId, 0, { coins: 0 }]);
  await give(one, 7);
  const bought = await client.http.post("/api/purchases", {
    body: { itemId: "hat", idempotencyKey: randomUUID() },
  });
  assert.deepEqual([bought.data.repeated, bought.data.wallet], [false, { coins: 2 }]);
  await assert.rejects(
    client.http.post("/api/purchases", { body: { itemId: "hat", idempotencyKey: randomUUID() } }),
    {
      status: 409,
      data: { code: "balance_too_low", message: "The balance does not cover the price." },
    },
  );
});

test("a purchase that is sent again under its key buys once", async () => {
  await give(two, 100);
  const body = { itemId: "hat", idempotencyKey: randomUUID() };
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => call("POST", "/api/purchases", two, body)),
  );
  assert.ok(answers.every(({ status }) => status === 200));
  assert.equal(answers.filter(({ body: { repeated } }) => repeated === false).length, 1);
  const ledger = await call("GET", "/api/me/ledger", two);
  const kinds = (ledger.body["entries"] as { kind: string }[]).map(({ kind }) => kind);
  assert.deepEqual(kinds, ["purchase", "grant"]);
});

test("what only the player may see is not in the public profile", async () => {
  const { status, body } = await call("GET", `/api/players/${two.playerId}`);
  assert.equal(status, 200);
  for (const secret of ["wallet", "items", "settings", "consent", "season", "seq", "open", "_id"])
    assert.ok(!(secret in body), secret);
});

test("every route for players refuses a missing, a forged and a foreign token", async () => {
  const document = (await call("GET", "/api/openapi.json")).body as {
    paths: Record<string, Record<string, { security?: unknown }>>;
  };
  const guarded = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, { security }]) =>
      security ? [[method.toUpperCase(), path] as const] : [],
    ),
  );
  assert.ok(guarded.length >= 14, `only ${guarded.length} guarded routes`);
  const forged = { ...one, token: `${one.token.slice(0, -4)}AAAA` };
  for (const [method, path] of guarded) {
    const filled = path.replace("{board}", "ladder").replace("{id}", two.playerId);
    const body = method === "GET" ? undefined : {};
    assert.equal(
      (await call(method, filled, undefined, body)).body.code,
      "auth_token_missing",
      `${method} ${path}`,
    );
    assert.equal(
      (await call(method, filled, forged, body)).body.code,
      "auth_token_invalid",
      `${method} ${path}`,
    );
  }
});

const HOSTILE: readonly unknown[] = [
  { $gt: "" },
  { $ne: null },
  { $where: "sleep(1000)" },
  ["a", "b"],
  "__proto__",
  "constructor",
  "$where",
  "' || '1'=='1",
  "../../etc/passwd",
  "\u0000",
  "a".repeat(5000),
  -1,
  Number.POSITIVE_INFINITY,
  null,
  true,
];

test("injection strings and wrong types on every route come to a coded refusal or to nothing", async () => {
  const before = await call("GET", "/api/me", two);
  const document = (await call("GET", "/api/openapi.json")).body as {
    paths: Record<
      string,
      Record<string, { parameters: { name: string; in: string }[]; requestBody?: unknown }>
    >;
  };
  let sent = 0;
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const [method, { parameters, requestBody }] of Object.entries(methods)) {
      for (const value of HOSTILE) {
        const text = typeof value === "string" ? value : JSON.stringify(value);
        const places = [
          path.replace(/\{\w+\}/g, () => encodeURIComponent(text.slice(0, 1500))),
          `${path.replace(/\{\w+\}/g, "x")}?${parameters
            .filter(({ in: place }) => place === "query")
            .map(({ name }) => `${name}=${encodeURIComponent(text.slice(0, 1500))}&${name}[$gt]=`)
            .join("&")}`,
        ];
        const bodies = requestBody
          ? [
              value,
              {
                itemId: value,
                idempotencyKey: value,
                slot: value,
                confirm: value,
                settings: value,
                consent: value,
              },
            ]
          : [undefined];
        for (const place of places) {
          for (const body of bodies) {
            const { status, body: answer } = await call(method.toUpperCase(), place, two, body);
            sent += 1;
            assert.ok(status < 500, `${method} ${place} ${JSON.stringify(body)?.slice(0, 80)}: ${status}`);
            if (status >= 400) assert.match(String(answer.code), /^[a-z_]+$/, `${method} ${place}`);
          }
        }
      }
    }
  }
  assert.ok(sent > 500, `only ${sent} requests`);
  assert.deepEqual((await call("GET", "/api/me", two)).body, before.body);
});

test("settings take small primitives under plain names only", async () => {
  const good = { settings: { volume: 0.5, "colour-blind": true, language: "de" } };
  assert.deepEqual((await call("PATCH", "/api/me", one, good)).body["settings"], good.settings);
  for (const settings of [
    { "a.b": 1 },
    { $set: 1 },
    { a: { b: 1 } },
    { a: "x".repeat(201) },
    { __proto__x: null },
    { constructor: "x" },
    { prototype: "x" },
  ]) {
    assert.equal((await call("PATCH", "/api/me", one, { settings })).body.code, "input_invalid");
  }
  const many = Object.fromEntries(Array.from({ length: 33 }, (_, index) => [`s${index}`, 1]));
  assert.equal((await call("PATCH", "/api/me", one, { settings: many })).body.code, "input_invalid");
});

test("consent is kept with the time of the decision", async () => {
  const { body } = await call("PATCH", "/api/me", one, { consent: { analytics: true } });
  const consent = body["consent"] as { analytics: boolean; decidedAt: string };
  assert.ok(consent.analytics && Date.now() - Date.parse(consent.decidedAt) < 60_000);
});

test("unknown boards and seasons, also ones that have not begun, are refused", async () => {
  const codes = [];
  for (const path of [
    "nothing",
    "constructor",
    "ladder?season=season-999",
    "veterans?season=season-1",
    "ladder?season=all",
  ])
    codes.push((await call("GET", `/api/leaderboards/${path}`)).body.code);
  assert.deepEqual(codes, ["board_unknown", "board_unknown", "season_unknown", "season_unknown", undefined]);
});

test("friends see each other on their board, and a blocked player cannot ask again", async () => {
  await call("PUT", `/api/me/friends/${two.playerId}`, one);
  const accepted = await call("PUT", `/api/me/friends/${one.playerId}`, two);
  assert.equal(accepted.body["state"], "friends");
  const friends = await call("GET", "/api/me/friends", one);
  assert.deepEqual(friends.body["friends"], [{ playerId: two.playerId, name: two.name }]);
  await call("PUT", `/api/me/blocks/${one.playerId}`, two);
  assert.equal((await call("PUT", `/api/me/friends/${two.playerId}`, one)).body.code, "friend_refused");
  assert.deepEqual((await call("GET", "/api/me/friends", one)).body["friends"], []);
  await call("DELETE", `/api/me/blocks/${one.playerId}`, two);
});

test("the OpenAPI document is valid, and every route of the API stands in it", async () => {
  const { body } = await call("GET", "/api/openapi.json");
  const result = await new Validator().validate(structuredClone(body));
  assert.ok(result.valid, JSON.stringify(result.errors));
  assert.ok(Object.keys(body["paths"] as object).length >= 18);
});

test("a deleted account leaves nothing behind, and its token opens nothing any more", async () => {
  const three = await signInGuest(arena.url);
  await give(three, 20);
  await call("POST", "/api/purchases", three, { itemId: "hat", idempotencyKey: randomUUID() });
  await call("PUT", `/api/me/friends/${two.playerId}`, three);
  const exported = await call("GET", "/api/me/export", three);
  assert.deepEqual([(exported.body["ledger"] as unknown[]).length, exported.body["complete"]], [2, true]);
  assert.equal(
    (await call("DELETE", "/api/me", three, { confirm: two.playerId })).body.code,
    "input_invalid",
  );
  for (let times = 0; times < 2; times += 1)
    assert.deepEqual((await call("DELETE", "/api/me", three, { confirm: three.playerId })).body, {
      deleted: true,
    });
  assert.equal((await call("GET", "/api/me", three)).body.code, "player_unknown");
  assert.equal((await call("GET", `/api/players/${three.playerId}`)).body.code, "player_unknown");
  assert.deepEqual((await call("GET", "/api/me/ledger", three)).body["entries"], []);
  assert.deepEqual((await call("GET", "/api/me/friends", two)).body["incoming"], []);
  const renewed = await call("POST", "/auth/guest", three, {});
  assert.equal(renewed.body.code, "auth_token_invalid");
});

test("a forwarded protocol that is none, and a path that is no URL, are answered", async () => {
  const response = await fetch(`${arena.url}/api/catalogue`, { headers: { "X-Forwarded-Proto": "a b" } });
  assert.equal(response.status, 200);
});

test("a body that is not called JSON is refused by its own code", async () => {
  for (const headers of [{ "Content-Type": "text/plain" }, { "Content-Type": "" }]) {
    const response = await fetch(`${arena.url}/api/purchases`, {
      method: "POST",
      headers: { Authorization: `Bearer ${one.token}`, ...headers },
      body: "{}",
    });
    const { code } = (await response.json()) as { code: string };
    assert.deepEqual([response.status, code], [415, "body_type_unsupported"]);
  }
});
