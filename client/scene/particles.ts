/**
 * Particles: a fixed number of sprites that are used round and round. When all are busy the oldest is taken: eyes do
 * not miss it, and a wild fight costs no more than a quiet one.
 */
import { Container, Sprite, type Texture } from "pixi.js";
import { particleAlpha, particleSize } from "./particle-fade.ts";

export interface ParticleLook {
  texture: Texture;
  x: number;
  y: number;
  /** Seconds. */
  life: number;
  velocityX?: number;
  velocityY?: number;
  /** Share of the velocity lost in a second, 0–∞. */
  drag?: number;
  rotation?: number;
  spin?: number;
  /** Width and height in metres, at birth and (as a factor) at death. */
  width: number;
  height: number;
  grow?: number;
  alpha?: number;
  tint?: number;
  anchorX?: number;
}

class Particle {
  readonly sprite = new Sprite();
  age = 0;
  life = 0;
  velocityX = 0;
  velocityY = 0;
  drag = 0;
  spin = 0;
  scaleX = 1;
  scaleY = 1;
  grow = 1;
  alpha = 1;
}

export class ParticlePool extends Container {
  readonly #particles: readonly Particle[];
  #next = 0;

  constructor(capacity: number, blendMode: "normal" | "add") {
    super();
    this.#particles = Array.from({ length: capacity }, () => {
      const particle = new Particle();
      particle.sprite.visible = false;
      particle.sprite.blendMode = blendMode;
      this.addChild(particle.sprite);
      return particle;
    });
  }

  start(look: ParticleLook): void {
    const particle = this.#particles[this.#next] as Particle;
    this.#next = (this.#next + 1) % this.#particles.length;
    const { sprite } = particle;
    sprite.texture = look.texture;
    sprite.anchor.set(look.anchorX ?? 0.5, 0.5);
    sprite.position.set(look.x, look.y);
    sprite.rotation = look.rotation ?? 0;
    sprite.tint = look.tint ?? 0xffffff;
    sprite.visible = true;
    particle.age = 0;
    particle.life = look.life;
    particle.velocityX = look.velocityX ?? 0;
    particle.velocityY = look.velocityY ?? 0;
    particle.drag = look.drag ?? 0;
    particle.spin = look.spin ?? 0;
    particle.scaleX = look.width / look.texture.width;
    particle.scaleY = look.height / look.texture.height;
    particle.grow = look.grow ?? 1;
    particle.alpha = look.alpha ?? 1;
    sprite.scale.set(particle.scaleX, particle.scaleY);
    sprite.alpha = particle.alpha;
  }

  update(dt: number): void {
    for (const particle of this.#particles) {
      const { sprite } = particle;
      if (!sprite.visible) continue;
      particle.age += dt;
      const share = particle.age / particle.life;
      if (share >= 1) {
        sprite.visible = false;
        continue;
      }
      const keep = Math.exp(-particle.drag * dt);
      particle.velocityX *= keep;
      particle.velocityY *= keep;
      sprite.x += particle.velocityX * dt;
      sprite.y += particle.velocityY * dt;
      sprite.rotation += particle.spin * dt;
      const size = particleSize(particle.grow, share);
      sprite.scale.set(particle.scaleX * size, particle.scaleY * size);
      sprite.alpha = particle.alpha * particleAlpha(share);
    }
  }
}
