/** What a reloaded tab takes up again: small values in sessionStorage, so that other tabs have their own. */

export function keep(key: string, value: unknown): void {
  try {
    sessionStorage.setItem(`skirmish.${key}`, JSON.stringify(value));
  } catch {
    // A browser that keeps nothing: a reload begins anew, that is all.
  }
}

export function forget(key: string): void {
  try {
    sessionStorage.removeItem(`skirmish.${key}`);
  } catch {
    // As above.
  }
}

/** @returns undefined for what was not kept, or is no JSON. */
export function recall(key: string): unknown {
  try {
    return JSON.parse(sessionStorage.getItem(`skirmish.${key}`) ?? "") as unknown;
  } catch {
    return undefined;
  }
}
