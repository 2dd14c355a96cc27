import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import { test } from "node:test";
import { conditionSockets } from "../../src/transport/condition-sockets.ts";
import { type ConditionerClock, LinkConditioner } from "../../src/transport/network-conditioner.ts";

/** Time that passes only when a test says so. */
class HandClock implements ConditionerClock {
  #now = 0;
  #timers = new Set<{ at: number; run: () => void }>();

  now(): number {
    return this.#now;
  }

  after(delayMs: number, run: () => void): () => void {
    const timer = { at: this.#now + delayMs, run };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  pass(ms: number): void {
    this.#now += ms;
    for (const timer of [...this.#timers].toSorted((a, b) => a.at - b.at)) {
      if (timer.at > this.#now || !this.#timers.delete(timer)) continue;
      timer.run();
    }
  }

  get waiting(): number {
    return this.#timers.size;
  }
}

/** What a `ws` socket does, without a network. */
class FakeSocket extends EventEmitter {
  readyState = 1;
  /** What went out, in order. */
  readonly out: string[] = [];

  send(data: Uint8Array | string, _options?: unknown, done?: () => void): void {
    this.out.push(Buffer.from(data as string).toString());
    done?.();
  }

  ping(data: string): void {
    this.out.push(`ping ${data}`);
  }

  close(code?: number): void {
    this.out.push(`close ${code}`);
    this.readyState = 2;
  }

  terminate(): void {
    this.readyState = 3;
    this.emit("close", 1006);
  }
}

/** A round trip of 200 ms. */
function connect() {
  const clock = new HandClock();
  const server = new EventEmitter();
  const conditions = { roundTripMs: 200, jitterMs: 0, lossPercent: 0 };
  conditionSockets(server, () => new LinkConditioner(conditions, () => 0.5, clock));
  const socket = new FakeSocket();
  const heard: string[] = [];
  server.emit("connection", socket);
  for (const event of ["message", "ping", "pong"])
    socket.on(event, (data: Uint8Array) => heard.push(`${event} ${Buffer.from(data).toString()}`));
  socket.on("close", () => heard.push("close"));
  return { clock, socket, heard };
}

test("messages, pings and their answers take half the round trip each way, in order", () => {
  const { clock, socket, heard } = connect();
  socket.send("hello");
  socket.ping("1");
  socket.emit("message", Buffer.from("in"), true);
  socket.emit("pong", Buffer.from("2"));
  clock.pass(99);
  assert.deepEqual([socket.out, heard], [[], []]);
  clock.pass(1);
  assert.deepEqual(
    [socket.out, heard],
    [
      ["hello", "ping 1"],
      ["message in", "pong 2"],
    ],
  );
});

test("what is sent is what it was when it was sent, and the sender is told at once", () => {
  const { clock, socket } = connect();
  const buffer = Buffer.from("first");
  let told = 0;
  socket.send(buffer, { binary: true }, () => (told += 1));
  buffer.write("other");
  socket.send(buffer, { binary: true }, () => (told += 1));
  assert.equal(told, 2);
  clock.pass(100);
  assert.deepEqual(socket.out, ["first", "other"]);
});

test("closing does not wait: what was said before goes out first, at once", () => {
  const { clock, socket } = connect();
  socket.send("good-bye");
  socket.close(4000);
  assert.deepEqual(socket.out, ["good-bye", "close 4000"]);
  assert.equal(clock.waiting, 0);
});

test("an end without good-bye is heard at once, and forgets what was under way in both directions", () => {
  const { clock, socket, heard } = connect();
  socket.send("lost");
  socket.emit("message", Buffer.from("lost"), true);
  socket.terminate();
  assert.deepEqual(heard, ["close"]);
  assert.equal(clock.waiting, 0);
  clock.pass(10_000);
  assert.deepEqual([socket.out, heard], [[], ["close"]]);
});
