/**
 * Tells every client what happened where it can see it, one message "events" a patch and client: an event is no way round
 * the fog of war. What is left out of which event stands with the events in `schemas/skirmish-messages.ts`. Sent after the
 * patch of the same tick, so that who is named is known. Bounded: beyond `MOST_EVENTS` a patch they are dropped, for they are
 * for eyes and ears only.
 */
import type { SkirmishEvent } from "../../schemas/skirmish-messages.ts";
import type { Fighter, SkirmishState } from "../../schemas/skirmish-state.ts";
import type { FogAudience } from "../../src/index.ts";
import { fogGroup } from "./fog-of-war.ts";
import { type ArenaMap, castRay } from "./shared/arena-map.ts";
import { RIFLE, RIFLE_RANGE } from "./shared/constants.ts";
import { toWire } from "./shared/event-wire.ts";
import { cosine, sine } from "./shared/fixed-math.ts";

const MOST_EVENTS = 256;
const NOBODY = -1;

/** Fighters of the match, by slot. */
type BySlot = readonly (Fighter | undefined)[];

export class EventSender {
  readonly #map: ArenaMap;
  #events: SkirmishEvent[] = [];

  constructor(map: ArenaMap) {
    this.#map = map;
  }

  add(event: SkirmishEvent): void {
    if (this.#events.length < MOST_EVENTS) this.#events.push(event);
  }

  /** Right before a patch, when views are those of its tick. */
  send(audiences: Iterable<FogAudience>, { mode, fighters }: SkirmishState): void {
    if (this.#events.length === 0) return;
    const events = this.#events;
    this.#events = [];
    const bySlot: (Fighter | undefined)[] = [];
    const groups: string[] = [];
    fighters.forEach((fighter, key) => {
      bySlot[fighter.slot] = fighter;
      groups[fighter.slot] = fogGroup(mode, key, fighter.team);
    });
    for (const audience of audiences) {
      const { group, clients } = audience;
      const isOwn = (slot: number): boolean => groups[slot] === group;
      const told = group === undefined ? events : hideUnseen(events, audience, isOwn, bySlot, this.#map);
      if (told.length === 0) continue;
      const wired = told.map(toWire);
      for (const client of clients) client.send("events", wired, { afterNextPatch: true });
    }
  }
}

/** What a group may know of what happened. Pure. */
export function hideUnseen(
  events: readonly SkirmishEvent[],
  audience: Pick<FogAudience, "shows" | "mightSee">,
  isOwn: (slot: number) => boolean,
  bySlot: BySlot,
  map: ArenaMap,
): SkirmishEvent[] {
  const isSeen = (slot: number): boolean => {
    const fighter = bySlot[slot];
    return fighter !== undefined && (isOwn(slot) || audience.shows(fighter));
  };
  const told: SkirmishEvent[] = [];
  for (const event of events) {
    const known = tell(event);
    if (known) told.push(known);
  }
  return told;

  function tell(event: SkirmishEvent): SkirmishEvent | undefined {
    switch (event[0]) {
      case "shot": {
        const [, by, weapon, angle, , target] = event;
        if (!isSeen(by)) return undefined;
        if (target < 0 || weapon !== RIFLE || isOwn(by) || isSeen(target)) return event;
        return ["shot", by, weapon, angle, missDistance(map, bySlot[by], angle), NOBODY];
      }
      case "hit": {
        const [, by, target, damage] = event;
        if (isOwn(by) || isOwn(target)) return event;
        if (!isSeen(target)) return undefined;
        return ["hit", isSeen(by) ? by : NOBODY, target, damage];
      }
      case "burst": {
        const [, by, x, y] = event;
        if (isOwn(by)) return event;
        return audience.mightSee({ x, y }) ? ["burst", isSeen(by) ? by : NOBODY, x, y] : undefined;
      }
      case "dash":
      case "spawn":
        return isSeen(event[1]) ? event : undefined;
      default:
        return event;
    }
  }
}

/** How far the shot would have gone: where it ended says where somebody stands. */
function missDistance(map: ArenaMap, shooter: Fighter | undefined, angle: number): number {
  if (!shooter) return 0;
  return castRay(map, map.solids, shooter.x, shooter.y, cosine(angle), sine(angle), RIFLE_RANGE);
}
