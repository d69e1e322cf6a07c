import * as z from "zod";
import type { PageAnswer } from "../page-server.ts";
import { goOnPage } from "../parts/sign-in.ts";
import { idAfter, paths } from "../paths.ts";
import { type Cookie, type CookiePorts, createCookie } from "./cookies.ts";

/** A person who signed in, and nothing else about them. */
const personSchema = z.object({ tenant: z.string(), principal: z.string() });
export type Person = z.infer<typeof personSchema>;

const SIGNED_IN_MS = 15 * 60_000;

export function createPersonCookie(ports: CookiePorts): Cookie<Person> {
  return createCookie(personSchema, "session", SIGNED_IN_MS, ports);
}

const KNOWN_MS = 90 * 24 * 3_600_000;

/** Left in a browser from which a person signed in: others' guesses do not lock them out there. It signs nobody in. */
export function createKnownCookie(ports: CookiePorts): Cookie<Person> {
  return createCookie(personSchema, "known", KNOWN_MS, ports);
}

/** The page that a person wanted; anything but a page of ours is none. */
export function wantedPath(query: URLSearchParams): string | undefined {
  const to = query.get("to") ?? "";
  return [paths.approve, paths.secret].some((beginning) => idAfter(beginning, to) !== undefined) ? to : undefined;
}

export function pathTo(path: string, query: Record<string, string | undefined>): string {
  const given = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given)}`;
}

export function goTo(location: string, cookies: string[] = []): PageAnswer {
  return { status: 303, page: goOnPage(location), headers: { location, ...(cookies.length > 0 && { "set-cookie": cookies }) } };
}
