/** Numbers, times and names as people read them. Pure but for the reader's time zone. */

const WHOLE = new Intl.NumberFormat("en");
const DAY = new Intl.DateTimeFormat("en", { day: "numeric", month: "short" });
const DAY_OF_YEAR = new Intl.DateTimeFormat("en", { day: "numeric", month: "short", year: "numeric" });
const CLOCK = new Intl.DateTimeFormat("en", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

/** 12,345 */
export function whole(amount: number): string {
  return WHOLE.format(amount);
}

/** +18, −7, ±0 */
export function signed(amount: number): string {
  if (amount === 0) return "±0";
  return `${amount > 0 ? "+" : "−"}${WHOLE.format(Math.abs(amount))}`;
}

export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${WHOLE.format(count)} ${count === 1 ? noun : plural}`;
}

/** 1st, 2nd, 3rd, 4th, 11th, 21st */
export function ordinal(place: number): string {
  const teen = place % 100 >= 11 && place % 100 <= 13;
  return `${place}${(teen ? undefined : ["th", "st", "nd", "rd"][place % 10]) ?? "th"}`;
}

/** "first-win" → "First win": for an id whose name is not known (yet). */
export function readableId(id: string): string {
  const words = id.replaceAll(/[-_]+/g, " ").trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** @param kills,deaths as a ratio; nobody divides by no deaths. */
export function ratio(kills: number, deaths: number): string {
  return (kills / Math.max(1, deaths)).toFixed(2);
}

export function ago(iso: string, now: number): string {
  const minutes = Math.max(0, Math.round((now - Date.parse(iso)) / 60_000));
  if (minutes < 1) return "just now";
  if (minutes < 60) return `${minutes} min ago`;
  if (minutes < 60 * 24) return `${Math.round(minutes / 60)} h ago`;
  if (minutes < 60 * 24 * 14) return `${Math.round(minutes / 60 / 24)} d ago`;
  return day(iso);
}

/** 5 Mar */
export function day(iso: string): string {
  return DAY.format(Date.parse(iso));
}

/** 5 Mar 2026 */
export function dayOfYear(iso: string): string {
  return DAY_OF_YEAR.format(Date.parse(iso));
}

/** 17:05 */
export function clock(iso: string): string {
  return CLOCK.format(Date.parse(iso));
}

export function percent(share: number): string {
  return `${Math.round(Math.min(1, Math.max(0, share)) * 1000) / 10}%`;
}
