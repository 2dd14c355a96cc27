/** Damage numbers that rise where somebody was hit: a fixed set, reused. Also the hit marker at the crosshair. */
import { Container, Sprite, type Texture } from "pixi.js";
import type { Camera } from "./camera.ts";
import type { TextureSet } from "./textures.ts";

const CAPACITY = 24;
const LIFE = 0.8;
const DIGIT_WIDTH = 11;

class FloatingNumber extends Container {
  readonly digits = [new Sprite(), new Sprite(), new Sprite()];
  age = LIFE;
  worldX = 0;
  worldY = 0;
  drift = 0;

  constructor() {
    super();
    this.visible = false;
    for (const digit of this.digits) {
      digit.anchor.set(0.5);
      this.addChild(digit);
    }
  }
}

export class FloatingNumbers extends Container {
  readonly #digits: readonly Texture[];
  readonly #numbers: readonly FloatingNumber[];
  readonly #marker: Sprite;
  #next = 0;
  #markerAge = 1;

  constructor(textures: TextureSet) {
    super();
    this.#digits = textures.digits;
    this.#numbers = Array.from({ length: CAPACITY }, () => this.addChild(new FloatingNumber()));
    this.#marker = new Sprite(textures.hitMarker);
    this.#marker.anchor.set(0.5);
    this.#marker.visible = false;
    this.addChild(this.#marker);
  }

  /** @param x,y metres. */
  show(value: number, x: number, y: number, tint: number, large: boolean): void {
    const number = this.#numbers[this.#next] as FloatingNumber;
    this.#next = (this.#next + 1) % CAPACITY;
    const text = String(Math.min(999, Math.round(value)));
    number.digits.forEach((sprite, place) => {
      const digit = this.#digits[Number(text[place])];
      sprite.visible = place < text.length && digit !== undefined;
      if (!sprite.visible || !digit) return;
      sprite.texture = digit;
      sprite.tint = tint;
      sprite.x = (place - (text.length - 1) / 2) * DIGIT_WIDTH;
      sprite.setSize(14, 20);
    });
    number.scale.set(large ? 1.45 : 1);
    number.worldX = x + (Math.random() - 0.5) * 0.7;
    number.worldY = y - 0.4;
    number.drift = (Math.random() - 0.5) * 30;
    number.age = 0;
    number.visible = true;
  }

  /** @param x,y CSS pixels. */
  markHit(x: number, y: number, deadly: boolean): void {
    this.#marker.position.set(x, y);
    this.#marker.tint = deadly ? 0xff4436 : 0xffffff;
    this.#marker.visible = true;
    this.#markerAge = 0;
  }

  update(dt: number, camera: Camera): void {
    for (const number of this.#numbers) {
      if (!number.visible) continue;
      number.age += dt;
      const share = number.age / LIFE;
      if (share >= 1) {
        number.visible = false;
        continue;
      }
      const rise = 1 - (1 - share) * (1 - share);
      number.position.set(
        camera.screenX(number.worldX) + number.drift * share,
        camera.screenY(number.worldY) - rise * 42,
      );
      number.alpha = share < 0.6 ? 1 : 1 - (share - 0.6) / 0.4;
    }
    if (!this.#marker.visible) return;
    this.#markerAge += dt;
    this.#marker.alpha = 1 - this.#markerAge / 0.22;
    this.#marker.scale.set(0.7 + this.#markerAge * 2);
    this.#marker.visible = this.#markerAge < 0.22;
  }
}
