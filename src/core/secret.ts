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

/** Names a secret that a person typed on approving a call; that call takes it. */
export function typedRef(approval: string, field: string): string {
  return `typed/${approval}/${field}`;
}

const ONCE = "once/";

/** Names a secret that is shown once: it is forgotten then, or when its time is over. */
export function onceRef(untilMs: number, name: string): string {
  return `${ONCE}${String(untilMs).padStart(15, "0")}/${name}`;
}

/** Its name; undefined for a secret that stays. */
export function onceName(ref: string): string | undefined {
  return ref.startsWith(ONCE) ? ref.split("/").slice(3).join("/") : undefined;
}

/** Anything shorter is no secret to speak of, and would tear words apart. */
const SHORTEST_SECRET = 6;

/** Foreign text without our secrets: a carrier may repeat in its own words what it was sent. */
export function redactText(text: string, secrets: readonly string[]): string {
  return secrets
    .filter((secret) => secret.length >= SHORTEST_SECRET)
    .flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1)])
    .reduce((rest, secret) => rest.replaceAll(secret, "[secret]"), text);
}
