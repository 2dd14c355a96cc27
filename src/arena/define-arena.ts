/** `defineArena`: what an `arena.config.ts` exports. */
import type { ArenaDefinition } from "../config/load-config.ts";

/**
 * Types a game's configuration; the server checks it against the closed schema when it starts.
 *
 * ```ts
 * export default defineArena({ rooms: { race: RaceRoom } });
 * // or, with settings of the game's own from the environment:
 * export default defineArena((env) => ({
 *   rooms: { race: { room: RaceRoom, options: { laps: env.number("RACE_LAPS", 3, { min: 1 }) } } },
 * }));
 * ```
 */
export function defineArena<T extends ArenaDefinition>(definition: T): T {
  return definition;
}
