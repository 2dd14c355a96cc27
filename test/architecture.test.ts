/**
 * The house rules, held: who may import whom, what a file's suffix lets it touch, who reads the environment, and how
 * long a file may be. A failure is a sentence that says why.
 */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { test } from "node:test";

const root = join(import.meta.dirname, "..");

interface Import {
  /** A path from the project's root, or a package's specifier. */
  target: string;
  local: boolean;
  typeOnly: boolean;
}

interface SourceFile {
  path: string;
  text: string;
  imports: Import[];
}

const files = listFiles().map(readSource);

/** What git knows or would add: build output stands in .gitignore. */
function listFiles(): string[] {
  const listed = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "*.ts"], {
    cwd: root,
  });
  // A file may be deleted and not committed yet.
  return listed
    .toString()
    .split("\n")
    .filter((path) => path !== "" && existsSync(join(root, path)));
}

function readSource(path: string): SourceFile {
  const text = readFileSync(join(root, path), "utf8");
  return { path, text, imports: findImports(path, text) };
}

export function findImports(path: string, text: string): Import[] {
  const found: Import[] = [];
  const statements = /^\s*(?:import|export)\s+(type\s+)?((?:[^"';]*?\sfrom\s+)?)["']([^"']+)["']/gm;
  for (const [, type, clause = "", specifier = ""] of text.matchAll(statements)) {
    found.push(toImport(path, specifier, type !== undefined || hasOnlyTypes(clause)));
  }
  for (const [, specifier = ""] of text.matchAll(/\bimport\(\s*["']([^"']+)["']\s*\)/g)) {
    found.push(toImport(path, specifier, false));
  }
  return found;
}

/** `{ type A, type B } from`: nothing is left of it at run time. */
function hasOnlyTypes(clause: string): boolean {
  const names = /^\{([\s\S]*)\}\s+from\s+$/.exec(clause.trim() === "" ? "" : clause)?.[1];
  if (names === undefined) return false;
  return names
    .split(",")
    .map((name) => name.trim())
    .filter(Boolean)
    .every((name) => name.startsWith("type "));
}

function toImport(path: string, specifier: string, typeOnly: boolean): Import {
  const local = specifier.startsWith(".");
  return { target: local ? normalize(join(dirname(path), specifier)) : specifier, local, typeOnly };
}

/** Fails with one sentence an offence. */
function forbid(offences: string[]): void {
  assert.deepEqual(offences, [], `\n${offences.join("\n")}`);
}

function offencesOf(
  inside: (path: string) => boolean,
  allowed: (entry: Import, path: string) => boolean,
  why: string,
): string[] {
  return files
    .filter(({ path }) => inside(path))
    .flatMap(({ path, imports }) =>
      imports
        .filter((entry) => !allowed(entry, path))
        .map(({ target }) => `${path} imports ${target}: ${why}`),
    );
}

const capabilityOf = (path: string): string | undefined => /^src\/([^/]+)\//.exec(path)?.[1];

test("the import scan sees every form of import", () => {
  const text = `import a from "x";\nimport type { B } from "./b.ts";\nimport { type C } from "../c.ts";\nimport {\n  d,\n} from "y";\nexport { e } from "./e.ts";\nimport "./f.css";\nawait import("./g.ts");`;
  const seen = findImports("src/arena/file.ts", text).map(
    ({ target, typeOnly }) => `${typeOnly ? "type " : ""}${target}`,
  );
  assert.deepEqual(seen, [
    "x",
    "type src/arena/b.ts",
    "type src/c.ts",
    "y",
    "src/arena/e.ts",
    "src/arena/f.css",
    "src/arena/g.ts",
  ]);
  assert.ok(files.length > 40, `only ${files.length} files were found`);
});

test("schemas import the schema library and each other only", () => {
  forbid(
    offencesOf(
      (path) => path.startsWith("schemas/"),
      ({ target }) =>
        target === "@colyseus/schema" ||
        target === "zod" ||
        target.startsWith("schemas/") ||
        target === "sdk/protocol-fingerprint.ts",
      "schemas are the wire contract and stand on nothing else",
    ),
  );
});

test("a room's shared step imports itself and types of schemas only", () => {
  forbid(
    offencesOf(
      (path) => /^rooms\/[^/]+\/shared\//.test(path),
      ({ target, local, typeOnly }, path) => {
        const home = path.slice(0, path.indexOf("/shared/") + "/shared/".length);
        return local && (target.startsWith(home) || (typeOnly && target.startsWith("schemas/")));
      },
      "server, bots and browser run the shared step alike, so it may not reach for anything",
    ),
  );
});

test("a room's shared step uses no clock and no randomness of its own", () => {
  const offences = files
    .filter(({ path }) => /^rooms\/[^/]+\/shared\//.test(path))
    .filter(({ text }) =>
      /Math\.random|Date\.now|new Date|performance\.|setTimeout|setInterval|process\./.test(text),
    )
    .map(({ path }) => `${path}: time and randomness are handed in, or a match could not be run again`);
  forbid(offences);
});

test("rooms import the public API, schemas and their own folder", () => {
  forbid(
    offencesOf(
      (path) => path.startsWith("rooms/") && !path.includes("/shared/"),
      ({ target, local }, path) => {
        const home = path.split("/").slice(0, 2).join("/");
        return (
          !local ||
          target === "src/index.ts" ||
          target.startsWith("schemas/") ||
          target.startsWith(`${home}/`)
        );
      },
      "a room is the framework's first user and may see only what any game sees",
    ),
  );
});

test("the client imports the SDK, schemas and the shared step", () => {
  forbid(
    offencesOf(
      (path) => path.startsWith("client/"),
      ({ target, local, typeOnly }) => {
        if (!local)
          return (
            !target.startsWith("@colyseus/") ||
            target === "@colyseus/schema" ||
            target.startsWith("@colyseus/sdk")
          );
        if (target === "arena.config.ts" || target === "src/index.ts") return typeOnly;
        return (
          target.startsWith("client/") ||
          target.startsWith("sdk/") ||
          target.startsWith("schemas/") ||
          // The container of a recording is read by both sides.
          target === "src/replay/replay-file.ts" ||
          /^rooms\/[^/]+\/shared\//.test(target)
        );
      },
      "the browser may not carry server code",
    ),
  );
});

test("what clients of the package import stands on the SDK alone", () => {
  forbid(
    offencesOf(
      (path) => path.startsWith("sdk/"),
      ({ target }) => target.startsWith("@colyseus/s") || target.startsWith("sdk/"),
      "it runs in every browser, whatever the game",
    ),
  );
});

test("a capability imports no other capability, no room and no schema", () => {
  const allowed = ({ target, local, typeOnly }: Import, path: string): boolean => {
    if (!local) return true;
    const capability = capabilityOf(path);
    return (
      target.startsWith(`src/${capability}/`) ||
      target === "src/errors.ts" ||
      target === "src/outage.ts" ||
      target.startsWith("src/observability/") ||
      target.startsWith("src/http/") ||
      (typeOnly && (target.startsWith("src/config/") || target === "src/match/match-result.ts")) ||
      // A game's own functions stand in the configuration, so it knows what they are given.
      (typeOnly && capability === "config" && target.startsWith("src/matchmaking/"))
    );
  };
  const isCapability = (path: string): boolean =>
    capabilityOf(path) !== undefined && capabilityOf(path) !== "arena";
  forbid(
    offencesOf(
      isCapability,
      allowed,
      "src/arena alone knows all capabilities; it hands each what it needs as a function",
    ),
  );
});

test("nothing imports arena.config.ts at run time", () => {
  forbid(
    offencesOf(
      () => true,
      ({ target, typeOnly }, path) => target !== "arena.config.ts" || typeOnly || path.startsWith("test/"),
      "the starter loads it by its path",
    ),
  );
});

test("what a file touches stands in its name", () => {
  const rules: { packages: RegExp; may: RegExp; why: string }[] = [
    {
      packages: /^@colyseus\/(?!schema|sdk)/,
      may: /-(plugin|room)\.ts$|^src\/(arena|auth|cluster|http|transport)\/|^rooms\/[^/]+\/[^/]+-room\.ts$/,
      why: "*-plugin.ts and *-room.ts touch Colyseus, and the folders whose work is Colyseus itself",
    },
    {
      packages: /^(mongoose|mongodb|ioredis|redis|node:sqlite)$/,
      may: /-store\.ts$/,
      why: "*-store.ts alone touches a database",
    },
    { packages: /^express$/, may: /-routes\.ts$/, why: "*-routes.ts alone touches HTTP" },
  ];
  const product = /^(src|rooms|schemas)\//;
  const offences = rules.flatMap(({ packages, may, why }) =>
    offencesOf(
      (path) => product.test(path) && !may.test(path),
      ({ target, local, typeOnly }) => local || typeOnly || !packages.test(target),
      why,
    ),
  );
  forbid(offences);
});

test("load-config.ts alone reads the environment", () => {
  const offences = files
    .filter(({ path }) => /^(src|rooms|schemas|client)\//.test(path) || path === "arena.config.ts")
    .filter(
      ({ path, text }) => path !== "src/config/load-config.ts" && /process\.env|import\.meta\.env/.test(text),
    )
    .map(({ path }) => `${path} reads the environment: settings are read once, checked and handed down`);
  forbid(offences);
});

test("no module of the framework keeps state", () => {
  const offences = files
    .filter(
      ({ path }) =>
        /^(src|rooms|schemas)\//.test(path) &&
        /^(export\s+)?let\s/m.test(readFileSync(join(root, path), "utf8")),
    )
    .map(
      ({ path }) =>
        `${path} has a module-level let: state belongs to an object that somebody starts and stops`,
    );
  forbid(offences);
});

test("no file is longer than 500 lines, arena.config.ts not longer than 150", () => {
  const offences = files
    .map(({ path, text }) => ({ path, lines: text.split("\n").length - 1 }))
    .filter(({ path, lines }) => lines > (path === "arena.config.ts" ? 150 : 500))
    .map(({ path, lines }) => `${path} has ${lines} lines: it has outgrown its room`);
  forbid(offences);
});
