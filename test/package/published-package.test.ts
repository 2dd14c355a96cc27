/**
 * The package as a user gets it: packed, installed into an empty folder, running the README's room with the `arena`
 * command. Needs npm's registry.
 */
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { Client } from "@colyseus/sdk";
import { type Guest, until } from "../helpers/test-arena.ts";

const root = join(import.meta.dirname, "../..");
// Without what npm tells the script that runs this test: a user's folder knows nothing of our .npmrc.
const inherited = Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name));
// Scripts that npm runs must find the project's Node, not the machine's.
const env = { ...Object.fromEntries(inherited), PATH: `${dirname(process.execPath)}:${process.env["PATH"]}` };

/** The README's fenced block that begins with this comment. */
function readmeBlock(firstLine: string): string {
  const blocks = readFileSync(join(root, "README.md"), "utf8").matchAll(/```ts\n([\s\S]*?)```/g);
  const found = [...blocks].map(([, block = ""]) => block).find((block) => block.startsWith(firstLine));
  assert.ok(found, `the README has no block that begins with ${firstLine}`);
  return found;
}

test("the packed package runs the README's room in an empty folder", {
  timeout: 110_000,
}, async (context) => {
  const folder = mkdtempSync(join(tmpdir(), "arena-package-"));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  execFileSync("npm", ["pack", "--pack-destination", folder], { cwd: root, env, stdio: "pipe" });
  const tarball = readdirSync(folder).find((name) => name.endsWith(".tgz"));
  assert.ok(tarball);
  writeFileSync(join(folder, "package.json"), '{ "private": true, "type": "module" }');
  execFileSync(
    "npm",
    [
      "install",
      "--prefer-offline",
      "--no-audit",
      "--no-fund",
      `./${tarball}`,
      "@colyseus/core",
      "@colyseus/schema",
    ],
    {
      cwd: folder,
      env,
      stdio: "pipe",
    },
  );
  const installed = join(folder, "node_modules/colyseus-arena");
  assert.ok(!existsSync(join(installed, "dist/rooms/skirmish")), "the reference game is not in the package");
  const rooms = ["queue", "lobby", "party", "custom"];
  const parts = [...rooms.map((name) => `rooms/${name}`), "sdk/unreliable-lane"];
  const imports = parts
    .map((path, part) => `import * as part${part} from "colyseus-arena/${path}";`)
    .join("");
  const names = parts.map((_path, part) => `part${part}`).join();
  const listing = `console.log([${names}].flatMap((each) => Object.keys(each)).join())`;
  const exported = execFileSync(process.execPath, ["--input-type=module", "-e", imports + listing], {
    cwd: folder,
    env,
  });
  assert.equal(
    exported.toString().trim(),
    "QueueRoom,LobbyRoom,PartyRoom,CustomRoom,UnreliableLane,keepWhole,openLane",
  );

  const room = readmeBlock("// arena.config.ts");
  const lines = room.split("\n").filter((line) => line.trim() !== "").length;
  assert.ok(lines <= 25, `the README's room has ${lines} lines`);
  writeFileSync(join(folder, "arena.config.ts"), room);

  const server = spawn(process.execPath, ["node_modules/.bin/arena", "start"], {
    cwd: folder,
    env: { ...env, PORT: "0", HOST: "127.0.0.1" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  context.after(() => server.kill("SIGKILL"));
  let output = "";
  for (const stream of [server.stdout, server.stderr])
    stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const url = await until(
    () => /http:\/\/127\.0\.0\.1:\d+/.exec(output)?.[0],
    "the server to be up",
    20_000,
  ).catch(() => assert.fail(`the server did not come up:\n${output}`));

  const guest = (await (await fetch(`${url}/auth/guest`, { method: "POST" })).json()) as Guest;
  const client = new Client(url);
  client.auth.token = guest.token;
  const race = await client.joinOrCreate("race");
  let saved: { games: number; wins: number } | undefined;
  race.onMessage("saved", (message: { games: number; wins: number }) => {
    saved = message;
  });
  for (let click = 0; click < 10; click += 1) race.send("click");
  const { games, wins } = await until(() => saved, "the race to be stored");
  assert.deepEqual([games, wins], [1, 1]);
  await race.leave();

  server.kill("SIGTERM");
  const [code] = (await once(server, "exit")) as [number];
  assert.equal(code, 0, output);
});
