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

/** A run of this many characters tells much of a secret. */
const TELLING = 8;

const LEFT_OUT = "The carrier's own words repeat a secret that it was sent, and are left out.";

/** The same for a refusal's words: one that repeats a secret cut short, or in another spelling, is left out whole. */
export function redactWords(text: string, secrets: readonly string[]): string {
  const left = redactText(text, secrets);
  return secrets.some((secret) => secret.length >= SHORTEST_SECRET && repeats(left, secret)) ? LEFT_OUT : left;
}

function repeats(text: string, secret: string): boolean {
  const length = Math.min(TELLING, secret.length);
  const parts = Array.from({ length: secret.length - length + 1 }, (_, at) => secret.slice(at, at + length).toLowerCase());
  return spellingsOf(text).some((spelling) => parts.some((part) => spelling.includes(part)));
}

const htmlNames: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

/** The text as it stands, and as whoever decodes it reads it; twice, since one spelling may be inside another. */
function spellingsOf(text: string): string[] {
  const decoders: ((given: string) => string)[] = [
    (given) => given.replace(/&(amp|lt|gt|quot|apos);/gi, (_, name: string) => htmlNames[name.toLowerCase()] ?? ""),
    (given) =>
      given.replace(/&#(x?)([0-9a-f]{1,6});/gi, (all, hex: string, code: string) => codePoint(Number.parseInt(code, hex ? 16 : 10)) ?? all),
    (given) => given.replace(/(?:%[0-9a-f]{2})+/gi, (run) => Buffer.from(run.replaceAll("%", ""), "hex").toString("utf8")),
    (given) =>
      given.replace(/\\u([0-9a-f]{4})/gi, (all, code: string) => codePoint(Number.parseInt(code, 16)) ?? all).replace(/\\(.)/g, "$1"),
    (given) => given.replace(/[A-Za-z0-9+/_-]{8,}={0,2}/g, (run) => Buffer.from(run, "base64").toString("utf8")),
    (given) => given.replace(/(?:[0-9a-f]{2}){6,}/gi, (run) => Buffer.from(run, "hex").toString("utf8")),
  ];
  const once = decoders.map((decode) => decode(text));
  return [text, ...once, ...once.flatMap((given) => decoders.map((decode) => decode(given)))].map((spelling) => spelling.toLowerCase());
}

function codePoint(code: number): string | undefined {
  return code <= 0x10ffff ? String.fromCodePoint(code) : undefined;
}
