/** What a fight looks like: flashes, tracers, sparks, smoke, bursts. Knows nothing of the network or of fighters. */
import type { Container } from "pixi.js";
import { BURST_RADIUS } from "../../rooms/skirmish/shared/constants.ts";
import { COMET } from "./looks.ts";
import { ParticlePool } from "./particles.ts";
import type { TextureSet } from "./textures.ts";

const HOT = 0xffd9a0;
const FIRE = 0xff8a2a;

export class Effects {
  readonly #textures: TextureSet;
  readonly #decals = new ParticlePool(48, "normal");
  /** Under the fighters, and apart from the other light: a trail may not use up what a shot needs. */
  readonly #trails = new ParticlePool(320, "add");
  readonly #smoke = new ParticlePool(110, "normal");
  readonly #light = new ParticlePool(320, "add");

  constructor(textures: TextureSet, layers: { ground: Container; smoke: Container; light: Container }) {
    this.#textures = textures;
    layers.ground.addChild(this.#decals, this.#trails);
    layers.smoke.addChild(this.#smoke);
    layers.light.addChild(this.#light);
  }

  update(dt: number): void {
    this.#decals.update(dt);
    this.#trails.update(dt);
    this.#smoke.update(dt);
    this.#light.update(dt);
  }

  muzzleFlash(x: number, y: number, angle: number, heavy: boolean): void {
    const size = heavy ? 1.9 : 1.25;
    this.#light.start({
      texture: this.#textures.flash,
      x,
      y,
      rotation: angle,
      life: heavy ? 0.12 : 0.075,
      width: size,
      height: size * 0.8,
      anchorX: 0.26,
      tint: HOT,
    });
    this.#light.start({
      texture: this.#textures.glow,
      x,
      y,
      life: 0.11,
      width: 3.4,
      height: 3.4,
      alpha: 0.34,
      tint: FIRE,
    });
    if (heavy) this.#puff(x, y, 3, 0.7, 0.35);
  }

  tracer(fromX: number, fromY: number, toX: number, toY: number, tint: number): void {
    const length = Math.hypot(toX - fromX, toY - fromY);
    if (length < 0.2) return;
    const rotation = Math.atan2(toY - fromY, toX - fromX);
    const common = {
      texture: this.#textures.tracer,
      x: fromX,
      y: fromY,
      rotation,
      width: length,
      anchorX: 0,
    };
    this.#light.start({ ...common, life: 0.19, height: 0.34, alpha: 0.9, tint });
    this.#light.start({ ...common, life: 0.13, height: 0.13, alpha: 1, tint: HOT });
  }

  /** Sparks fly back from what was hit; `tint` is the victim's colour, or undefined for a wall. */
  impact(x: number, y: number, angle: number, tint?: number): void {
    this.#sparks(x, y, angle + Math.PI, tint === undefined ? 6 : 9, 1.1, tint ?? HOT);
    this.#light.start({
      texture: this.#textures.glow,
      x,
      y,
      life: 0.13,
      width: tint === undefined ? 0.9 : 1.5,
      height: tint === undefined ? 0.9 : 1.5,
      tint: tint ?? FIRE,
    });
    if (tint === undefined) this.#puff(x, y, 1, 0.4, 0.22);
  }

  shellTrail(x: number, y: number, angle: number): void {
    const back = angle + Math.PI;
    this.#smoke.start({
      texture: this.#textures.smoke,
      x: x + Math.cos(back) * 0.3,
      y: y + Math.sin(back) * 0.3,
      life: 0.55,
      width: 0.4,
      height: 0.4,
      grow: 2.6,
      alpha: 0.5,
      rotation: Math.random() * 6,
      tint: 0x9a8c80,
    });
    this.#light.start({
      texture: this.#textures.glow,
      x: x + Math.cos(back) * 0.25,
      y: y + Math.sin(back) * 0.25,
      life: 0.14,
      width: 0.7,
      height: 0.7,
      grow: 0.3,
      tint: FIRE,
    });
  }

  burst(x: number, y: number): void {
    const { glow, ring, scorch } = this.#textures;
    this.#light.start({
      texture: glow,
      x,
      y,
      life: 0.36,
      width: 7,
      height: 7,
      grow: 1.25,
      alpha: 0.95,
      tint: FIRE,
    });
    this.#light.start({ texture: glow, x, y, life: 0.16, width: 3.4, height: 3.4, tint: 0xfff2d8 });
    this.#light.start({
      texture: ring,
      x,
      y,
      life: 0.34,
      width: 0.9,
      height: 0.9,
      grow: (BURST_RADIUS * 2 * 1.22) / 0.9,
      alpha: 0.9,
      tint: HOT,
    });
    for (let spoke = 0; spoke < 14; spoke += 1) this.#sparks(x, y, (spoke / 14) * Math.PI * 2, 1, 2.2, HOT);
    this.#puff(x, y, 8, 2.1, 0.5);
    this.#decals.start({
      texture: scorch,
      x,
      y,
      life: 14,
      width: 3.2,
      height: 3.2,
      rotation: Math.random() * 6,
      alpha: 0.85,
    });
  }

  dashTrail(x: number, y: number, tint: number): void {
    this.#light.start({
      texture: this.#textures.glow,
      x,
      y,
      life: 0.3,
      width: 1.3,
      height: 1.3,
      grow: 0.5,
      alpha: 0.6,
      tint,
    });
  }

  /** One point of a comet's trail: the core, or (`wide`) the coloured light around it as well. */
  cometPoint(x: number, y: number, tint: number, wide: boolean): void {
    const { life, grow, alpha, metres, coreMetres } = COMET;
    const common = { texture: this.#textures.glow, x, y, life, grow, alpha };
    if (wide) this.#trails.start({ ...common, width: metres, height: metres, tint });
    this.#trails.start({ ...common, width: coreMetres, height: coreMetres });
  }

  dashStart(x: number, y: number, tint: number): void {
    this.#light.start({
      texture: this.#textures.ring,
      x,
      y,
      life: 0.25,
      width: 0.8,
      height: 0.8,
      grow: 2.4,
      alpha: 0.6,
      tint,
    });
    this.#puff(x, y, 3, 0.6, 0.2);
  }

  death(x: number, y: number, tint: number): void {
    const { glow, ring, chunk, scorch } = this.#textures;
    this.#light.start({ texture: glow, x, y, life: 0.42, width: 4, height: 4, grow: 1.4, alpha: 0.75, tint });
    this.#light.start({
      texture: ring,
      x,
      y,
      life: 0.42,
      width: 0.9,
      height: 0.9,
      grow: 4.4,
      alpha: 0.95,
      tint,
    });
    for (let piece = 0; piece < 12; piece += 1) {
      const angle = Math.random() * Math.PI * 2;
      const speed = 3 + Math.random() * 7;
      this.#smoke.start({
        texture: chunk,
        x,
        y,
        life: 0.6 + Math.random() * 0.5,
        velocityX: Math.cos(angle) * speed,
        velocityY: Math.sin(angle) * speed,
        drag: 4,
        spin: (Math.random() - 0.5) * 24,
        width: 0.22 + Math.random() * 0.18,
        height: 0.22 + Math.random() * 0.18,
        tint,
      });
      this.#sparks(x, y, angle, 1, 1.6, HOT);
    }
    this.#puff(x, y, 5, 1.2, 0.45);
    this.#decals.start({
      texture: scorch,
      x,
      y,
      life: 10,
      width: 1.9,
      height: 1.9,
      rotation: Math.random() * 6,
      alpha: 0.7,
    });
  }

  spawn(x: number, y: number, tint: number): void {
    const { glow, ring } = this.#textures;
    this.#light.start({
      texture: ring,
      x,
      y,
      life: 0.5,
      width: 3.6,
      height: 3.6,
      grow: 0.3,
      alpha: 0.9,
      tint,
    });
    this.#light.start({ texture: glow, x, y, life: 0.5, width: 3, height: 3, grow: 0.4, alpha: 0.8, tint });
  }

  #sparks(x: number, y: number, angle: number, count: number, force: number, tint: number): void {
    for (let spark = 0; spark < count; spark += 1) {
      const direction = angle + (Math.random() - 0.5) * 1.5;
      const speed = (3 + Math.random() * 8) * force;
      this.#light.start({
        texture: this.#textures.spark,
        x,
        y,
        rotation: direction,
        life: 0.14 + Math.random() * 0.22,
        velocityX: Math.cos(direction) * speed,
        velocityY: Math.sin(direction) * speed,
        drag: 6,
        width: 0.3 + Math.random() * 0.4 * force,
        height: 0.14,
        grow: 0.4,
        tint,
      });
    }
  }

  #puff(x: number, y: number, count: number, spread: number, alpha: number): void {
    for (let puff = 0; puff < count; puff += 1) {
      const angle = Math.random() * Math.PI * 2;
      const reach = Math.random() * spread;
      this.#smoke.start({
        texture: this.#textures.smoke,
        x: x + Math.cos(angle) * reach * 0.4,
        y: y + Math.sin(angle) * reach * 0.4,
        velocityX: Math.cos(angle) * reach * 1.6,
        velocityY: Math.sin(angle) * reach * 1.6,
        drag: 2.5,
        life: 0.5 + Math.random() * 0.6,
        width: 0.7 + spread * 0.5,
        height: 0.7 + spread * 0.5,
        grow: 2,
        alpha,
        rotation: Math.random() * 6,
        spin: Math.random() - 0.5,
        tint: 0x6e625a,
      });
    }
  }
}
