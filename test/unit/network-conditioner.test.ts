import assert from "node:assert/strict";
import { test } from "node:test";
import { createRandom } from "../../rooms/skirmish/shared/random.ts";
import { parseConditions } from "../../src/config/network-conditions.ts";
import { type ConditionerClock, LinkConditioner } from "../../src/transport/network-conditioner.ts";

/** Time that passes only when a test says so. */
class HandClock implements ConditionerClock {
  #now = 0;
  #timers: { at: number; run: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  after(delayMs: number, run: () => void): () => void {
    const timer = { at: this.#now + Math.max(0, delayMs), run };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  advance(toMs: number): void {
    for (;;) {
      const next = this.#timers.toSorted((a, b) => a.at - b.at)[0];
      if (!next || next.at > toMs) break;
      this.#timers = this.#timers.filter((timer) => timer !== next);
      this.#now = next.at;
      next.run();
    }
    this.#now = toMs;
  }
}

interface Arrival {
  item: number;
  tookMs: number;
}

/** 3,000 packets, one every 33 ms. */
function measure(kind: "stream" | "datagrams", text: string): Arrival[] {
  const conditions = parseConditions(text);
  assert.ok(conditions);
  const clock = new HandClock();
  const random = createRandom(5);
  const conditioner = new LinkConditioner(conditions, () => random.next(), clock);
  const arrivals: Arrival[] = [];
  const sentAt: number[] = [];
  const deliver = (item: number): void => {
    arrivals.push({ item, tookMs: clock.now() - (sentAt[item] as number) });
  };
  const send = kind === "datagrams" ? conditioner.datagrams(deliver) : undefined;
  const link = kind === "stream" ? conditioner.stream(deliver) : undefined;
  for (let item = 0; item < 3000; item += 1) {
    clock.advance(item * 33);
    sentAt.push(clock.now());
    send?.(item);
    link?.send(item);
  }
  clock.advance(4_000_000);
  return arrivals;
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

test("datagrams take half the round trip, spread by the jitter, and the share that is asked for is lost", () => {
  const arrivals = measure("datagrams", "200/50/5");
  const times = arrivals.map(({ tookMs }) => tookMs);
  assert.ok(Math.abs(mean(times) - 100) < 1, `${mean(times)} ms`);
  assert.ok(Math.min(...times) >= 75 && Math.min(...times) < 76 && Math.max(...times) <= 125);
  const lost = 1 - arrivals.length / 3000;
  assert.ok(lost > 0.04 && lost < 0.06, `${lost}`);
  assert.ok(
    arrivals.some(({ item }, index) => item < (arrivals[index - 1]?.item ?? 0)),
    "some overtake",
  );
});

test("a stream loses nothing and keeps its order: what is lost is sent again, and the rest waits for it", () => {
  const arrivals = measure("stream", "200/50/5");
  assert.deepEqual(
    arrivals.map(({ item }) => item),
    Array.from({ length: 3000 }, (_, item) => item),
  );
  const times = arrivals.map(({ tookMs }) => tookMs).toSorted((a, b) => a - b);
  assert.ok((times[1500] as number) < 180, "most are hardly late");
  assert.ok((times[2950] as number) > 300, "but behind a loss everything stands");
  const clean = measure("stream", "40");
  assert.ok(clean.every(({ tookMs }) => Math.abs(tookMs - 20) < 1e-6));
});

test("a stream that is hurried delivers what waits at once, one that is cut forgets it", () => {
  for (const [end, expected] of [
    ["hurry", [1, 2, 3]],
    ["cut", []],
  ] as const) {
    const clock = new HandClock();
    const got: number[] = [];
    const conditioner = new LinkConditioner(
      { roundTripMs: 100, jitterMs: 0, lossPercent: 0 },
      () => 0.5,
      clock,
    );
    const link = conditioner.stream<number>((item) => got.push(item));
    link.send(1);
    link.send(2);
    link.send(3);
    link[end]();
    assert.deepEqual(got, expected);
    clock.advance(1000);
    assert.deepEqual(got, expected);
  }
});

test("a stream that nobody drains holds a bounded number of items", () => {
  const clock = new HandClock();
  let delivered = 0;
  const conditioner = new LinkConditioner(
    { roundTripMs: 10_000, jitterMs: 0, lossPercent: 0 },
    () => 0.5,
    clock,
  );
  const link = conditioner.stream<number>(() => (delivered += 1));
  for (let item = 0; item < 10_000; item += 1) link.send(item);
  assert.ok(delivered >= 10_000 - 4096, `${delivered}`);
});

test("conditions are three numbers, or nothing", () => {
  assert.deepEqual(parseConditions("200/50/5"), { roundTripMs: 200, jitterMs: 50, lossPercent: 5 });
  assert.deepEqual(parseConditions("40"), { roundTripMs: 40, jitterMs: 0, lossPercent: 0 });
  for (const text of [
    "",
    "fast",
    "200/50/5/1",
    "-1",
    "200/300",
    "100/0/95",
    "1e3",
    "99999",
    "NaN/0/0",
    "10/",
  ])
    assert.equal(parseConditions(text), undefined, text);
});
