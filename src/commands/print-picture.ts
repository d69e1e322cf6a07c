import type { Picture } from "../core/picture/picture.ts";
import { screenOf } from "../core/screen.ts";
import type { Scope } from "../pipeline/scope.ts";
import type { ProcessPorts } from "./command.ts";
import { screenPicture } from "./screen-picture.ts";

/** Carriers as people know them. */
export function titlesOf({ carriers }: Scope): Record<string, string> {
  return Object.fromEntries(carriers.map(({ provider }) => [provider.id, provider.title]));
}

/** For a person the picture; for a program the answer itself. */
export function printPicture(answer: object, picture: Picture, json: boolean, { stdout, environment }: ProcessPorts): void {
  const text = json || !stdout.isTTY ? JSON.stringify(answer, null, 2) : screenPicture(picture, screenOf(stdout, environment));
  stdout.write(`${text}\n`);
}
