/**
 * What the own side sees on this screen: the eyes are where its fighters are drawn. The server also tells of who might come
 * into sight before it could tell of them in time, and nobody is shown those before their time. Spectators see everything.
 */
import type { ArenaMap, Point } from "../../rooms/skirmish/shared/arena-map.ts";
import { isInSight } from "../../rooms/skirmish/shared/in-sight.ts";
import type { Fighter, SkirmishState } from "../../schemas/skirmish-state.ts";
import { seesFighter } from "../replay/sight.ts";

/** Where fighters are drawn. */
export interface DrawnPlaces {
  drawn(fighter: Fighter, field: "x" | "y"): number;
}

export class OwnSight {
  readonly #map: ArenaMap;
  readonly #eyes: Point[] = [];
  #all = true;
  #own: Fighter | undefined;

  constructor(map: ArenaMap) {
    this.#map = map;
  }

  /** Where the own fighter looks from; undefined for a spectator. */
  get eye(): Point | undefined {
    return this.#all ? undefined : this.#eyes[0];
  }

  /** Every frame, when the places of the frame stand. */
  update(state: SkirmishState, ownKey: string, places: DrawnPlaces): void {
    const own = state.fighters.get(ownKey);
    this.#own = own;
    this.#all = own === undefined || !state.fog;
    this.#eyes.length = 0;
    if (!own || this.#all) return;
    const look = (fighter: Fighter): void => {
      this.#eyes.push({ x: places.drawn(fighter, "x"), y: places.drawn(fighter, "y") });
    };
    look(own);
    if (state.mode !== "teams") return;
    state.fighters.forEach((mate) => {
      if (mate !== own && mate.team === own.team && isInSight(mate) && mate.health > 0) look(mate);
    });
  }

  /** Of a fighter whose place is known. */
  sees(state: SkirmishState, fighter: Fighter, place: Point): boolean {
    if (this.#all || fighter === this.#own) return true;
    if (state.mode === "teams" && fighter.team === this.#own?.team) return true;
    return this.#eyes.some((eye) => seesFighter(this.#map, eye, place));
  }
}
