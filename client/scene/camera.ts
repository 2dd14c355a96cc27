/** Which part of the arena is on screen: follows a point softly, looks ahead, shakes. Metres in, CSS pixels out. */

/** What the screen shows, square metres: the same for every screen, so that a large one is no advantage. */
const VIEW_AREA = 27.5 * 15.5;
const FOLLOW_RATE = 9;
const LOOK_RATE = 5;
/** How far outside the map the view may reach, metres. */
const MARGIN = 1.6;
/** The same under thumbs, as a share of the view. */
const TOUCH_MARGIN_SHARE = 0.32;
const LONGEST_SHAKE = 0.42;

/** CSS pixels at each side of the screen. */
export interface Sides {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

export class Camera {
  x = 0;
  y = 0;
  /** CSS pixels per metre. */
  zoom = 40;
  width = 1;
  height = 1;
  /** Thumbs cover the corners, so the own fighter is kept out of them. */
  playedByTouch = false;
  /** What panels cover: what the camera follows is kept in the middle of the rest, at the map's edges too. */
  covered: Readonly<Sides> = { left: 0, right: 0, top: 0, bottom: 0 };
  /** Off for players who do not want it. */
  mayShake = true;
  #followX = 0;
  #followY = 0;
  #lookX = 0;
  #lookY = 0;
  #shake = 0;
  #magnification = 1;
  readonly #mapWidth: number;
  readonly #mapHeight: number;

  constructor(mapWidth: number, mapHeight: number) {
    this.#mapWidth = mapWidth;
    this.#mapHeight = mapHeight;
    this.jumpTo(mapWidth / 2, mapHeight / 2);
  }

  resize(width: number, height: number): void {
    this.width = Math.max(1, width);
    this.height = Math.max(1, height);
    this.zoom = Math.sqrt((this.width * this.height) / VIEW_AREA) * this.#magnification;
  }

  /** How much closer than players are: whoever only watches may look from near and far. */
  get magnification(): number {
    return this.#magnification;
  }

  set magnification(factor: number) {
    this.#magnification = factor;
    this.resize(this.width, this.height);
  }

  jumpTo(x: number, y: number): void {
    this.#followX = x;
    this.#followY = y;
    this.#lookX = 0;
    this.#lookY = 0;
  }

  /** @param strength metres the picture may be off. */
  shake(strength: number): void {
    if (!this.mayShake) return;
    this.#shake = Math.min(LONGEST_SHAKE, Math.max(this.#shake, strength));
  }

  /** @param lookX,lookY where the player looks, metres from the followed point. */
  update(dt: number, targetX: number, targetY: number, lookX: number, lookY: number): void {
    const follow = 1 - Math.exp(-dt * FOLLOW_RATE);
    const look = 1 - Math.exp(-dt * LOOK_RATE);
    const far = Math.hypot(targetX - this.#followX, targetY - this.#followY) > 8;
    this.#followX += (targetX - this.#followX) * (far ? Math.min(1, follow * 1.5) : follow);
    this.#followY += (targetY - this.#followY) * (far ? Math.min(1, follow * 1.5) : follow);
    this.#lookX += (lookX - this.#lookX) * look;
    this.#lookY += (lookY - this.#lookY) * look;
    const { left, right, top, bottom } = this.covered;
    this.x = this.#keepInside(this.#followX + this.#lookX, this.width, this.#mapWidth, left, right);
    this.y = this.#keepInside(this.#followY + this.#lookY, this.height, this.#mapHeight, top, bottom);
    if (this.#shake > 0.002) {
      this.x += (Math.random() * 2 - 1) * this.#shake;
      this.y += (Math.random() * 2 - 1) * this.#shake;
      this.#shake *= Math.exp(-dt * 9);
    }
  }

  screenX(x: number): number {
    return (x - this.x) * this.zoom + this.width / 2;
  }

  screenY(y: number): number {
    return (y - this.y) * this.zoom + this.height / 2;
  }

  /** @param pixels of the screen, of which so many are covered before and after. */
  #keepInside(centre: number, pixels: number, size: number, before: number, after: number): number {
    const view = pixels / this.zoom;
    const margin = this.playedByTouch ? view * TOUCH_MARGIN_SHARE : MARGIN;
    const low = view / 2 - margin - before / this.zoom;
    const high = size - view / 2 + margin + after / this.zoom;
    const shift = (after - before) / 2 / this.zoom;
    return low > high ? size / 2 + shift : Math.min(high, Math.max(low, centre + shift));
  }
}
