/** The parts of the progress pages that need no page: addresses, keys, offers, scales, the climb of a level bar. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { climbAt, climbDuration } from "../../client/hud/level-climb.ts";
import { parseRoute, readPlayerId, routeHash } from "../../client/navigation/route.ts";
import { Refusal } from "../../client/net/request-json.ts";
import { labelledPlaces, roundTicks, widened } from "../../client/profile/graph-scale.ts";
import { CometTrails } from "../../client/scene/comet-trails.ts";
import { type CatalogueItem, offerOf } from "../../client/shop/offer.ts";
import { PurchaseKeys } from "../../client/shop/purchase-keys.ts";
import { ago, counted, ordinal, readableId, signed } from "../../client/text.ts";

test("an address and its route are each other's inverse, and what is no address is home", () => {
  for (const hash of [
    "#/",
    "#/profile",
    "#/profile/a-1_B",
    "#/shop",
    "#/leaderboard",
    "#/leaderboard/ladder",
    "#/match",
  ])
    assert.equal(routeHash(parseRoute(hash)), hash);
  for (const hash of ["", "#", "#/nothing", "#/__proto__"])
    assert.deepEqual(parseRoute(hash), { page: "home" });
  assert.deepEqual(parseRoute("#/profile/<script>"), { page: "profile" });
  assert.deepEqual(parseRoute("#/leaderboard/..%2F"), { page: "leaderboard" });
});

test("a player's id is found in an id and in a profile link, and in nothing else", () => {
  assert.equal(readPlayerId("  abc-123 "), "abc-123");
  assert.equal(readPlayerId("http://localhost:2567/#/profile/abc-123"), "abc-123");
  for (const text of ["", "not an id", "http://localhost/#/shop", "a".repeat(65)])
    assert.equal(readPlayerId(text), undefined);
});

function keysWithStore(): { keys: PurchaseKeys; store: Map<string, string> } {
  const store = new Map<string, string>();
  let made = 0;
  const keys = new PurchaseKeys(
    {
      getItem: (name) => store.get(name) ?? null,
      setItem: (name, value) => void store.set(name, value),
      removeItem: (name) => void store.delete(name),
    },
    () => `key-${(made += 1)}`,
  );
  return { keys, store };
}

test("an undecided purchase is tried again under its key; a decided one frees the next", async () => {
  const { keys, store } = keysWithStore();
  const seen: string[] = [];
  const attempt = (outcome: Refusal | string): Promise<string> =>
    keys.attempt("player", "item", (key) => {
      seen.push(key);
      return outcome instanceof Refusal ? Promise.reject(outcome) : Promise.resolve(outcome);
    });
  for (const status of [0, 500, 503, 429, 408])
    await assert.rejects(attempt(new Refusal("any", status, "no answer")));
  assert.deepEqual(new Set(seen), new Set(["key-1"]));
  await attempt("bought");
  assert.equal(store.size, 0);
  await assert.rejects(attempt(new Refusal("balance_too_low", 409, "too little")));
  await attempt("bought");
  assert.deepEqual(seen.slice(5), ["key-1", "key-2", "key-3"]);
});

test("keys of two items and of two players do not mix", async () => {
  const { keys } = keysWithStore();
  const seen: string[] = [];
  const lost = (player: string, item: string): Promise<void> =>
    assert.rejects(
      keys.attempt(player, item, (key) => {
        seen.push(key);
        return Promise.reject(new Refusal("unreachable", 0, "gone"));
      }),
    );
  await lost("one", "skin");
  await lost("one", "trail");
  await lost("two", "skin");
  assert.equal(new Set(seen).size, 3);
});

const PLATING: CatalogueItem = {
  itemId: "plating",
  name: "Plating",
  description: "",
  slot: "skin",
  price: { currency: "scrap", amount: 60 },
  limit: 1,
  look: "ember",
};
const owned = [{ itemId: "plating", count: 1, acquiredAt: "2026-01-01T00:00:00Z" }];

test("an item is offered as what can be done with it now", () => {
  const nothing = { wallet: { scrap: 59 }, items: [], equipped: {} };
  assert.deepEqual(offerOf(PLATING, nothing), { state: "short", currency: "scrap", amount: 60, missing: 1 });
  assert.deepEqual(offerOf(PLATING, { ...nothing, wallet: { scrap: 60 } }), {
    state: "buy",
    currency: "scrap",
    amount: 60,
  });
  assert.deepEqual(offerOf(PLATING, { ...nothing, items: owned }), { state: "owned", slot: "skin" });
  assert.deepEqual(offerOf(PLATING, { ...nothing, items: owned, equipped: { skin: "plating" } }), {
    state: "equipped",
    slot: "skin",
  });
  assert.deepEqual(offerOf({ ...PLATING, price: undefined }, nothing), { state: "earned" });
  const fuel: CatalogueItem = { ...PLATING, slot: undefined, limit: 3 };
  assert.equal(offerOf(fuel, { ...nothing, wallet: { scrap: 60 }, items: owned }).state, "buy");
});

test("a level bar climbs over every level edge on the way and ends where the server says", () => {
  const from = { level: 1, levelProgress: 0.5 };
  const to = { level: 4, levelProgress: 0.25 };
  const levels = Array.from({ length: 101 }, (_, share) => climbAt(from, to, share / 100));
  assert.deepEqual([...new Set(levels.map(({ level }) => level))], [1, 2, 3, 4]);
  assert.deepEqual(levels[0], from);
  assert.deepEqual(levels.at(-1), to);
  for (const { levelProgress } of levels) assert.ok(levelProgress >= 0 && levelProgress <= 1);
  assert.ok(climbDuration(from, to) > climbDuration(from, from));
});

test("a level bar never runs past the highest level, and a progress that fell is shown as it is", () => {
  const highest = { level: 3, levelProgress: 1 };
  for (const share of [0, 0.3, 0.999, 1 - Number.EPSILON / 2, 1])
    assert.ok(climbAt({ level: 2, levelProgress: 0.9 }, highest, share).level <= 3);
  const fallen = { level: 1, levelProgress: 0.2 };
  assert.deepEqual(climbAt(highest, fallen, 0.1), fallen);
});

test("a graph's values are round, evenly spaced and enclose what is drawn", () => {
  for (const [low, high] of [
    [803, 1042],
    [500, 500],
    [0, 3],
    [-40, 1999],
  ] as const) {
    const ticks = roundTicks(low, high, 4);
    assert.ok(
      (ticks[0] ?? Number.NaN) <= low && (ticks.at(-1) ?? Number.NaN) >= high,
      `${low}–${high}: ${ticks.join(" ")}`,
    );
    assert.ok(ticks.length >= 2 && ticks.length <= 7, ticks.join(" "));
    const step = (ticks[1] ?? 0) - (ticks[0] ?? 0);
    assert.ok(Number.isInteger(step) && ticks.every((tick) => tick % step === 0));
  }
});

test("a graph of one value still has room around it", () => {
  assert.deepEqual(widened(378, 378, 60), [348, 408]);
  assert.deepEqual(widened(300, 500, 60), [300, 500]);
});

test("dates stand below the first and the last point, and no more than fit", () => {
  assert.deepEqual(labelledPlaces(0, 5), []);
  assert.deepEqual(labelledPlaces(1, 5), [0]);
  assert.deepEqual(labelledPlaces(3, 5), [0, 1, 2]);
  const places = labelledPlaces(100, 4);
  assert.deepEqual([places[0], places.at(-1), places.length], [0, 99, 4]);
});

test("a trail's points are evenly spaced whatever the frames, and a jump leaves none", () => {
  const pointsOf = (places: readonly number[]): number[] => {
    const trails = new CometTrails();
    const points: number[] = [];
    for (const place of places) trails.follow("one", place, 0, (x) => points.push(Math.round(x * 100)));
    return points;
  };
  const smooth = pointsOf(Array.from({ length: 101 }, (_, step) => step / 100));
  const rough = pointsOf([0, 0.55, 1]);
  assert.deepEqual(smooth.slice(0, 7), [12, 24, 36, 48, 60, 72, 84]);
  assert.deepEqual(rough.slice(0, 7), smooth.slice(0, 7));
  assert.deepEqual(pointsOf([0, 40]), []);
});

test("numbers and times read as people write them", () => {
  assert.deepEqual([1, 2, 3, 4, 11, 12, 13, 21, 112].map(ordinal), [
    "1st",
    "2nd",
    "3rd",
    "4th",
    "11th",
    "12th",
    "13th",
    "21st",
    "112th",
  ]);
  assert.deepEqual([18, -7, 0].map(signed), ["+18", "−7", "±0"]);
  assert.equal(counted(1, "kill"), "1 kill");
  assert.equal(counted(2, "placement match", "placement matches"), "2 placement matches");
  assert.equal(readableId("first-win"), "First win");
  const now = Date.parse("2026-03-01T12:00:00Z");
  assert.equal(ago("2026-03-01T11:58:00Z", now), "2 min ago");
  assert.equal(ago("2026-03-01T12:00:30Z", now), "just now");
  assert.equal(ago("2026-02-27T12:00:00Z", now), "2 d ago");
});
