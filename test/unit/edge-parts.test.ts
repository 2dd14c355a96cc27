/** What limits are counted by. */
import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import type { IncomingMessage } from "node:http";
import { test } from "node:test";
import { addressKey, clientAddress } from "../../src/transport/client-address.ts";
import { ClientMeter } from "../../src/transport/client-meter.ts";
import { SocketCount } from "../../src/transport/socket-limits.ts";

const request = (remoteAddress: string, forwarded?: string): IncomingMessage =>
  ({
    headers: forwarded === undefined ? {} : { "x-forwarded-for": forwarded },
    socket: { remoteAddress },
  }) as unknown as IncomingMessage;

test("an IPv6 household is one address, and IPv4 in IPv6 is IPv4", () => {
  assert.equal(addressKey("2001:db8:1:2:aaaa::1"), addressKey("2001:db8:1:2:ffff:1:2:3"));
  assert.notEqual(addressKey("2001:db8:1:2::1"), addressKey("2001:db8:1:3::1"));
  assert.equal(addressKey("2001:DB8::1"), addressKey("2001:db8:0:0:0:0:0:9"));
  assert.equal(addressKey("::ffff:10.0.0.1"), "10.0.0.1");
  assert.equal(addressKey("fe80::1%eth0"), addressKey("fe80::2"));
  assert.equal(addressKey("10.0.0.1"), "10.0.0.1");
  assert.equal(addressKey("::1"), "0:0:0:0");
});

test("a forwarded address is believed of as many proxies as there are, and of nobody else", () => {
  assert.equal(clientAddress(request("9.9.9.9", "1.1.1.1"), 0), "9.9.9.9");
  assert.equal(clientAddress(request("9.9.9.9", "6.6.6.6, 1.1.1.1"), 1), "1.1.1.1");
  assert.equal(clientAddress(request("9.9.9.9"), 1), "9.9.9.9");
});

test("messages have a burst and a pace, bytes too, and inputs cost bytes alone", () => {
  const meter = new ClientMeter({ messagesPerSecond: 10, messageBurst: 5, bytesPerSecond: 1000 }, 0);
  const takes = (count: number, bytes: number, isMessage: boolean, now: number): number => {
    let taken = 0;
    while (taken < count && meter.admits(bytes, isMessage, now)) taken += 1;
    return taken;
  };
  assert.equal(takes(100, 1, true, 0), 5);
  assert.equal(
    takes(100, 1, true, 1000),
    5,
    "a second refills no more than the burst, and pays for what was refused",
  );
  assert.equal(takes(100, 10, false, 20_000), 100);
  assert.equal(takes(100, 600, false, 40_000), 3);
});

test("sockets are counted while they are open, by address and all together", () => {
  const server = new EventEmitter();
  const count = new SocketCount({ socketsPerAddress: 2, sockets: 3, trustedProxyHops: 0 });
  count.watch(server);
  const open = (address: string): EventEmitter => {
    const socket = new EventEmitter();
    server.emit("connection", socket, request(address));
    return socket;
  };
  const first = open("1.1.1.1");
  assert.equal(count.refusalOf(request("1.1.1.1")), undefined);
  open("1.1.1.1");
  assert.deepEqual(count.refusalOf(request("1.1.1.1")), { status: 429, code: "rate_limited" });
  open("2.2.2.2");
  assert.deepEqual(count.refusalOf(request("3.3.3.3")), { status: 503, code: "overloaded" });
  first.emit("close");
  assert.equal(count.refusalOf(request("1.1.1.1")), undefined);
});
