/**
 * The maths of the simulation that engines are free to round differently, done here in additions, multiplications and
 * divisions alone, which IEEE 754 fixes to the last bit: the same numbers on every server and in every browser. Also
 * the grids that positions and angles live on, which are the wire's (`schemas/skirmish-state.ts`), so that what was
 * simulated is exactly what everybody is told.
 */

const TURN = Math.PI * 2;
const HALF_PI = Math.PI / 2;
/** π/2 in two parts (Cody and Waite): the first has 33 bits, so that small multiples of it are exact. */
const HALF_PI_HIGH = 1.5707963267341256;
const HALF_PI_LOW = 6.077100506506192e-11;

const POSITION_STEPS = 1024;
const ANGLE_STEPS = 65_536;
/** Finer than a hand or an eye: 4 cm at the rifle's whole range. */
export const AIM_STEPS = 4096;
export const COARSE_AIM = 4;

/** The nearest point of the grid of 1/1024 m. */
export function snapPosition(metres: number): number {
  return Math.floor(metres * POSITION_STEPS + 0.5) / POSITION_STEPS;
}

/** A position on the grid as a whole number. */
export function positionSteps(metres: number): number {
  return Math.floor(metres * POSITION_STEPS + 0.5);
}

/** The nearest of the 65,536 directions, in [0, 2π). */
export function snapAngle(radians: number): number {
  return stepsToAngle(angleSteps(radians));
}

/** A direction as one of 65,536; the rule is that of `t.angle()` in `@colyseus/schema`. */
export function angleSteps(radians: number): number {
  if (!Number.isFinite(radians)) return 0;
  let inTurn = radians % TURN;
  if (inTurn < 0) inTurn += TURN;
  return Math.floor((inTurn / TURN) * ANGLE_STEPS + 0.5) % ANGLE_STEPS;
}

export function stepsToAngle(steps: number): number {
  return (steps / ANGLE_STEPS) * TURN;
}

/** The nearest direction that somebody can aim in. @param firing see `aimSteps`. */
export function snapAim(radians: number, firing: boolean): number {
  return aimToRadians(aimSteps(radians, firing));
}

/**
 * A direction as one of 4,096; while the trigger is not pulled, when it decides nothing, as one of 1,024 of them.
 */
export function aimSteps(radians: number, firing: boolean): number {
  const steps = Math.floor(angleSteps(radians) / (ANGLE_STEPS / AIM_STEPS) + 0.5) % AIM_STEPS;
  return firing ? steps : coarseAim(steps);
}

/** Of 4,096 directions the nearest of those 1,024 that are used while nobody fires. */
export function coarseAim(steps: number): number {
  return (Math.floor(steps / COARSE_AIM + 0.5) * COARSE_AIM) % AIM_STEPS;
}

export function aimToRadians(steps: number): number {
  return stepsToAngle(steps * (ANGLE_STEPS / AIM_STEPS));
}

/** @param radians within some thousands of turns; the error is below 1e-15 near zero. */
export function sine(radians: number): number {
  return quarterWave(radians, 0);
}

export function cosine(radians: number): number {
  return quarterWave(radians, 1);
}

/** The sine of `radians + quarters · π/2`, by reduction to [−π/4, π/4] and Taylor's series. */
function quarterWave(radians: number, quarters: number): number {
  const turns = Math.floor(radians / HALF_PI + 0.5);
  const rest = radians - turns * HALF_PI_HIGH - turns * HALF_PI_LOW;
  const quarter = (((turns + quarters) % 4) + 4) % 4;
  const value = quarter % 2 === 0 ? sineSeries(rest) : cosineSeries(rest);
  return quarter < 2 ? value : -value;
}

function sineSeries(x: number): number {
  const s = x * x;
  let sum = 1 - s / 272;
  sum = 1 - (s / 210) * sum;
  sum = 1 - (s / 156) * sum;
  sum = 1 - (s / 110) * sum;
  sum = 1 - (s / 72) * sum;
  sum = 1 - (s / 42) * sum;
  sum = 1 - (s / 20) * sum;
  return x * (1 - (s / 6) * sum);
}

function cosineSeries(x: number): number {
  const s = x * x;
  let sum = 1 - s / 240;
  sum = 1 - (s / 182) * sum;
  sum = 1 - (s / 132) * sum;
  sum = 1 - (s / 90) * sum;
  sum = 1 - (s / 56) * sum;
  sum = 1 - (s / 30) * sum;
  sum = 1 - (s / 12) * sum;
  return 1 - (s / 2) * sum;
}

/** The direction of a vector, in [−π, π]; 0 for none. The error is below 1e-11. */
export function direction(y: number, x: number): number {
  const high = Math.max(Math.abs(x), Math.abs(y));
  if (high === 0) return 0;
  const low = Math.min(Math.abs(x), Math.abs(y));
  let angle = arcTangent(low / high);
  if (Math.abs(y) > Math.abs(x)) angle = HALF_PI - angle;
  if (x < 0) angle = Math.PI - angle;
  return y < 0 ? -angle : angle;
}

/** For 0–1: halved once by arctan t = π/4 + arctan((t − 1)/(t + 1)), then Gregory's series. */
function arcTangent(t: number): number {
  const folded = t > 0.4142135623730951;
  const z = folded ? (t - 1) / (t + 1) : t;
  const s = z * z;
  let sum = 0;
  for (let power = 27; power >= 1; power -= 2) sum = 1 / power - s * sum;
  return (folded ? Math.PI / 4 : 0) + z * sum;
}
