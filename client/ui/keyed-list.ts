/**
 * A list whose lines stay the same elements while what they show changes: focus, open menus and running animations
 * survive. A line that is gone is removed at once.
 */

export interface Line<Item> {
  root: HTMLElement;
  update(item: Item): void;
}

export class KeyedList<Item> {
  readonly root: HTMLElement;
  readonly #keyOf: (item: Item) => string;
  readonly #make: (item: Item) => Line<Item>;
  readonly #lines = new Map<string, Line<Item>>();

  constructor(root: HTMLElement, keyOf: (item: Item) => string, make: (item: Item) => Line<Item>) {
    this.root = root;
    this.#keyOf = keyOf;
    this.#make = make;
  }

  update(items: readonly Item[]): void {
    const gone = new Set(this.#lines.keys());
    items.forEach((item, place) => {
      const key = this.#keyOf(item);
      gone.delete(key);
      let line = this.#lines.get(key);
      if (!line) {
        line = this.#make(item);
        this.#lines.set(key, line);
      }
      line.update(item);
      // Moving an element takes its focus away, so only what stands wrong is moved.
      const there = this.root.children[place];
      if (there !== line.root) this.root.insertBefore(line.root, there ?? null);
    });
    for (const key of gone) {
      this.#lines.get(key)?.root.remove();
      this.#lines.delete(key);
    }
  }
}
