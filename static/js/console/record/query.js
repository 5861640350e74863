/** What of the record is asked for: it stands in the page's own address, so that it survives a reload and can be sent on. Pure. */

const NAMES = /** @type {const} */ (["post", "act", "by", "verb", "reason", "after", "before"]);

/** @typedef {typeof NAMES[number]} Name */

export class Query {
  /** @type {ReadonlyMap<Name, string>} */
  #values;

  /** @param {Iterable<[Name, string]>} values */
  constructor(values) {
    this.#values = new Map([...values].filter(([, value]) => value !== ""));
  }

  /**
   * What an address asks for; what is unknown in it is nothing.
   * @param {string} search such as `?by=Sam&verb=reject`
   */
  static of(search) {
    const said = new URLSearchParams(search);
    return new Query(NAMES.map((name) => [name, said.get(name) ?? ""]));
  }

  /** @param {Name} name */
  of(name) {
    return this.#values.get(name) ?? "";
  }

  /** Whether everything is asked for. */
  get isAll() {
    return this.#values.size === 0;
  }

  /** Whether an order for many posts is one line: not where one post is asked for, nor where the order itself is. */
  get isFolded() {
    return !this.of("post") && !this.of("act");
  }

  /**
   * The same but for one thing; an empty value asks for no such thing.
   * @param {Name} name
   * @param {string} value
   */
  with(name, value) {
    return new Query([...this.#values].filter(([other]) => other !== name).concat([[name, value]]));
  }

  /** Where the page shows it. */
  get address() {
    return this.#addressed("/console/record", {});
  }

  /**
   * Where the server tells it, page by page.
   * @param {{limit: number, place?: string | null}} page
   */
  pageAt({ limit, place }) {
    return this.#addressed("/api/record", {
      limit: String(limit),
      ...(place && { place }),
      ...(this.isFolded && { folded: "1" }),
    });
  }

  /**
   * Where it comes as a file.
   * @param {string} form
   */
  fileAs(form) {
    return this.#addressed(`/api/record.${form}`, {});
  }

  /**
   * @param {string} path
   * @param {Record<string, string>} more
   */
  #addressed(path, more) {
    const said = new URLSearchParams({
      ...Object.fromEntries(NAMES.flatMap((name) => (this.of(name) ? [[name, this.of(name)]] : []))),
      ...more,
    });
    return `${said}` ? `${path}?${said}` : path;
  }
}

/**
 * Where the decisions on one post stand.
 * @param {string} key of the post
 */
export function addressOf(key) {
  return new Query([["post", key]]).address;
}
