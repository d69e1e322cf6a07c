const inspect = Symbol.for("nodejs.util.inspect.custom");

/**
 * A value that prints as `[secret]` wherever it is printed by accident. `ref` names it to a person
 * (`secret:exotel/<trunk>/sip`) when it belongs to a trunk rather than to our configuration.
 */
export class Secret {
  readonly #value: string;
  readonly ref: string | undefined;

  constructor(value: string, ref?: string) {
    this.#value = value;
    this.ref = ref;
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return "[secret]";
  }

  toJSON(): string {
    return "[secret]";
  }

  [inspect](): string {
    return "[secret]";
  }
}
