// How fast a plan of many numbers is: beside the carrier's own rate, and beside a bare client where there is none.
import { pathToFileURL } from "node:url";
import { median } from "./statistics.mjs";

const NUMBERS = 1_000;
const ROUNDS = 9;

export async function measurePlans({ runs, carrier }, folder) {
  const { timePlan, pacePlan } = await import(pathToFileURL(runs).href);
  const pace = await pacePlan(folder, NUMBERS);
  const taken = await timePlan(carrier, folder, { numbers: NUMBERS, rounds: ROUNDS });
  // Of each round the two that were measured one after the other: what else the machine does weighs on both.
  const ratios = taken.plan.map((ms, round) => taken.bare[round] / ms);
  return { numbers: NUMBERS, pace, bareMs: median(taken.bare), planMs: median(taken.plan), ratio: median(ratios) };
}
