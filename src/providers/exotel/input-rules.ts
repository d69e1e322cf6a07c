import type { InputFinding } from "../../core/input-finding.ts";
import { refuse } from "../../rules/findings.ts";
import { checkWord } from "../../rules/name.ts";

export function checkTrunkName(field: string, name: string): InputFinding | undefined {
  return checkWord(field, name, 16, "trunk name");
}

export function checkUserName(field: string, name: string): InputFinding | undefined {
  return checkWord(field, name, 64, "user name");
}

/** Masks that the service takes (measured, 2026-01; one of its documents says 1 to 32). */
export function checkMask(field: string, mask: number): InputFinding | undefined {
  if (mask >= 16 && mask <= 32) return undefined;
  return refuse(
    field,
    `/${mask} is not a mask that the carrier takes. Nothing was sent.`,
    "Pass a range from /16 to /32, as narrow as your PBX allows.",
  );
}
