/** A process that puts results into an outbox until it is killed, and prints the id of each that is safe. */
import { writeSync } from "node:fs";
import { pino } from "pino";
import { openOutbox } from "../../src/match/result-outbox.ts";
import { resultOf } from "./match-results.ts";

const [directory = "", round = ""] = process.argv.slice(2);
const outbox = await openOutbox(directory, { capacity: 1_000_000, log: pino({ level: "silent" }) });

async function putForEver(lane: number): Promise<void> {
  for (let index = 0; ; index += 1) {
    const matchId = `round${round}-lane${lane}-${index}`;
    const outcome = await outbox.put(resultOf(matchId, "a", "b", "c", "d"));
    // Synchronous: what was printed was acknowledged, whenever the kill comes.
    if (outcome.ok) writeSync(1, `${matchId}\n`);
  }
}

await Promise.all([0, 1, 2, 3].map(putForEver));
