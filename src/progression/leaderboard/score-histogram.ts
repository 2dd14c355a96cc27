/**
 * How many entries have which score, in order, so that a rank is a sum of counts and not a walk over everybody. Pure.
 *
 * Distinct scores stand in blocks, best first, each with its total: adding and counting look at the blocks' totals and
 * then into one block (a square-root decomposition). A million different scores take about 25 MB and some microseconds
 * a question; ratings, which are a few thousand whole numbers, next to nothing.
 */

interface Block {
  /** Falling. */
  scores: number[];
  counts: number[];
  total: number;
}

/** Entries of one score: they hold the ranks from `firstRank` on. */
export interface ScoreSlice {
  score: number;
  firstRank: number;
  count: number;
}

const LARGEST_BLOCK = 512;

export class ScoreHistogram {
  readonly #blocks: Block[] = [];
  #total = 0;

  get total(): number {
    return this.#total;
  }

  add(score: number, count: number = 1): void {
    this.#total += count;
    const at = this.#blockOf(score);
    const block = this.#blocks[at];
    if (!block) {
      this.#blocks.push({ scores: [score], counts: [count], total: count });
      return;
    }
    const index = indexIn(block.scores, score);
    block.total += count;
    if (block.scores[index] === score) {
      block.counts[index] = (block.counts[index] ?? 0) + count;
      return;
    }
    block.scores.splice(index, 0, score);
    block.counts.splice(index, 0, count);
    if (block.scores.length > LARGEST_BLOCK) this.#split(at);
  }

  /** Takes one entry away; nothing happens when there is none of this score. */
  remove(score: number): void {
    const at = this.#blockOf(score);
    const block = this.#blocks[at];
    const index = block ? indexIn(block.scores, score) : 0;
    if (block?.scores[index] !== score) return;
    this.#total -= 1;
    block.total -= 1;
    const count = (block.counts[index] ?? 0) - 1;
    block.counts[index] = count;
    if (count > 0) return;
    block.scores.splice(index, 1);
    block.counts.splice(index, 1);
    if (block.scores.length === 0) this.#blocks.splice(at, 1);
  }

  countAbove(score: number): number {
    let above = 0;
    for (const { scores, counts, total } of this.#blocks) {
      if ((scores.at(-1) ?? 0) > score) {
        above += total;
        continue;
      }
      const end = indexIn(scores, score);
      for (let index = 0; index < end; index += 1) above += counts[index] ?? 0;
      break;
    }
    return above;
  }

  /** The scores that hold the ranks from `first` to `last`, both included and counted from 1, best first. */
  slices(first: number, last: number): ScoreSlice[] {
    const found: ScoreSlice[] = [];
    let rank = 1;
    for (const { scores, counts, total } of this.#blocks) {
      if (rank > last || first > last) break;
      if (rank + total <= first) {
        rank += total;
        continue;
      }
      for (const [index, score] of scores.entries()) {
        const count = counts[index] ?? 0;
        if (rank + count > first && rank <= last) found.push({ score, firstRank: rank, count });
        rank += count;
      }
    }
    return found;
  }

  /** The block that holds a score or should: the first whose last score is not above it, else the last one. */
  #blockOf(score: number): number {
    let low = 0;
    let high = this.#blocks.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#blocks[middle]?.scores.at(-1) ?? 0) > score) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #split(at: number): void {
    const block = this.#blocks[at];
    if (!block) return;
    const middle = block.scores.length >> 1;
    const scores = block.scores.splice(middle);
    const counts = block.counts.splice(middle);
    const total = counts.reduce((sum, count) => sum + count, 0);
    block.total -= total;
    this.#blocks.splice(at + 1, 0, { scores, counts, total });
  }
}

/** Where a score stands in falling order, or would. */
function indexIn(scores: readonly number[], score: number): number {
  let low = 0;
  let high = scores.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((scores[middle] ?? 0) > score) low = middle + 1;
    else high = middle;
  }
  return low;
}
