/** Moments of a recording as people read them. Pure. */

/** 1:05, or with tenths 1:05.3 */
export function clockTime(seconds: number, tenths = false): string {
  const all = Math.floor(Math.max(0, seconds) * 10 + 1e-6);
  const whole = Math.floor(all / 10);
  const text = `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
  return tenths ? `${text}.${all % 10}` : text;
}

/** Where a moment lies on a line, 0–100 %. */
export function percentOf(tick: number, ticks: number): string {
  return `${Math.round((Math.min(1, Math.max(0, tick / Math.max(1, ticks))) * 100 + Number.EPSILON) * 1000) / 1000}%`;
}

/** Degrees clockwise from the right, 0–359. */
export function degrees(radians: number): number {
  const turned = Math.round((radians * 180) / Math.PI) % 360;
  return turned < 0 ? turned + 360 : turned;
}
