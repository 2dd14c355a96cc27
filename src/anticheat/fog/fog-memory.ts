/**
 * What one group of clients is shown of the entities, and for how long it stays. What might be seen is shown at once;
 * what no longer might is shown a little longer, so that somebody at a corner does not flicker. Whoever jumps elsewhere is
 * not followed there by that. Pure; one for each group. An entity that is gone has to be forgotten.
 */

interface Shown {
  visible: boolean;
  shown: boolean;
  /** Shown until then though it is not visible. */
  until: number;
}

/** What a client's view has to be told; "none" for nothing. */
export type FogChange = "show" | "hide" | "none";

export class FogMemory<Entity> {
  readonly #holdMs: number;
  readonly #entities = new Map<Entity, Shown>();

  constructor(holdMs: number) {
    this.#holdMs = holdMs;
  }

  shows(entity: Entity): boolean {
    return this.#entities.get(entity)?.shown === true;
  }

  /** What was last said of an entity; undefined of one that is new. */
  wasVisible(entity: Entity): boolean | undefined {
    return this.#entities.get(entity)?.visible;
  }

  /**
   * @param jumped it is not where it could have gone: there it is a stranger.
   * @param now milliseconds, of any clock that does not go back.
   */
  note(entity: Entity, visible: boolean, jumped: boolean, now: number): FogChange {
    let entry = this.#entities.get(entity);
    if (!entry) {
      entry = { visible: false, shown: false, until: 0 };
      this.#entities.set(entity, entry);
    }
    entry.visible = visible;
    if (visible) entry.until = now + this.#holdMs;
    else if (jumped) entry.until = now;
    const shown = visible || now < entry.until;
    if (shown === entry.shown) return "none";
    entry.shown = shown;
    return shown ? "show" : "hide";
  }

  forget(entity: Entity): void {
    this.#entities.delete(entity);
  }
}
