/** Bodies that a `Response` would turn into a stream, only for it to be read again. */
const readyBodies = new WeakMap<Response, string | Buffer>();

/** The same answer with a body of JSON that is written already; only `bodyOf` finds it. */
export function withReadyBody(answer: Response, body: string | Buffer): Response {
  answer.headers.set("content-type", "application/json");
  readyBodies.set(answer, body);
  return answer;
}

export async function bodyOf(answer: Response): Promise<string | Buffer> {
  return readyBodies.get(answer) ?? (await answer.text());
}
