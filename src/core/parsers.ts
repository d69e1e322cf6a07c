import * as z from "zod";

/**
 * zod compiles a parser for each object as it first meets one. The schemas of the protocol and of the settings are many and
 * meet few, so that this cost a start 3 ms. Those that are made from now on, until somebody says otherwise, are interpreted.
 */
z.config({ jitless: true });

/** For what is made from now on, such as a carrier's schemas, which meet long lists. */
export function compileParsers(): void {
  z.config({ jitless: false });
}
