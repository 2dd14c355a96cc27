/**
 * A process of players. Takes its orders as JSON in the first argument (`PlayersOrder`), plays, writes what was seen to
 * a file, and ends.
 */
import { writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { loadMap } from "../../../rooms/skirmish/shared/arena-map.ts";
import foundry from "../../../rooms/skirmish/shared/maps/foundry.json" with { type: "json" };
import { LabPlayer } from "./lab-player.ts";
import { monotonicNow } from "./records.ts";

export interface PlayersOrder {
  url: string;
  players: number;
  /** Of the first; the others' are the next ones. */
  seed: number;
  lane: boolean;
  warmUpSeconds: number;
  seconds: number;
  /** Where the records go. */
  file: string;
}

const order = JSON.parse(process.argv[2] ?? "{}") as PlayersOrder;
const map = loadMap(foundry);
const clockBase = monotonicNow() - performance.now();
const players: LabPlayer[] = [];
for (let index = 0; index < order.players; index += 1) {
  const { url, lane } = order;
  players.push(await LabPlayer.join({ url, lane, map, clockBase, seed: order.seed + index }));
}
for (const [index, player] of players.entries()) player.play((index * 1000) / 60 / players.length);
await sleep(order.warmUpSeconds * 1000);
for (const player of players) player.measure();
await sleep(order.seconds * 1000);
writeFileSync(order.file, JSON.stringify(players.map((player) => player.finish())));
for (const player of players) player.close();
process.exit(0);
