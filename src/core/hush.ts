/** What is shorter is no secret to speak of, and would tear words apart. */
const SHORTEST = 6;

/** Foreign text without our secrets: a carrier may repeat in its own words what it was sent. */
export function hush(text: string, secrets: readonly string[]): string {
  return secrets
    .filter((secret) => secret.length >= SHORTEST)
    .flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1)])
    .reduce((rest, secret) => rest.replaceAll(secret, "[secret]"), text);
}
