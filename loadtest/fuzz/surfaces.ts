/**
 * The other ways in: files of recordings, lanes' datagrams and signals, voice signals, and bodies of HTTP requests. Answers
 * what was wrong, in sentences; a refusal is what is expected. A recording may also throw once it runs, as its contract says.
 */
import { gzipSync } from "node:zlib";
import { createRandom, type Random } from "../../rooms/skirmish/shared/random.ts";
import { openRerun } from "../../rooms/skirmish/shared/replay-game.ts";
import { crc32, encodeReplay, openReplay } from "../../src/replay/replay-file.ts";
import { kindOf } from "../../src/transport/lane/datagram.ts";
import { readSignal } from "../../src/transport/lane/lane-signals.ts";
import { recordMatch } from "../../test/helpers/recorded-match.ts";

const LONGEST_MS = 200;
const MOST_TICKS = 60;
const MOST_BODY_BYTES = 2_000_000;
const REQUESTS = [
  "PATCH /api/me",
  "POST /api/me/purchases",
  "PUT /api/me/loadout",
  "GET /api/players/{}",
  "GET /api/leaderboards/{}",
  "PUT /api/me/friends/{}",
  "DELETE /api/me/blocks/{}",
  "POST /auth/guest",
  "POST /matchmake/create/{}",
  "POST /matchmake/joinById/{}",
  "POST /matchmake/joinOrCreate/queue",
  "POST /matchmake/reconnect/{}",
  "POST /{}",
];
const TEXTS = [
  "\u0000",
  "\u202e",
  "\ud800",
  "__proto__",
  "constructor",
  "$where",
  "x".repeat(3000),
  "offer",
  "candidate",
];

export interface SurfaceReport {
  replays: number;
  reruns: number;
  signals: number;
  requests: number;
  found: string[];
}

export async function fuzzSurfaces(
  url: string,
  token: string,
  seed: number,
  rounds: number,
): Promise<SurfaceReport> {
  const random = createRandom(seed);
  const report: SurfaceReport = { replays: 0, reruns: 0, signals: 0, requests: 0, found: [] };
  await fuzzReplays(random, rounds, report);
  fuzzSignals(random, rounds * 10, report);
  await fuzzRequests(url, token, random, Math.min(rounds, 2000), report);
  return report;
}

async function fuzzReplays(random: Random, rounds: number, report: SurfaceReport): Promise<void> {
  const match = recordMatch({ seed: 1, ticks: 200 });
  const header = {
    game: "skirmish",
    build: "dev",
    schema: "",
    matchId: "m",
    map: "foundry",
    mode: "ffa",
    startedAt: new Date(0).toISOString(),
    tickRate: 30,
    about: {},
    setup: match.setup,
  };
  for (let round = 0; round < rounds; round += 1) {
    const startedAt = performance.now();
    const inner = round % 2 === 0;
    const body = inner ? mutate(match.body, random) : match.body;
    const file = encodeReplay(header, gzipSync(body, { level: 1 }), body.length);
    if (!file) throw new Error("the recording could not be written");
    const bytes = inner ? file : mutate(file, random);
    // Every second damaged file has a checksum that is right.
    if (!inner && round % 4 === 1) mendChecksum(bytes);
    report.replays += 1;
    const opened = await openReplay(bytes, MOST_BODY_BYTES).catch((error: unknown) => {
      report.found.push(`openReplay threw in round ${round}: ${String(error)}`);
    });
    if (opened?.ok) {
      report.reruns += 1;
      try {
        const run = openRerun(opened.header.setup, opened.body);
        for (let tick = 0; tick < MOST_TICKS && run.advance(); tick += 1) if (run.mismatch) break;
      } catch (error) {
        if (!(error instanceof Error)) report.found.push(`a rerun threw what is no error in round ${round}`);
      }
    }
    const ms = performance.now() - startedAt;
    if (ms > LONGEST_MS)
      report.found.push(`a recording held everything up for ${Math.round(ms)} ms in round ${round}`);
  }
}

function mutate(bytes: Uint8Array, random: Random): Uint8Array {
  let changed = Uint8Array.from(bytes);
  for (let changes = 1 + random.below(4); changes > 0 && changed.length > 0; changes -= 1) {
    const at = random.below(random.below(2) === 0 ? Math.min(64, changed.length) : changed.length);
    const what = random.below(4);
    if (what < 2) changed[at] = random.below(256);
    else if (what === 2) changed = changed.slice(0, at);
    else changed.fill(0xff, at, at + 4);
  }
  return changed;
}

function mendChecksum(bytes: Uint8Array): void {
  if (bytes.length < 21) return;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const header = bytes.subarray(21, 21 + view.getUint32(5, true));
  view.setUint32(17, crc32(header, crc32(bytes.subarray(0, 17))), true);
}

function fuzzSignals(random: Random, rounds: number, report: SurfaceReport): void {
  for (let round = 0; round < rounds; round += 1) {
    report.signals += 1;
    try {
      readSignal(anything(random, 3));
      kindOf(Uint8Array.from({ length: random.below(8) }, () => random.below(256)));
    } catch (error) {
      report.found.push(`a signal threw in round ${round}: ${String(error)}`);
    }
  }
}

function anything(random: Random, levels: number): unknown {
  const kind = random.below(9);
  if (kind < 3 && levels > 0) {
    const keys = [
      "kind",
      "sdp",
      "candidate",
      "mid",
      "settings",
      "itemId",
      "queue",
      "confirm",
      "$ne",
      "__proto__",
    ];
    const entries = Array.from({ length: random.below(5) }, () => [
      keys[random.below(keys.length)] as string,
      anything(random, levels - 1),
    ]);
    return Object.fromEntries(entries) as unknown;
  }
  if (kind === 3 && levels > 0)
    return Array.from({ length: random.below(4) }, () => anything(random, levels - 1));
  if (kind === 4) return [null, true, -0, Number.NaN, Infinity, 2 ** 53, -1][random.below(7)];
  return TEXTS[random.below(TEXTS.length)];
}

async function fuzzRequests(
  url: string,
  token: string,
  random: Random,
  rounds: number,
  report: SurfaceReport,
): Promise<void> {
  for (let round = 0; round < rounds; round += 1) {
    const [method = "", template = ""] = (REQUESTS[random.below(REQUESTS.length)] as string).split(" ");
    const part = TEXTS[random.below(TEXTS.length)] as string;
    const path = template.replace("{}", encodeURIComponent(part.toWellFormed().slice(0, 500)));
    const text = JSON.stringify(anything(random, 3)) ?? "";
    const body = random.below(4) === 0 ? text.slice(0, random.below(text.length + 1)) : text;
    const headers = { Authorization: `Bearer ${token}`, "Content-Type": "application/json" };
    report.requests += 1;
    try {
      const response = await fetch(url + path, { method, headers, ...(method === "GET" ? {} : { body }) });
      await response.arrayBuffer();
      // Colyseus' matchmaker refuses by 520 to 529, a part that is away by 503.
      if (response.status >= 500 && response.status !== 503 && Math.floor(response.status / 10) !== 52)
        report.found.push(
          `${method} ${path.slice(0, 100)} answered ${response.status}: ${body.slice(0, 200)}`,
        );
    } catch (error) {
      report.found.push(`${method} ${path.slice(0, 100)} was not answered: ${String(error)}`);
    }
  }
}
