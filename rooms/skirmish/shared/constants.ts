/** Skirmish's tuning. Lengths in metres, speeds in metres a second, times in ticks of 1/30 s. */

export const TICK_RATE = 30;

export const BUTTON_FIRE = 1;
export const BUTTON_DASH = 2;
export const BUTTON_ALTERNATE = 4;
export const ALL_BUTTONS = BUTTON_FIRE | BUTTON_DASH | BUTTON_ALTERNATE;

export const MAX_HEALTH = 100;
export const FIGHTER_RADIUS = 0.5;
export const RUN_SPEED = 6;
/** Movement of length 1 on both axes would be √2 too fast. */
export const DIAGONAL = 0.7071067811865476;

export const DASH_SPEED = 20;
export const DASH_TICKS = 5;
export const DASH_COOLDOWN_TICKS = 45;

export const RIFLE = 0;
export const LAUNCHER = 1;

export const RIFLE_COOLDOWN_TICKS = 5;
export const RIFLE_DAMAGE = 17;
export const RIFLE_RANGE = 26;
/** Half of the rifle's spread, radians. */
export const RIFLE_SPREAD = 0.022;

export const LAUNCHER_COOLDOWN_TICKS = 32;
export const SHELL_SPEED = 15;
export const SHELL_FUSE_TICKS = 45;
export const SHELL_RADIUS = 0.2;
export const SHELL_DAMAGE = 70;
export const BURST_RADIUS = 2.4;
/** Share of a burst's damage that hurts the one who fired it. */
export const SELF_DAMAGE = 0.5;

export const RESPAWN_TICKS = 75;
export const SHIELD_TICKS = 40;

export const MAX_SLOTS = 16;
export const MAX_PROJECTILES = 64;
