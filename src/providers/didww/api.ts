import { type Path, path, type Wire } from "../../core/carrier/wire.ts";
import type { Memory } from "../../core/store/store.ts";
import type { didwwAnswers } from "./answers.ts";
import type { Spoken } from "./versions.ts";

/** One account's way to DIDWW. */
export interface DidwwApi {
  wire: Wire;
  spoken: Spoken;
  answers: ReturnType<typeof didwwAnswers>;
  memory: Memory;
  /** The direction of a trunk's calls, once it was read: its id does not tell. */
  kinds: Map<string, "in" | "out">;
}

export const trunksPath: Path = path`/voice_out_trunks`;
export const didsPath: Path = path`/dids`;
export const regeneratePath: Path = path`/voice_out_trunk_regenerate_credentials`;

export function trunkPath(id: string): Path {
  return path`/voice_out_trunks/${id}`;
}
