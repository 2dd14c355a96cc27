/** The README's table of limits names every key there is, with its default. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { SkirmishRoom } from "../../rooms/skirmish/skirmish-room.ts";
import { configSchema } from "../../src/config/config-schema.ts";

test("every limit stands in the README, with its default", () => {
  const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");
  const section = readme.slice(readme.indexOf("## Limits"), readme.indexOf("## HTTP"));
  const rows = section.split("\n").filter((line) => line.startsWith("| `"));
  const { limits } = configSchema.parse({ rooms: { skirmish: SkirmishRoom } });
  for (const [key, value] of Object.entries(limits)) {
    const row = rows.find((line) => line.includes(`\`${key}\``));
    assert.ok(row, `${key} is missing`);
    assert.ok(
      row.includes(value.toLocaleString("en")),
      `${key}: ${value.toLocaleString("en")} is not in ${row}`,
    );
  }
});
