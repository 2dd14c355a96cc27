import { defineArena } from "../../../src/index.ts";
import { ResultMillRoom } from "./result-mill-room.ts";

export default defineArena({
  name: "result-mill",
  rooms: { mill: ResultMillRoom },
  limits: { guestsPerMinute: 100_000 },
});
