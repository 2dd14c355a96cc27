/**
 * The idempotency keys of purchases. One key an attempt: it is kept until the server has decided, so that trying again
 * after a failure in between cannot buy twice; where it is kept outlives a
 * reloaded page.
 */
import { Refusal } from "../net/request-json.ts";

type KeyStore = Pick<Storage, "getItem" | "setItem" | "removeItem">;

export class PurchaseKeys {
  readonly #store: KeyStore;
  readonly #makeKey: () => string;

  constructor(store: KeyStore, makeKey: () => string) {
    this.#store = store;
    this.#makeKey = makeKey;
  }

  /**
   * Runs a purchase under the attempt's key.
   * @throws what `buy` throws
   */
  async attempt<T>(playerId: string, itemId: string, buy: (key: string) => Promise<T>): Promise<T> {
    const place = `skirmish.purchase.${playerId}.${itemId}`;
    const key = this.#store.getItem(place) ?? this.#makeKey();
    this.#store.setItem(place, key);
    try {
      const bought = await buy(key);
      this.#store.removeItem(place);
      return bought;
    } catch (error) {
      // A plain refusal is a decision: the next attempt is another purchase.
      if (error instanceof Refusal && !error.undecided) this.#store.removeItem(place);
      throw error;
    }
  }
}

/** 22 letters and digits, - and _; works without https as well, where there is no `crypto.randomUUID`. */
export function randomKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}
