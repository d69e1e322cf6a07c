/** A random id. Node's cryptography is loaded by the first one: a start that only lists tools does without its 3 ms. */
export function newId(): string {
  return process.getBuiltinModule("node:crypto").randomUUID();
}
