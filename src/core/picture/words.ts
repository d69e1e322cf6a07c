/** The names of carriers, and of a carrier's own fields, in words. */
export interface Labels {
  carrier(provider: string): string;
  field(name: string): string;
}

/** A field that its carrier does not say in words of its own is spelled out. */
export function labelsOf(carriers: Readonly<Record<string, string>>, fields: Readonly<Record<string, string>> = {}): Labels {
  return { carrier: (provider) => carriers[provider] ?? provider, field: (name) => fields[name] ?? spelled(name) };
}

function spelled(name: string): string {
  const text = name.replaceAll("_", " ").replace(/\b(?:id|ip|sip|s?rtp|url|api|tls|cli|fqdn)\b/g, (word) => word.toUpperCase());
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** A value of a carrier's field as a person says it. */
export function valueText(value: unknown): string {
  if (value === null || value === "") return "none";
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (Array.isArray(value)) return value.map(valueText).join(", ") || "none";
  return String(value);
}
