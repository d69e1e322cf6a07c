import type { TrunkCalls } from "../carrier/picture.ts";
import { type Decision, type Waiting, waitingPicture } from "./decision-picture.ts";
import { type CheckedResult, diagnosisPicture } from "./diagnosis-picture.ts";
import { heading, note, type Picture } from "./picture.ts";
import { type PlannedResult, type ProgressResult, plannedPicture, progressPicture } from "./plan-picture.ts";
import { type ShownResult, trunkPicture } from "./trunk-picture.ts";
import { type ListedResult, trunksPicture } from "./trunks-picture.ts";
import type { Labels } from "./words.ts";

/** Goes with an answer for views alone, beside what the model reads. */
export interface ForViews {
  /** The effects of a plan on each trunk. */
  decisions?: readonly Decision[];
  /** Of a trunk: its carrier's fields in words, and what its lists do not tell of its calls. */
  fields?: Readonly<Record<string, string>>;
  calls?: TrunkCalls;
  /** The decision for which the call waits. */
  waiting?: Waiting;
}

interface Failure {
  message: string;
  hint?: string;
}

/** The picture of an answer, by the fields that it has; undefined for one that has no picture. `time`: in the words of who looks. */
export function pictureOf(
  answer: object,
  { decisions, waiting, calls }: ForViews,
  labels: Labels,
  time: (at: number) => string,
): Picture | undefined {
  const has = (...names: string[]) => names.some((name) => name in answer);
  if (waiting) return waitingPicture(waiting, time);
  if (has("total")) return progressPicture(answer as ProgressResult);
  if (has("trunks")) return trunksPicture(answer as ListedResult, labels);
  if (has("findings")) return diagnosisPicture(answer as CheckedResult, labels);
  if (has("plan_id", "questions", "unchanged")) return plannedPicture(answer as PlannedResult, decisions);
  if (has("trunk") && !has("before")) return trunkPicture(answer as ShownResult, labels, calls, time(Date.now()));
  return has("message") ? failurePicture(answer as Failure) : undefined;
}

function failurePicture({ message, hint }: Failure): Picture {
  return [heading("It was not done"), note("bad", message), ...(hint ? [note("plain", hint)] : [])];
}
