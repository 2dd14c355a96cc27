/**
 * Runs a lab or a benchmark: `npm run lab -- NAME [--json] [--KEY VALUE …]`, `npm run bench -- NAME …`. Progress goes to
 * standard error; with `--json` the last line of standard output is one JSON object. Exits 0 when it ran, whatever it
 * found; 2 when the call is wrong, 1 when it could not run.
 */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

export interface Experiment {
  /** One sentence: what is shown. */
  about: string;
  /** @param options `--KEY VALUE` pairs of the command line. */
  run(options: Record<string, string>, progress: (line: string) => void): Promise<object>;
}

const FOLDERS: Record<string, string> = { lab: "labs", bench: "bench" };

async function main(): Promise<number> {
  const [kind = "", name = "", ...rest] = process.argv.slice(2);
  const folder = FOLDERS[kind] && join(import.meta.dirname, FOLDERS[kind]);
  const file = folder && join(folder, `${name}.ts`);
  if (!folder || !file || !/^[a-z-]+$/.test(name) || !existsSync(file)) {
    const known =
      folder && existsSync(folder) ? readdirSync(folder).filter((entry) => entry.endsWith(".ts")) : [];
    const names = known.map((entry) => entry.slice(0, -3)).join(", ") || "none";
    console.error(`usage: npm run lab|bench -- NAME [--json] [--KEY VALUE …]; known: ${names}`);
    return 2;
  }
  const { default: experiment } = (await import(pathToFileURL(file).href)) as { default: Experiment };
  console.error(experiment.about);
  const result = await experiment.run(parseOptions(rest), (line) => console.error(line));
  console.log(rest.includes("--json") ? JSON.stringify(result) : JSON.stringify(result, null, 2));
  return 0;
}

function parseOptions(words: readonly string[]): Record<string, string> {
  const options: Record<string, string> = {};
  for (const [index, word] of words.entries()) {
    const value = words[index + 1];
    if (word.startsWith("--") && word !== "--json" && value !== undefined) options[word.slice(2)] = value;
  }
  return options;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
