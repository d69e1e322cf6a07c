import type { Secret } from "./secret.ts";

/** What a tool may touch beside carriers. */
export interface Local {
  /** A password that is kept here. */
  secret(ref: string): Promise<Secret | undefined>;
  /** Where a person's files go. */
  output: Output;
}

/** The folder in which the person works; or, where the server is another machine, a page on which they fetch something once. */
export type Output = { kind: "folder"; base: string } | { kind: "page"; offer(name: string, content: string): Promise<string> };
