import type { Readable } from "node:stream";

type Incoming = Readable & { headers: { "content-length"?: string | undefined } };

/** The whole body as text; undefined when it is longer than `maxBytes`, and then the rest is not read. */
export async function readBody(request: Incoming, maxBytes: number): Promise<string | undefined> {
  if (Number(request.headers["content-length"] ?? 0) > maxBytes) return undefined;
  const chunks: Buffer[] = [];
  let size = 0;
  // Leaving the loop early must not destroy the connection: the answer still has to go out on it.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    size += (chunk as Buffer).length;
    if (size > maxBytes) return undefined;
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString("utf8");
}
