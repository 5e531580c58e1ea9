/** What waits, by the call that it came with. Calls take turns: one of a single item does not wait for one of hundreds. */
export class FairQueue<Item> {
  /** Items by their calls, whose turn it is in this order. */
  readonly #calls = new Map<object, Item[]>();

  get isEmpty(): boolean {
    return this.#calls.size === 0;
  }

  push(call: object, item: Item): void {
    const items = this.#calls.get(call) ?? [];
    items.push(item);
    this.#calls.set(call, items);
  }

  take(): Item | undefined {
    const [next] = this.#calls;
    if (!next) return undefined;
    const [call, items] = next;
    const item = items.shift();
    this.#calls.delete(call);
    if (items.length > 0) this.#calls.set(call, items);
    return item;
  }

  /** Leaves out the item if it waits. */
  drop(call: object, item: Item): void {
    const left = this.#calls.get(call)?.filter((each) => each !== item) ?? [];
    if (left.length > 0) this.#calls.set(call, left);
    else this.#calls.delete(call);
  }

  takeAll(): Item[] {
    const items = [...this.#calls.values()].flat();
    this.#calls.clear();
    return items;
  }
}
