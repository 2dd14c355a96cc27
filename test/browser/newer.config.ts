/** The reference game as a newer build would have it: its wire is another one than the page's. */
import arena from "../../arena.config.ts";
import { defineArena } from "../../src/index.ts";

export default defineArena((env) => ({ ...arena(env), protocol: "0123456789abcdef" }));
