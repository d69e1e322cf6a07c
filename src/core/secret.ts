const inspect = Symbol.for("nodejs.util.inspect.custom");

/**
 * A value that prints as `[secret]` wherever it is printed by accident. `ref` names it to a person
 * (`secret:<carrier>/<trunk>/sip`) when it belongs to a trunk rather than to our configuration.
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

/** What a person typed where they approved a call, until that call takes it. */
export function typedRef(approval: string, field: string): string {
  return `typed/${approval}/${field}`;
}

const ONCE = "once/";

/** What is kept for one look: forgotten by it, or when its time is over. */
export function onceRef(untilMs: number, name: string): string {
  return `${ONCE}${String(untilMs).padStart(15, "0")}/${name}`;
}

/** Its name; undefined for a secret that stays. */
export function onceName(ref: string): string | undefined {
  return ref.startsWith(ONCE) ? ref.split("/").slice(3).join("/") : undefined;
}
