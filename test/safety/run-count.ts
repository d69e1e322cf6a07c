/** How many runs each property has where nothing is slow; a file of all has ten times as many. */
export const RUNS = 30;
export const ALL_RUNS = 300;
