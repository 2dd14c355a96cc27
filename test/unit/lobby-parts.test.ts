/** The pure parts of lobby, parties and custom games: chat, word filter, rate limits, codes, doors, what is listed. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as fc from "fast-check";
import { Chat, cleanText } from "../../rooms/lobby/chat.ts";
import * as commands from "../../rooms/lobby/commands.ts";
import { readModes } from "../../rooms/lobby/custom-modes.ts";
import { Door } from "../../rooms/lobby/door.ts";
import { inviteCode } from "../../rooms/lobby/invite-code.ts";
import { fitsWish, roomLine } from "../../rooms/lobby/room-list.ts";
import { TokenBucket } from "../../rooms/lobby/token-bucket.ts";
import { TokenBuckets } from "../../rooms/lobby/token-buckets.ts";
import { WordFilter } from "../../rooms/lobby/word-filter.ts";

const PLAYER = { playerId: "p1", name: "Somebody" };

describe("the word filter", () => {
  const filter = new WordFilter(["rotten", "ass", "god", "дура", "死ね", "café"]);
  const masked: Record<string, string> = {
    "a rotten egg": "a ****** egg",
    "ROTTEN!": "******!",
    R0TT3N: "******",
    "so r o t t e n!": "so ***********!",
    "r.o.t.t.e.n": "***********",
    roootttennnn: "************",
    ròttén: "******",
    "r\u0336o\u0336t\u0336t\u0336e\u0336n": "***********",
    "r\u043etten": "******",
    ｒｏｔｔｅｎ: "******",
    "a$$ 4ss": "*** ***",
    gooood: "******",
    "ты дура": "ты ****",
    お前死ねよ: "お前**よ",
    "a cafe\u0301": "a *****",
    "😀 ass😀": "😀 ***😀",
  };
  for (const [text, expected] of Object.entries(masked))
    test(`masks "${text}"`, () => assert.equal(filter.mask(text), expected));

  for (const text of ["class assess as", "good", "rot ten.", "дурак", "brass 1 2 3", ""])
    test(`leaves "${text}"`, () => assert.equal(filter.mask(text), text));

  test("keeps every text's length, whatever is written, and words of a list may hold anything", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.array(fc.string({ unit: "binary" })), (text, words) => {
        assert.equal(Array.from(new WordFilter(words).mask(text)).length, Array.from(text).length);
      }),
    );
  });

  test("comes to an end for texts that nearly fit, and in many ways", () => {
    for (const text of ["a".repeat(300), "as".repeat(150), "s-".repeat(150), `${"rott-t".repeat(50)}!`])
      assert.equal(filter.mask(text), text);
  });
});

describe("chat", () => {
  test("strips what is not seen, turns the direction, breaks the line or piles up", () => {
    assert.equal(cleanText(" a\n\tb\u202e\u200bc\u0000\ufeff  d \u2066e "), "a bc d e");
    assert.equal(cleanText("\u200b\u2060\u3164\u2800"), "");
    assert.equal(cleanText(`x${"\u0301".repeat(50)}`), `x${"\u0301".repeat(3)}`);
    assert.equal(cleanText("日本語 שלום 👍🏽"), "日本語 שלום 👍🏽");
  });

  test("five lines at once, then one every one and a half seconds, each player for himself", () => {
    const chat = new Chat({});
    const may = (playerId: string, now: number): boolean => chat.mayWrite(playerId, now);
    assert.deepEqual(
      [0, 1, 2, 3, 4, 5].map((now) => may("a", now)),
      [true, true, true, true, true, false],
    );
    assert.equal(may("b", 5), true);
    assert.equal(may("a", 1400), false);
    assert.equal(may("a", 1600), true);
    assert.equal(may("a", 1601), false);
  });

  test("refuses nothing to say and too much; keeps the latest fifty lines", () => {
    const chat = new Chat({});
    for (const text of ["", "  ", "\u200b", "x".repeat(301)])
      assert.deepEqual(chat.write(PLAYER, text, 0), { ok: false, code: "chat_refused" });
    for (let line = 0; line < 60; line += 1) chat.write(PLAYER, `line ${line}`, line);
    assert.equal(chat.history.length, 50);
    assert.deepEqual(chat.history[0], { ...PLAYER, text: "line 10", at: 10 });
  });

  test("masks listed words, or refuses the text where the room says so", () => {
    const masking = new Chat({ words: ["rotten"] }).write(PLAYER, "r0tten", 0);
    assert.equal(masking.ok && masking.line.text, "******");
    const refusing = new Chat({ words: ["rotten"], refuseWords: true });
    assert.deepEqual(refusing.write(PLAYER, "r0tten", 0), { ok: false, code: "chat_refused" });
    assert.equal(refusing.write(PLAYER, "fine", 0).ok, true);
    assert.throws(() => new Chat({ words: "rotten" }));
  });
});

describe("rate limits", () => {
  test("a bucket never holds more than its capacity, and a clock that goes back gives nothing", () => {
    const bucket = new TokenBucket(2, 100, 1000);
    assert.deepEqual([bucket.take(1000), bucket.take(1000), bucket.take(1000)], [true, true, false]);
    assert.equal(bucket.take(0), false);
    assert.deepEqual(
      [1, 2, 3].map(() => bucket.take(1_000_000)),
      [true, true, false],
    );
  });

  test("buckets of many are bounded: the first gives way", () => {
    const buckets = new TokenBuckets(1, 1e9, 2);
    assert.deepEqual([buckets.take("a", 0), buckets.take("b", 0), buckets.take("c", 0)], [true, true, true]);
    assert.deepEqual([buckets.take("c", 0), buckets.take("a", 0)], [false, true]);
  });
});

describe("the door", () => {
  test("who was removed stays out for five minutes, and is no longer invited", () => {
    const door = new Door(0);
    door.invite("p", 0);
    assert.equal(door.isInvited("p", 59_999), true);
    assert.equal(door.isInvited("p", 60_000), false);
    door.ban("p", 1000);
    assert.equal(door.isInvited("p", 1000), false);
    assert.equal(door.isBanned("p", 1000 + 5 * 60_000 - 1), true);
    assert.equal(door.isBanned("p", 1000 + 5 * 60_000), false);
    assert.equal(door.isBanned("q", 0), false);
  });

  test("invitations are few: one to a player in five seconds, ten in all, then one every three seconds", () => {
    const door = new Door(0);
    assert.equal(door.mayInvite("p0", 0), true);
    assert.equal(door.isInvited("p0", 0), false, "asked is not invited yet");
    assert.equal(door.mayInvite("p0", 4999), false);
    door.forgetTry("p0");
    assert.equal(door.mayInvite("p0", 0), true);
    const allowed = Array.from({ length: 20 }, (_none, index) => door.mayInvite(`q${index}`, 1));
    assert.equal(allowed.filter(Boolean).length, 8);
    assert.equal(door.mayInvite("q", 3002), true);
    assert.equal(door.mayInvite("q", 3003), false);
  });
});

test("an invite code has six signs that cannot be confused, each of them equally likely", () => {
  let asked = 0;
  const code = inviteCode((below) => {
    asked = below;
    return below - 1;
  });
  assert.equal(asked, 31);
  assert.equal(code, "999999");
  fc.assert(
    fc.property(fc.infiniteStream(fc.nat(30)), (numbers) => {
      assert.match(
        inviteCode(() => numbers.next().value as number),
        /^[A-HJ-KM-NP-Z2-9]{6}$/,
      );
    }),
  );
});

describe("commands", () => {
  const shapes = new Map(Object.entries(commands));

  test("take nothing that is not theirs, and never throw", () => {
    const anything = fc.anything({ maxDepth: 2, withNullPrototype: true, withBigInt: true });
    fc.assert(
      fc.property(anything, (message) => {
        for (const shape of shapes.values()) shape.safeParse(message);
      }),
    );
    const wrong: [string, unknown][] = [
      ["ready", { ready: "yes" }],
      ["ready", { ready: true, more: 1 }],
      ["chat", { text: 5 }],
      ["chat", { text: "x".repeat(2001) }],
      ["about", { playerId: { $ne: null } }],
      ["about", { playerId: "" }],
      ["team", { team: 0.5 }],
      ["team", { team: -2 }],
      ["team", { team: Number.NaN }],
      ["setup", { password: "x".repeat(65) }],
      ["setup", { leader: "me" }],
      ["listRooms", { kind: "party" }],
      ["quickPlay", { latencies: { eu: Number.POSITIVE_INFINITY } }],
      [
        "quickPlay",
        { latencies: Object.fromEntries(Array.from({ length: 33 }, (_none, key) => [`r${key}`, 1])) },
      ],
      ["joinCustom", { password: 7 }],
      ["nothing", { force: true }],
    ];
    for (const [name, message] of wrong)
      assert.equal(shapes.get(name)?.safeParse(message).success, false, `${name} ${JSON.stringify(message)}`);
    assert.equal(commands.nothing.safeParse(undefined).success, true);
  });
});

describe("what is listed", () => {
  const metadata = {
    kind: "custom",
    name: "Evening",
    mode: "teams",
    map: "",
    players: 3,
    places: 4,
    locked: true,
    phase: "open",
  };

  test("is what rooms say of themselves and players may see, and nothing else", () => {
    const listing = { roomId: "ABC234", processId: "p", metadata: { ...metadata, members: ["secret"] } };
    assert.deepEqual(roomLine(listing), { roomId: "ABC234", ...metadata });
    for (const other of [undefined, null, {}, { kind: "party" }])
      assert.equal(roomLine({ roomId: "x", metadata: other }), undefined);
  });

  test("can be narrowed down", () => {
    const line = roomLine({ roomId: "x", metadata });
    assert.ok(line);
    assert.equal(fitsWish(line, {}), true);
    assert.equal(fitsWish(line, { kind: "custom", mode: "teams", open: true }), true);
    assert.equal(fitsWish(line, { kind: "match" }), false);
    assert.equal(fitsWish(line, { mode: "ffa" }), false);
    assert.equal(fitsWish(line, { unlocked: true }), false);
    assert.equal(fitsWish({ ...line, players: 4 }, { open: true }), false);
  });
});

test("a custom game's modes are checked when the room is made", () => {
  const mode = { room: "skirmish", teams: [4, 4] };
  assert.deepEqual(readModes({ teams: mode }), { teams: { ...mode, match: {}, maps: [] } });
  for (const wrong of [
    undefined,
    {},
    { teams: {} },
    { teams: { ...mode, teams: [0] } },
    { t: { ...mode, x: 1 } },
  ])
    assert.throws(() => readModes(wrong));
});
