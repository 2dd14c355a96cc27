/** The balance in the header: counts to a new one, and lights up green for more and amber for less. */
import { element, setText, wantsLessMotion } from "../dom.ts";
import { readableId, whole } from "../text.ts";
import { currencyIcon } from "../ui/icons.ts";

const COUNT_MS = 700;

export class WalletBadge {
  readonly root = element("div", { className: "wallet", testId: "wallet" });
  readonly #balances = new Map<string, Balance>();

  /** @param wallet undefined: not known (any more). */
  show(wallet: Readonly<Record<string, number>> | undefined): void {
    this.root.hidden = wallet === undefined;
    for (const [currency, amount] of Object.entries(wallet ?? {})) {
      let balance = this.#balances.get(currency);
      if (!balance) {
        balance = new Balance(currency, amount);
        this.#balances.set(currency, balance);
        this.root.append(balance.root);
      }
      balance.show(amount);
    }
  }
}

class Balance {
  readonly root: HTMLElement;
  readonly #number = element("b");
  #target: number;
  #shown: number;
  #frame = 0;

  constructor(currency: string, amount: number) {
    this.#target = amount;
    this.#shown = amount;
    this.root = element("span", { className: "balance" }, currencyIcon(), this.#number);
    this.root.append(element("span", { className: "balance-name", text: currency }));
    this.root.title = readableId(currency);
    this.#write(amount);
  }

  show(amount: number): void {
    this.root.dataset.amount = String(amount);
    if (amount === this.#target) return;
    this.root.classList.remove("balance-more", "balance-less");
    // Reading the size makes the browser start the same animation anew.
    void this.root.offsetWidth;
    this.root.classList.add(amount > this.#target ? "balance-more" : "balance-less");
    this.#target = amount;
    cancelAnimationFrame(this.#frame);
    if (wantsLessMotion()) this.#write(amount);
    else this.#count(this.#shown, performance.now());
  }

  #count(from: number, startedAt: number): void {
    this.#frame = requestAnimationFrame((now) => {
      const share = Math.min(1, Math.max(0, now - startedAt) / COUNT_MS);
      this.#write(Math.round(from + (this.#target - from) * (1 - (1 - share) ** 3)));
      if (share < 1) this.#count(from, startedAt);
    });
  }

  #write(amount: number): void {
    this.#shown = amount;
    setText(this.#number, whole(amount));
  }
}
